import type { JsonObject } from '../json';
import type { EndpointFacts } from './endpoints';

/** What the catalogue may be made to do. */
export interface CatalogOptions {
	/** Further endpoints, or others in the place of those that there are. */
	endpoints: Record<string, EndpointFacts>;
	/** Names of endpoints, in the place of those that their ids give. */
	names: Record<string, string>;
	/** Documents that are given in the place of an endpoint's own. */
	documents: Record<string, JsonObject>;
	/** Endpoints of which neither page has a document. */
	withoutDocument: string[];
	/** Endpoints that are no longer offered. */
	deprecated: string[];
	/** How many questions are answered without a key, and with one, before it is 429. */
	questions: { withoutKey: number; withKey: number };
}

export const defaultCatalog: CatalogOptions = {
	endpoints: {},
	names: {},
	documents: {},
	withoutDocument: [],
	deprecated: [],
	questions: { withoutKey: Infinity, withKey: Infinity },
};
