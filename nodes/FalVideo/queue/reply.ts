import { z, type ZodType, type ZodTypeDef } from 'zod';
import { QueueError } from './errors';
import { plainRequestId, type RequestPaths } from './paths';
import { type Fault, retryAfterMs } from './retry';
import { type Clock, ConnectionFailure, type QueueReply } from './transport';

/**
 * fal's replies as its documentation gives them. Unknown fields are kept: they reach the user.
 * A reply that does not fit is never passed on half understood.
 */

export const submitReplySchema = z
	.object({
		request_id: z.string().regex(plainRequestId),
		// Whatever else is off, the id must not be lost: the request is accepted, and costs money.
		status: z.string().optional().catch(undefined),
		response_url: z.string().catch(''),
		status_url: z.string().catch(''),
		cancel_url: z.string().catch(''),
		queue_position: z.number().nullish().catch(undefined),
	})
	.passthrough();

/** fal's reply to the POST. */
export type SubmitReply = z.infer<typeof submitReplySchema>;

export const statusReplySchema = z
	.object({
		status: z.string().min(1),
		// Nothing is decided by these: one that is off must not hide the status.
		queue_position: z.number().nullish().catch(undefined),
		metrics: z.record(z.unknown()).nullish().catch(undefined),
		logs: z.array(z.unknown()).nullish().catch(undefined),
		error: z.unknown(),
		error_type: z.string().nullish().catch(undefined),
	})
	.passthrough();

/** fal's reply to a status request. `status` may be a word that nobody here knows yet. */
export type StatusReply = z.infer<typeof statusReplySchema>;

const videoSchema = z
	.object({
		url: z.string().url(),
		content_type: z.string().nullish().catch(undefined),
		file_name: z.string().nullish().catch(undefined),
		file_size: z.number().nullish().catch(undefined),
	})
	.passthrough();

/** The finished file as fal names it. */
export type VideoFile = z.infer<typeof videoSchema>;

export const videoResultSchema = z.object({ video: videoSchema }).passthrough();

/** What a model returned. */
export type Result = Record<string, unknown>;

/** What a model of any kind returns: an object, of which nothing more is known. */
const anyResultSchema = z.record(z.unknown());

/** What is expected of a result. */
export function schemaOf(isVideo: boolean): ZodType<Result, ZodTypeDef, unknown> {
	return isVideo ? videoResultSchema : anyResultSchema;
}

export const cancelReplySchema = z.object({ status: z.string() }).passthrough();

const errorDetailSchema = z
	.object({
		msg: z.string(),
		type: z.string().optional(),
		loc: z.array(z.union([z.string(), z.number()])).optional(),
	})
	.passthrough();

export const errorReplySchema = z
	.object({
		detail: z.union([z.string(), z.array(errorDetailSchema)]).optional(),
		error_type: z.string().nullish(),
		error: z.string().nullish(),
		message: z.string().nullish(),
	})
	.passthrough();

/** What an error reply says. */
export interface Verdict {
	/** fal's reason, for people. */
	message: string;
	/** fal's reason, for machines: `content_policy_violation`, `runner_disconnected`, … */
	type?: string;
	/** The input that it is about, such as `prompt`. */
	field?: string;
	httpStatus: number;
	/** Whether the same request may succeed when it is sent again. */
	mayPass: boolean;
}

const longestText = 500;

// What a reply says in JSON, or nothing: a proxy's page is no reason that fal gave.
function parse(reply: QueueReply) {
	const parsed = errorReplySchema.safeParse(reply.body);
	return parsed.success ? parsed.data : undefined;
}

function shorten(text: string): string {
	return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/**
 * Reads an error reply, without judging whether it is final.
 *
 * @param fallback the reason where the reply gives none
 */
export function readVerdict(reply: QueueReply, fallback: string): Verdict {
	const body = parse(reply);
	const details = Array.isArray(body?.detail) ? body.detail : [];
	const reasons = details.map(({ msg }) => msg);
	// "body" is in front of every field.
	const fields = details.map(({ loc }) => loc?.filter((part) => part !== 'body').join('.') ?? '');
	const field = [...new Set(fields)].filter((name) => name !== '').join(', ');
	const text =
		reasons.length > 0
			? reasons.join('; ')
			: typeof body?.detail === 'string'
				? body.detail
				: (body?.message ?? body?.error ?? '');
	const type = details[0]?.type ?? body?.error_type ?? reply.headers['x-fal-error-type'];
	const retryable = reply.headers['x-fal-retryable']?.toLowerCase();
	return {
		message: shorten(text.trim() === '' ? fallback : text.trim()),
		...(type ? { type } : {}),
		...(field ? { field } : {}),
		httpStatus: reply.status,
		// fal's own word first. Without it, a 4xx is about the request, a 5xx about the moment.
		mayPass: retryable === 'true' || (retryable !== 'false' && reply.status >= 500),
	};
}

/** A verdict as one line: the reason, then in brackets what is for machines and for support. */
export function verdictLine({ message, type, field }: Verdict, requestId?: string): string {
	const what = type && field ? `${type} in ${field}` : (type ?? field);
	const marks = [what, requestId && `request ${requestId}`].filter(Boolean).join(', ');
	return marks === '' ? message : `${message} (${marks})`;
}

/**
 * Whether an error reply to a result request is fal's verdict on the request, as against a fault on
 * the way that passes (a proxy's 502 page, a rate limit).
 *
 * A 5xx is a verdict only when it carries a mark of fal's: `X-Fal-Retryable`, `X-Fal-Error-Type`,
 * an `error_type` or a list of details.
 */
export function isVerdict(reply: QueueReply): boolean {
	if (reply.status < 400 || isPassing4xx(reply.status)) return false;
	const body = parse(reply);
	// A proxy has 4xx pages too; without a reason of fal's it is nobody's verdict.
	if (reply.status < 500 && saysWhy(reply)) return true;
	return (
		'x-fal-retryable' in reply.headers ||
		'x-fal-error-type' in reply.headers ||
		Boolean(body?.error_type) ||
		Array.isArray(body?.detail)
	);
}

/** Whether an error reply has a reason of fal's, as against a proxy's page. */
export function saysWhy(reply: QueueReply): boolean {
	return parse(reply)?.detail !== undefined;
}

/** Request Timeout, Too Early, Too Many Requests: about the moment, not about the request. */
export function isPassing4xx(status: number): boolean {
	return status === 408 || status === 425 || status === 429;
}

/**
 * Reads a reply that is neither a status nor a result nor fal's verdict.
 *
 * @returns the passing fault that it is
 * @throws {QueueError} `unauthorized` (401, 403), `not-found` (404) or `unavailable` (another 4xx with
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
		throw new QueueError('not-found', `fal does not know request ${requestId}`, {
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

/** What a result request can come to, short of an error that is final. */
type ResultOutcome = { result: Result } | { notYet: true } | Fault;

/**
 * Reads the reply to a request for the result.
 *
 * @throws {QueueError} `rejected` or `failed` (how the request ended), `unexpected-reply` (a result
 * that is not what the model returns), `unauthorized`, `not-found`, `unavailable`
 */
export function readResult(
	reply: QueueReply,
	paths: RequestPaths,
	isVideo: boolean,
	clock: Clock,
): ResultOutcome {
	if (reply.status === 200 && isJsonObject(reply.body)) {
		const parsed = schemaOf(isVideo).safeParse(reply.body);
		if (parsed.success) return { result: parsed.data };
		const [issue] = parsed.error.issues;
		const where = issue && issue.path.length > 0 ? `"${issue.path.join('.')}"` : 'the result';
		throw new QueueError(
			'unexpected-reply',
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
