import { retryAfterMs } from './backoff';
import { QueueError } from './queue-error';
import type { RequestPaths } from './request-path';
import { type Clock, ConnectionFailure, type QueueReply } from './transport';
import { readVerdict } from './verdict';

/** Something on the way that passes: the wait goes on. */
export interface Fault {
	fault: string;
	/** How long the server asks to be left alone, in milliseconds. */
	retryAfterMs?: number;
}

/**
 * Reads a reply that is neither a status nor a result nor fal's verdict.
 *
 * @returns the passing fault that it is
 * @throws {QueueError} `unauthorized` (401, 403) or `gone` (404): asking again will not help
 */
export function faultOf(reply: QueueReply, paths: RequestPaths, clock: Clock): Fault {
	const { status } = reply;
	const { requestId } = paths;
	if (status === 401 || status === 403) {
		const { message } = readVerdict(reply, `HTTP ${status}`);
		throw new QueueError('unauthorized', `fal did not accept the key: ${message}`, {
			requestId,
			httpStatus: status,
		});
	}
	if (status === 404) {
		throw new QueueError('gone', `fal does not know request ${requestId}`, {
			requestId,
			httpStatus: status,
		});
	}
	const pause = retryAfterMs(reply.headers['retry-after'], clock.now());
	const what =
		status >= 200 && status < 300
			? `HTTP ${status} with a body that is not fal's`
			: `HTTP ${status}: ${readVerdict(reply, 'no reason given').message}`;
	return { fault: what, ...(pause === undefined ? {} : { retryAfterMs: pause }) };
}

/**
 * Reads a request that had no whole reply.
 *
 * @returns the passing fault that it is
 * @throws {QueueError} `blocked`, when n8n itself does not let the request out
 */
export function faultOfConnection(error: unknown, paths: RequestPaths): Fault {
	if (error instanceof ConnectionFailure && error.reach === 'blocked') {
		throw new QueueError('blocked', `n8n did not let the request out: ${error.message}`, {
			requestId: paths.requestId,
		});
	}
	return { fault: error instanceof Error ? error.message : String(error) };
}
