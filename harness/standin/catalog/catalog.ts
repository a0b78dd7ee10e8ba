import type { JsonObject } from '../json';
import type { StandInOptions } from '../options';
import { jsonReply, type Reply } from '../reply';
import type { LogEntry } from '../request-log';
import { categoryOf, type EndpointFacts, endpoints } from './endpoints';
import { openApiDocument } from './openapi-document';

/** fal's platform API says its errors in this form: its documentation. The words are a guess. */
const platformError = (status: number, type: string, message: string) =>
	jsonReply(status, { error: { type, message } });

/** fal's catalogue of models: a list in pages, and each model's OpenAPI document. */
export class Catalog {
	private asked = { withoutKey: 0, withKey: 0 };

	constructor(private readonly options: () => StandInOptions) {}

	/** Forgets how often it has been asked. */
	clear(): void {
		this.asked = { withoutKey: 0, withKey: 0 };
	}

	/** `GET /v1/models`: fal's platform API, which takes a key, and does without one. */
	models({ query, headers }: LogEntry): Reply {
		const { keys, catalog } = this.options();
		const { authorization } = headers;
		if (authorization !== undefined && !keys.some((key) => authorization === `Key ${key}`)) {
			return platformError(401, 'authorization_error', 'Invalid API key');
		}
		const who = authorization === undefined ? 'withoutKey' : 'withKey';
		this.asked[who] += 1;
		if (this.asked[who] > catalog.questions[who]) {
			return platformError(429, 'rate_limited', 'Rate limit exceeded');
		}
		const limit = Number(query.limit ?? 50);
		if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
			return platformError(400, 'validation_error', 'limit must be from 1 to 100');
		}
		const found = this.ids().filter((id) => this.isWanted(id, query));
		if (query.endpoint_id !== undefined && found.length === 0) {
			return platformError(404, 'not_found', `Endpoint '${query.endpoint_id}' not found`);
		}
		// Opaque to clients, as fal's documentation says.
		const start = Number(Buffer.from(query.cursor ?? '', 'base64url').toString() || 0);
		const page = found.slice(start, start + limit);
		const end = start + page.length;
		const hasMore = end < found.length;
		return jsonReply(200, {
			models: page.map((id) => this.model(id, query.expand === 'openapi-3.0')),
			next_cursor: hasMore ? Buffer.from(String(end)).toString('base64url') : null,
			has_more: hasMore,
		});
	}

	/** `GET /api/openapi/queue/openapi.json`: a page of fal's site, without a key. */
	document({ query }: LogEntry): Reply {
		const document = this.documentOf(query.endpoint_id ?? '');
		return document ? jsonReply(200, document) : jsonReply(404, null);
	}

	private ids(): string[] {
		return Object.keys({ ...endpoints, ...this.options().catalog.endpoints }).sort();
	}

	private factsOf(id: string): EndpointFacts | undefined {
		return this.options().catalog.endpoints[id] ?? endpoints[id];
	}

	private documentOf(id: string): JsonObject | undefined {
		const { documents, withoutDocument } = this.options().catalog;
		const facts = this.factsOf(id);
		if (withoutDocument.includes(id)) return undefined;
		return documents[id] ?? (facts && openApiDocument(id, facts));
	}

	private nameOf(id: string): string {
		return this.options().catalog.names[id] ?? displayName(id);
	}

	private statusOf(id: string): 'active' | 'deprecated' {
		return this.options().catalog.deprecated.includes(id) ? 'deprecated' : 'active';
	}

	private isWanted(id: string, query: LogEntry['query']): boolean {
		const { category, status, q, endpoint_id: wanted } = query;
		if (wanted !== undefined && wanted !== id) return false;
		if (category !== undefined && category !== categoryOf(id)) return false;
		if (status !== undefined && status !== this.statusOf(id)) return false;
		// How fal searches is a guess: each word in the name, the id or the description.
		const text = `${this.nameOf(id)} ${id} ${describe(id)}`.toLowerCase();
		const words = (q ?? '').toLowerCase().split(/\s+/);
		return words.every((word) => text.includes(word));
	}

	private model(id: string, withDocument: boolean): JsonObject {
		const document = withDocument ? this.documentOf(id) : undefined;
		return {
			endpoint_id: id,
			metadata: {
				display_name: this.nameOf(id),
				category: categoryOf(id),
				description: describe(id),
				status: this.statusOf(id),
				tags: [],
				updated_at: '2026-08-01T00:00:00Z',
				thumbnail_url: 'https://v3.fal.media/files/example.jpg',
				model_url: `https://fal.run/${id}`,
			},
			...(document ? { openapi: document } : {}),
		};
	}
}

// Names and descriptions are a guess: the facts have none.
function displayName(id: string): string {
	return id
		.replace(/^fal-ai\//, '')
		.split(/[/-]+/)
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join(' ');
}

function describe(id: string): string {
	const of = categoryOf(id) === 'image-to-video' ? 'an image' : 'a text';
	return `Makes a video from ${of} with ${displayName(id)}.`;
}
