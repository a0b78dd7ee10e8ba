import type { ZodType, ZodTypeDef } from 'zod';
import { faultOf, faultOfConnection, type Fault } from './reply-fault';
import { QueueError } from './queue-error';
import type { RequestPaths } from './request-path';
import type { Clock, QueueReply, SendRequest } from './transport';
import { isVerdict, readVerdict, verdictLine } from './verdict';

/** What a result request can come to, short of an error that is final. */
export type ResultOutcome<Result> = { result: Result } | { notYet: true } | Fault;

/**
 * Asks for the result of a request, once.
 *
 * @param schema what the model returns
 * @throws {QueueError} `rejected` or `failed` (fal's verdict on the request), `contract` (a result
 * that is not what the model returns), `unauthorized`, `gone`
 */
export async function fetchResult<Result>(
	send: SendRequest,
	paths: RequestPaths,
	schema: ZodType<Result, ZodTypeDef, unknown>,
	clock: Clock,
	signal?: AbortSignal,
): Promise<ResultOutcome<Result>> {
	let reply: QueueReply;
	try {
		reply = await send({ method: 'GET', path: paths.response, signal });
	} catch (error) {
		return faultOfConnection(error, paths);
	}
	if (reply.status === 200 && isJsonObject(reply.body)) {
		const parsed = schema.safeParse(reply.body);
		if (parsed.success) return { result: parsed.data };
		const [issue] = parsed.error.issues;
		const where = issue && issue.path.length > 0 ? `"${issue.path.join('.')}"` : 'the result';
		throw new QueueError(
			'contract',
			`fal completed request ${paths.requestId}, but ${where} is not what the model is said to return: ${issue?.message ?? 'unreadable'}`,
			{ requestId: paths.requestId, httpStatus: 200 },
		);
	}
	if (isStillInProgress(reply)) return { notYet: true };
	if (reply.status !== 401 && reply.status !== 403 && reply.status !== 404 && isVerdict(reply)) {
		const verdict = readVerdict(reply, `HTTP ${reply.status} without a reason`);
		throw new QueueError(
			verdict.mayPass ? 'failed' : 'rejected',
			verdictLine(verdict, paths.requestId),
			{
				requestId: paths.requestId,
				httpStatus: verdict.httpStatus,
				...(verdict.type ? { type: verdict.type } : {}),
			},
		);
	}
	return faultOf(reply, paths, clock);
}

function isJsonObject(body: unknown): boolean {
	return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function isStillInProgress(reply: QueueReply): boolean {
	return reply.status === 400 && /still in progress/i.test(readVerdict(reply, '').message);
}
