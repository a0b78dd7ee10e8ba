/**
 * What the queue needs of its surroundings: something that can send a request, and a clock. n8n's
 * request helpers are one such thing, a plain `fetch` another.
 */

/** One HTTP request to the queue's host. The key is added by whoever sends it. */
export interface QueueRequest {
	method: 'GET' | 'POST' | 'PUT';
	/** Absolute path on the queue's host, without the base URL. */
	path: string;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	body?: Record<string, unknown>;
	/** When an answer is of no use any more, counted from now: whole milliseconds. @default never */
	withinMs?: number | undefined;
	/** Whether it is one of many that ask how a request stands: these are rate limited. */
	isPoll?: boolean;
	/** Ends the request early; `undefined` for one that must run to its end. */
	signal?: AbortSignal;
	/** Asked when its turn has come: an error keeps it from being sent. */
	unless?: () => Error | undefined;
	/** For a request that must run to its end: keeps it from being sent while it still waits for its turn. */
	waitSignal?: AbortSignal;
}

/** What came back, whatever the status code. */
export interface QueueReply {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string>;
	/** Parsed JSON, or the text where it was not JSON. */
	body: unknown;
}

/** Whether a status code is one of success. */
export function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}

/** A signal that aborts with either of two, of which one may be missing. */
export function eitherSignal(one: AbortSignal | undefined, other: AbortSignal): AbortSignal {
	return one ? AbortSignal.any([one, other]) : other;
}

/**
 * Sends one request and resolves to the reply, error statuses included.
 *
 * @throws {ConnectionFailure} when there was no whole reply
 */
export type SendRequest = (request: QueueRequest) => Promise<QueueReply>;

/**
 * Opens a stream of server-sent events and hands on the data of each, until the stream ends or the
 * signal aborts.
 *
 * @returns whether it was a stream at all, when it has ended
 * @throws {ConnectionFailure} when it did not come to its own end
 */
export type Listen = (
	request: { path: string; signal: AbortSignal },
	onData: (data: string) => void,
) => Promise<boolean>;

/** A request without a whole reply: refused, reset, timed out, aborted. */
export class ConnectionFailure extends Error {
	override readonly name = 'ConnectionFailure';

	constructor(
		/** For people: what happened, without addresses that could hold a secret. */
		message: string,
		/**
		 * `not-sent`: the server cannot have seen it. `blocked`: n8n itself refused to send it, and
		 * will again. `maybe-sent`: it may have been received and acted on.
		 */
		readonly reach: 'not-sent' | 'blocked' | 'maybe-sent',
	) {
		super(message);
	}
}

/** Time, so that the waiting can be tried out without waiting. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`, or as soon as `signal` aborts. Never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** A number from 0 to 1, for jitter. */
	random(): number;
}
