import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { z } from 'zod';
import { settle } from '../../execution/settle';
import { credentialType } from '../../execution/transport/http';
import { isFal, platformUrlOf } from '../../execution/transport/queue-client';
import {
	type ConnectionOptions,
	requestOptionsOf,
} from '../../execution/transport/request-options';
import { objectIn, read, textIn } from '../../queue/read';
import { isEndpointId } from '../custom-model';
import type { Source } from '../models';
import { Answers } from './answers';
import type { ModelInput } from './model-input';
import { inputsIn } from './openapi';
import { plain } from './plain';

/** A model as the catalogue lists it. */
export interface ListedModel {
	id: string;
	name: string;
	description?: string;
}

/** A page of the catalogue, and what the next one is asked for with. */
export interface CatalogPage {
	models: ListedModel[];
	cursor?: string;
}

/** Why the catalogue gave no answer, in words for the editor. */
export class CatalogFault extends Error {
	override readonly name = 'CatalogFault';
}

/** How fal calls the kinds of models. */
const categories: Record<Source, string> = { text: 'text-to-video', image: 'image-to-video' };

/** Where fal publishes the schemas, where the credential names no mirror. */
const falCatalogUrl = 'https://fal.ai';

/** How many models one page of the list has: fal's own limit is 100. */
const pageSize = 50;

/** The editor waits for an answer no longer than this, in milliseconds. */
const timeoutMs = 15_000;

const answers = new Answers(() => performance.now());

/**
 * Asks fal's catalogue for models of a kind, a page at a time.
 *
 * @param search what their names or ids have in them; empty: all
 * @throws {CatalogFault} when it gives none
 */
export async function listedModels(
	context: ILoadOptionsFunctions,
	source: Source,
	{ search = '', cursor }: { search?: string | undefined; cursor?: string | undefined },
): Promise<CatalogPage> {
	const places = await placesOf(context);
	const query = new URLSearchParams({
		category: categories[source],
		status: 'active',
		limit: String(pageSize),
		...(search === '' ? {} : { q: search }),
		...(cursor === undefined ? {} : { cursor }),
	});
	const url = `${places.platformUrl}/models?${query.toString()}`;
	return await answers.of(url, async () => {
		const body = objectIn(await ask(context, places, url, places.platformTakesKey));
		const list: unknown[] | undefined = read(z.array(z.unknown()), body?.models);
		if (body === undefined || list === undefined) throw unreadable(url);
		const next = body.has_more === false ? undefined : textIn(body.next_cursor);
		return {
			models: list.flatMap((one) => listed(one, categories[source])),
			...(next === undefined ? {} : { cursor: next }),
		};
	});
}

function listed(value: unknown, category: string): ListedModel[] {
	const model = objectIn(value);
	const id = textIn(model?.endpoint_id);
	const { display_name, description, status, category: own } = objectIn(model?.metadata) ?? {};
	const isOther = textIn(own) !== undefined && textIn(own) !== category;
	const isGone = textIn(status) !== undefined && textIn(status) !== 'active';
	// It becomes a value of the workflow, and the path of requests: nothing else is let through.
	if (!isEndpointId(id) || isOther || isGone) return [];
	const about = textIn(description);
	const name = plain(textIn(display_name) ?? id);
	return [{ id, name, ...(about ? { description: about } : {}) }];
}

/**
 * Asks fal's catalogue for the inputs of a model.
 *
 * @throws {CatalogFault} when it gives none
 */
export async function inputsOfModel(
	context: ILoadOptionsFunctions,
	endpointId: string,
): Promise<ModelInput[]> {
	const places = await placesOf(context);
	const id = encodeURIComponent(endpointId);
	const url = `${places.catalogUrl}/api/openapi/queue/openapi.json?endpoint_id=${id}`;
	return await answers.of(url, async () => {
		// Published for everybody: without the key.
		const published = await settle(ask(context, places, url, false));
		const inputs = 'value' in published ? inputsIn(published.value, endpointId) : undefined;
		if (inputs) return inputs;
		// Where that page is missing, the list of models has it, too.
		const other = `${places.platformUrl}/models?endpoint_id=${id}&expand=openapi-3.0`;
		const body = objectIn(await ask(context, places, other, places.platformTakesKey));
		const list = read(z.array(z.unknown()), body?.models);
		if (list === undefined) throw unreadable(other);
		const [model] = list;
		if (model === undefined) throw new CatalogFault('fal’s catalogue does not list it');
		const found = inputsIn(objectIn(model)?.openapi, endpointId);
		if (found) return found;
		throw new CatalogFault('fal’s catalogue does not tell them');
	});
}

