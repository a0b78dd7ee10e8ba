import { type StatusReply, statusReplySchema } from './contract';
import type { RequestPaths } from './request-path';
import type { QueueReply, SendRequest } from './transport';

/** Options of a status request. */
export interface StatusOptions {
	/** Whether fal adds the runner's logs. */
	logs?: boolean;
	signal?: AbortSignal;
}

/**
 * Asks for the status of a request, once.
 *
 * @returns the status, or the reply where it is none (an error, a page, something unreadable)
 * @throws {ConnectionFailure} when there was no whole reply
 */
export async function fetchStatus(
	send: SendRequest,
	paths: RequestPaths,
	{ logs, signal }: StatusOptions = {},
): Promise<{ status: StatusReply } | { other: QueueReply }> {
	const reply = await send({
		method: 'GET',
		path: paths.status,
		...(logs ? { query: { logs: '1' } } : {}),
		signal,
	});
	const parsed =
		reply.status === 200 || reply.status === 202
			? statusReplySchema.safeParse(reply.body)
			: undefined;
	return parsed?.success ? { status: parsed.data } : { other: reply };
}
