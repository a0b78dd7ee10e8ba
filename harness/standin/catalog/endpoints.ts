import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../json';

/** An input of an endpoint, as fal's pages told it in August 2026. */
export interface InputFacts {
	name: string;
	/** `url` is a text with an address in it, `json` a list or an object. */
	type: 'string' | 'number' | 'boolean' | 'url' | 'json';
	/** The values that there are. */
	enum?: Array<string | number>;
	default?: JsonValue;
	required?: true;
}

/** An endpoint: what it takes, and the names of what it gives. */
export interface EndpointFacts {
	input: InputFacts[];
	output: string[];
}

/** The 203 endpoints that made video from text or from an image in August 2026, by their ids. */
export const endpoints = JSON.parse(
	readFileSync(join(__dirname, 'endpoints.json'), 'utf8'),
) as Record<string, EndpointFacts>;

/** What an endpoint makes its video of, as fal's catalogue calls it. */
export type Category = 'text-to-video' | 'image-to-video';

/** The facts name none: the id tells it. */
export function categoryOf(id: string): Category {
	return id.includes('image-to-video') ? 'image-to-video' : 'text-to-video';
}