/** Where the catalogue is, and what a question to it carries. */
interface Places {
	platformUrl: string;
	catalogUrl: string;
	/** Whether the credential's key is one of fal's, so that fal may see it. */
	platformTakesKey: boolean;
	carried: Omit<ConnectionOptions, 'allowedDomains'>;
	allowedDomains?: string;
}

async function placesOf(context: ILoadOptionsFunctions): Promise<Places> {
	// The catalogue is public: a node without a credential can be built, too.
	const got = await settle(context.getCredentials(credentialType));
	const credential: ICredentialDataDecryptedObject = 'value' in got ? got.value : {};
	const { platformUrl, catalogUrl, baseUrl } = credential;
	const own = await settle(connectionOf(context, credential));
	const { allowedDomains, ...carried } = 'value' in own ? own.value : {};
	return {
		platformUrl: platformUrlOf(platformUrl),
		catalogUrl: textIn(catalogUrl)?.replace(/\/+$/, '') ?? falCatalogUrl,
		platformTakesKey: 'value' in got && 'value' in own && isFal(textIn(baseUrl) ?? '', platformUrl),
		carried,
		...(allowedDomains === undefined ? {} : { allowedDomains }),
	};
}

// Async, so that what it throws is one of its ends: a proxy that is none, a credential without domains.
async function connectionOf(
	context: ILoadOptionsFunctions,
	credential: ICredentialDataDecryptedObject,
): Promise<ConnectionOptions> {
	const options = objectIn(context.getCurrentNodeParameter('requestOptions')) ?? {};
	return await Promise.resolve(requestOptionsOf(context.getNode(), options, credential));
}

// With the key first, where it may go there: without one, fal is asked less often before it says 429. A
// key that is refused, or may not leave for that host, is no reason to give up.
async function ask(
	context: ILoadOptionsFunctions,
	{ carried, allowedDomains }: Places,
	url: string,
	takesKey: boolean,
): Promise<unknown> {
	const options: IHttpRequestOptions = {
		...carried,
		method: 'GET',
		url,
		headers: { Accept: 'application/json' },
		json: true,
		timeout: timeoutMs,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
	};
	if (takesKey) {
		const domains = allowedDomains === undefined ? {} : { allowedDomains };
		const asked = await settle(askWithKey(context, { ...options, ...domains }));
		if ('value' in asked && ![401, 403].includes(asked.value.statusCode)) {
			return bodyOf(asked.value, url);
		}
	}
	const asked = await settle(askWithoutKey(context, options));
	if ('value' in asked) return bodyOf(asked.value, url);
	throw new CatalogFault(`${new URL(url).host} cannot be reached from this n8n`);
}

async function askWithKey(context: ILoadOptionsFunctions, options: IHttpRequestOptions) {
	return (await context.helpers.httpRequestWithAuthentication.call(
		context,
		credentialType,
		options,
	)) as IN8nHttpFullResponse;
}

async function askWithoutKey(context: ILoadOptionsFunctions, options: IHttpRequestOptions) {
	return (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse;
}

function bodyOf({ statusCode, body }: IN8nHttpFullResponse, url: string): unknown {
	const { host } = new URL(url);
	if (statusCode === 429) throw new CatalogFault(`${host} is asked too often right now`);
	if (statusCode === 404) throw new CatalogFault(`${host} does not have it`);
	if (statusCode !== 200) throw new CatalogFault(`${host} answered HTTP ${statusCode}`);
	return body;
}

function unreadable(url: string): CatalogFault {
	return new CatalogFault(`${new URL(url).host} gave an answer that cannot be read`);
}
