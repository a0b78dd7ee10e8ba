import type { JsonValue } from './json';

/** What a request asked for. */
export type RequestKind =
	| 'submit'
	| 'status'
	| 'stream'
	| 'result'
	| 'cancel'
	| 'file'
	| 'keys'
	| 'initiate'
	| 'requests'
	/** What models cost. */
	| 'prices'
	| 'upload'
	/** The list of models. */
	| 'models'
	/** A model's OpenAPI document. */
	| 'document'
	| 'other';

/** One HTTP request that reached the stand-in, and what became of it. */
export interface LogEntry {
	/** When its head arrived, in milliseconds since 1970. */
	at: number;
	/** When the reply was through or the connection closed, in milliseconds since 1970. */
	endedAt?: number;
	/** Which of the two servers it reached. */
	host: 'queue' | 'media';
	method: string;
	/** The path without the query. */
	path: string;
	query: Record<string, string>;
	/** Names in small letters; a header sent more than once is joined with `, `. */
	headers: Record<string, string>;
	/** The body: parsed when it is JSON, else its text; `undefined` when there was none. */
	body: JsonValue | undefined;
	/** Of a body that is a picture, in the place of its text. */
	picture?: { bytes: number; sha256: string };
	kind: RequestKind;
	/** The fal request it is about: from its path, or given to it when it was accepted. */
	requestId?: string;
	/** HTTP status of the reply, or what came instead. `undefined` until then. */
	answered?: number | 'reset' | 'hang';
	/** The type of the fault that was put on it, if any. */
	fault?: string;
	/** Whether the connection was closed before the reply was through, other than by a fault. */
	abandoned?: boolean;
}
