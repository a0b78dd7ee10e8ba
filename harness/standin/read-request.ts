import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseJson, type JsonValue } from './json';
import type { LogEntry } from './request-log';

/** What a request says by itself. */
export type ReceivedRequest = Pick<
	LogEntry,
	'at' | 'method' | 'path' | 'query' | 'headers' | 'body' | 'picture'
>;

/** Reads a whole request. One that breaks off counts with what had come. */
export async function readRequest(request: IncomingMessage): Promise<ReceivedRequest> {
	const at = Date.now();
	const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
	const isPicture = (request.headers['content-type'] ?? '').startsWith('image/');
	const hash = createHash('sha256');
	let size = 0;
	const chunks: Buffer[] = [];
	try {
		for await (const chunk of request as AsyncIterable<Buffer>) {
			size += chunk.length;
			// A picture may be large, and only its identity is of interest.
			if (isPicture) hash.update(chunk);
			else chunks.push(chunk);
		}
	} catch {
		// The sender has gone.
	}
	return {
		at,
		method: request.method ?? '',
		path: pathname,
		query: Object.fromEntries(searchParams),
		headers: flatHeaders(request),
		body: parseBody(Buffer.concat(chunks).toString()),
		...(isPicture ? { picture: { bytes: size, sha256: hash.digest('hex') } } : {}),
	};
}

function flatHeaders({ headers }: IncomingMessage): Record<string, string> {
	const flat: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		flat[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
	}
	return flat;
}

function parseBody(text: string): JsonValue | undefined {
	if (text === '') return undefined;
	try {
		return parseJson(text);
	} catch {
		return text;
	}
}
