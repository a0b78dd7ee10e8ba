import {
	ConnectionFailure,
	type QueueReply,
	type QueueRequest,
	type SendRequest,
} from '../../nodes/FalVideo/queue/transport';

/** One reply of a script: a reply, or the failure to get one. */
export type Scripted = QueueReply | ConnectionFailure;

export function reply(
	status: number,
	body: unknown,
	headers: Record<string, string> = {},
): QueueReply {
	return { status, body, headers };
}

export const lost = new ConnectionFailure('the connection was cut', 'maybe-sent');
export const refused = new ConnectionFailure('the connection was refused', 'not-sent');

/**
 * A queue that answers from a function, and what it was asked. The wire itself is tried out
 * elsewhere, against a real server; here it is about what is asked when.
 */
export function scriptedQueue(answer: (request: QueueRequest, count: number) => Scripted): {
	send: SendRequest;
	requests: QueueRequest[];
} {
	const requests: QueueRequest[] = [];
	return {
		requests,
		send: async (request) => {
			requests.push(request);
			const outcome = answer(request, requests.length);
			if (outcome instanceof ConnectionFailure) throw outcome;
			return await Promise.resolve(outcome);
		},
	};
}
