import { type StatusReply, statusReplySchema } from './contract';
import { type Fault, faultOf, faultOfConnection } from './reply-fault';
import type { RequestPaths } from './request-path';
import type { Clock, QueueReply, SendRequest } from './transport';

/** Options of a status request. */
export interface StatusOptions {
	/** Whether fal adds the runner's logs. */
	logs?: boolean;
	signal?: AbortSignal;
}

/**
 * Asks for the status of a request, once.
 *
 * @returns the status, or the passing fault that came instead
 * @throws {QueueError} `unauthorized`, `gone`
 */
export async function fetchStatus(
	send: SendRequest,
	paths: RequestPaths,
	clock: Clock,
	{ logs, signal }: StatusOptions = {},
): Promise<{ status: StatusReply } | Fault> {
	let reply: QueueReply;
	try {
		reply = await send({
			method: 'GET',
			path: paths.status,
			...(logs ? { query: { logs: '1' } } : {}),
			signal,
		});
	} catch (error) {
		return faultOfConnection(error, paths);
	}
	if (reply.status === 200 || reply.status === 202) {
		const parsed = statusReplySchema.safeParse(reply.body);
		if (parsed.success) return { status: parsed.data };
	}
	return faultOf(reply, paths, clock);
}
