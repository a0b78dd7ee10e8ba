import type { ZodType, ZodTypeDef } from 'zod';
import type { StatusReply } from './contract';
import type { Fault } from './reply-fault';
import type { RequestPaths } from './request-path';
import { fetchResult } from './result';
import { fetchStatus } from './status';
import type { Clock, SendRequest } from './transport';

/** How a request stands: complete, with its result, or pending, with what fal said. */
export type Standing<Result> =
	{ status: StatusReply; result: Result } | { pending: StatusReply } | Fault;

/**
 * Asks once how a request stands, and fetches the result of one that is complete.
 *
 * @throws {QueueError} `rejected` or `failed` (fal's verdict), `contract`, `unauthorized`, `gone`,
 * `blocked`, `unavailable`
 */
export async function lookUp<Result>(
	send: SendRequest,
	paths: RequestPaths,
	schema: ZodType<Result, ZodTypeDef, unknown>,
	clock: Clock,
	signal?: AbortSignal,
): Promise<Standing<Result>> {
	const answer = await fetchStatus(send, paths, clock, { signal });
	if ('fault' in answer) return answer;
	const { status } = answer;
	if (status.status !== 'COMPLETED') return { pending: status };
	const outcome = await fetchResult(send, paths, schema, clock, signal);
	if ('fault' in outcome) return outcome;
	return 'result' in outcome ? { status, result: outcome.result } : { pending: status };
}
