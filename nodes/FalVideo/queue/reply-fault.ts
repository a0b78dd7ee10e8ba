import { retryAfterMs } from './backoff';
import { QueueError } from './queue-error';
import type { RequestPaths } from './request-path';
import { type Clock, ConnectionFailure, type QueueReply } from './transport';
import { isPassing4xx, readVerdict, saysWhy, verdictLine } from './verdict';

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
 * @throws {QueueError} `unauthorized` (401, 403), `gone` (404) or `unavailable` (another 4xx with
 * fal's reason): asking again will not help
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
	if (status === 404 && !isPage(reply)) {
		throw new QueueError('gone', `fal does not know request ${requestId}`, {
			requestId,
			httpStatus: status,
		});
	}
	if (status >= 400 && status < 500 && !isPassing4xx(status) && saysWhy(reply)) {
		// fal's own word that the question is wrong, such as an id that is none. It will not change.
		const verdict = readVerdict(reply, '');
		throw new QueueError('unavailable', verdictLine(verdict, requestId), {
			requestId,
			httpStatus: status,
			...(verdict.type ? { type: verdict.type } : {}),
		});
	}
	const pause = retryAfterMs(reply.headers['retry-after'], clock.now());
	const what =
		status >= 200 && status < 300
			? `HTTP ${status} with a body that is not fal's`
			: `HTTP ${status}: ${readVerdict(reply, 'no reason given').message}`;
	return { fault: what, ...(pause === undefined ? {} : { retryAfterMs: pause }) };
}

// A page is a proxy's, or another server's: fal answers in JSON.
function isPage({ body }: QueueReply): boolean {
	return typeof body === 'string' && /^\s*</.test(body);
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
