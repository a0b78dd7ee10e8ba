import type { KnownHost } from './known-host';
import { ConnectionFailure, type QueueRequest, type SendRequest } from './transport';

/**
 * Sends through `send`, but never more at once than the host is to be given: each POST has a place,
 * each status request its turn. What only ends a request's life (a cancel) or fetches what is there
 * (a result) goes at once.
 *
 * A request whose signal aborts while it is in line is not sent: that is a `ConnectionFailure` of the
 * kind `not-sent`.
 */
export function bounded(send: SendRequest, { submits, questions }: KnownHost): SendRequest {
	return async (request) => {
		if (request.method === 'POST') {
			if (!(await submits.enter(request.lineSignal))) throw leftTheLine();
			try {
				return await send(request);
			} finally {
				submits.leave();
			}
		}
		if (asksForStatus(request) && !(await questions.enter(request.signal))) throw leftTheLine();
		return await send(request);
	};
}

function asksForStatus({ method, path }: QueueRequest): boolean {
	return method === 'GET' && path.endsWith('/status');
}

function leftTheLine(): ConnectionFailure {
	return new ConnectionFailure('it was not sent any more', 'not-sent');
}
