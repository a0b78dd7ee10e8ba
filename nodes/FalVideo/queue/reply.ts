import { z } from 'zod';
import { objectIn, read, textIn, textSchema } from './read';
import {
	hasFalMark,
	isAboutMoment,
	isAccountType,
	isLock,
	isOfRequest,
	isPassingCode,
	isRefusedKey,
	isUnknownRequest,
	isWebPage,
	type Reason,
	reasonOf,
	saysGoingOn,
	soundsFailed,
} from './reason';
import { isSuccess, type QueueReply } from './transport';

/**
 * The one reading of all replies. Hosts differ in their codes and shapes, so each part of a reply is
 * read by itself: one that is odd hides no other. Unknown fields are kept; they reach the user.
 */

/** What a model returned. */
export type Result = Record<string, unknown>;

const videoSchema = z
	.object({
		url: textSchema.refine((url) => URL.canParse(url)),
		content_type: z.string().nullish().catch(undefined),
		file_name: z.string().nullish().catch(undefined),
		file_size: z.number().nullish().catch(undefined),
	})
	.passthrough();

/** The finished file as the host names it. */
export type VideoFile = z.infer<typeof videoSchema>;

/** The video of a result, if there is one. */
export function videoOf(result: Result): VideoFile | undefined {
	return read(videoSchema, result.video);
}

/** How a request stands, in the host's words. `status` may be a word that nobody here knows yet. */
export interface StatusReply {
	status: string;
	queue_position?: number | null | undefined;
	metrics?: Record<string, unknown> | null | undefined;
	logs?: unknown[] | null | undefined;
	[field: string]: unknown;
}

/**
 * How often an end must be told before it is believed, where the words alone tell of it: the host may
 * speak of the question, or of the moment. `repeated`: a few times in a row. `lasting`: for a while.
 */
export type Doubt = 'repeated' | 'lasting';

/** What a reply says of a request that exists. */
export type Reading =
	/** It is complete; the reply to a status request does not have the result. */
	| { says: 'complete'; status: StatusReply; result?: Result }
	/** It is not complete. */
	| { says: 'going-on'; status: StatusReply }
	/** It has ended without a result. */
	| { says: 'ended'; reason: Reason; doubt?: Doubt }
	/** The host says that it is complete, but failed: its result has the reason. */
	| { says: 'failed'; reason: Reason; status: StatusReply }
	/** The key was refused (401). */
	| { says: 'unauthorized'; reason: Reason }
	/** The account was refused (402, 403): locked, out of balance, or without a permission. */
	| { says: 'account'; reason: Reason; isLocked: boolean }
	/** The host does not know the request, or no longer (404, 410). */
	| { says: 'not-found'; reason: Reason }
	/** The host refused the question (another 4xx with a reason). */
	| { says: 'refused'; reason: Reason }
	/** The host has no such endpoint. */
	| { says: 'no-endpoint'; reason: Reason }
	/** A result without the video that the model is said to return; and whether it is told complete. */
	| { says: 'no-video'; reason: Reason; isTold: boolean }
	/** A fault on the way that says nothing of the request. */
	| { says: 'passes'; reason: Reason };

/** The words of fal's queue, and those that other hosts use for the same. */
const words: Record<'queued' | 'running' | 'complete' | 'failed', readonly string[]> = {
	queued: [
		'IN_QUEUE',
		'QUEUED',
		'QUEUEING',
		'PENDING',
		'SUBMITTED',
		'CREATED',
		'WAITING',
		'STARTING',
	],
	running: ['IN_PROGRESS', 'PROCESSING', 'RUNNING', 'GENERATING', 'STARTED', 'WORKING'],
	complete: ['COMPLETED', 'COMPLETE', 'SUCCEEDED', 'SUCCEED', 'SUCCESS', 'FINISHED', 'DONE', 'OK'],
	failed: [
		'FAILED',
		'FAILURE',
		'FAIL',
		'ERROR',
		'CANCELLED',
		'CANCELED',
		'EXPIRED',
		'TIMED_OUT',
		'TIMEOUT',
		'ABORTED',
		'TERMINATED',
		'REJECTED',
		'REFUSED',
		'BLOCKED',
	],
};

/** What a status word means; `undefined` for one that nobody knows, which is not an end. */
export function meaningOfWord(word: string): keyof typeof words | undefined {
	const plain = word
		.trim()
		.toUpperCase()
		.replace(/[\s-]+/g, '_');
	return (Object.keys(words) as Array<keyof typeof words>).find((meaning) =>
		words[meaning].includes(plain),
	);
}

/** What else stands in a reply about the status. A model's own output has other fields. */
const statusFields = new Set([
	'status',
	'request_id',
	'gateway_request_id',
	'response_url',
	'status_url',
	'cancel_url',
	'queue_position',
	'logs',
	'metrics',
	'error',
	'error_type',
	'progress',
]);

/** What was asked, and what is expected. */
export interface Question {
	of: 'status' | 'result';
	/** Whether the result must have a `video`; of other models' results nothing is known. */
	isVideo: boolean;
	/** The request's own id: another one in a reply is a trace of the question. */
	requestId?: string;
}

type Body = Record<string, unknown>;

/** What a reply to a status or a result request says, whatever its code and shape. */
export function readReply(reply: QueueReply, question: Question): Reading {
	const { of, isVideo } = question;
	const isAnyResult = of === 'result' && !isVideo;
	const bodies = bodiesOf(reply.body);
	const [body] = bodies;
	// What a model of any kind returns is looked at as it is.
	const withWord = (isAnyResult ? bodies.slice(0, 1) : bodies.toReversed()).find(
		(one) => wordOf(one) !== undefined,
	);
	const word = withWord && wordOf(withWord);
	const isStatus =
		word !== undefined &&
		(!isAnyResult ||
			Object.keys(body ?? {}).every((key) => statusFields.has(key)) ||
			(isOwn(body, question) && isGoingOn(word)));

	const result = resultIn(reply, bodies, question, isStatus);
	if (result) return { says: 'complete', status: completedStatus(body ?? {}), result };

	const outer = reasonOf(reply);
	const inner =
		withWord === undefined || withWord === body ? outer : reasonOf({ ...reply, body: withWord });
	const reason = inner.isGiven ? inner : outer;
	if (withWord && isStatus) {
		const said = readWord(word, withWord, reason, reply, question);
		if (said) return said;
	}
	if (reason.isGiven && !Array.isArray(body?.detail) && saysGoingOn(reason)) {
		return { says: 'going-on', status: { status: 'IN_PROGRESS' } };
	}
	return readCode(reply, reason, { ...question, isStatus });
}

/** The reply, and what it wraps in `result`, `data` or a list of one, from the outside to the inside. */
export function bodiesOf(value: unknown, depth = 0): Body[] {
	const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
	const body = objectIn(one);
	if (body === undefined) return [];
	if (depth === 2) return [body];
	return [body, ...[body.result, body.data].flatMap((within) => bodiesOf(within, depth + 1))];
}

/** The first video in what a reply wraps, and the object that it stands in. */
export function videoWithin(bodies: Body[]): { video: VideoFile; within: Body } | undefined {
	for (const within of bodies) {
		const video = videoOf(within);
		if (video) return { video, within };
	}
	return undefined;
}

function isOwn(body: Body | undefined, { requestId }: Question): boolean {
	return requestId !== undefined && body?.request_id === requestId;
}

/** Whether a status word says that the request goes on. */
export function isGoingOn(word: unknown): boolean {
	const meaning = typeof word === 'string' ? meaningOfWord(word) : undefined;
	return meaning === 'queued' || meaning === 'running';
}

// "success" beside `data` says that the question was answered, not how the request stands.
function wordOf(body: Body): string | undefined {
	const word = [body.status, body.state, body.task_status]
		.map((one) => textIn(one))
		.find((one) => one !== undefined);
	const isOfQuestion = /^(success|ok)$/i.test(word ?? '') && objectIn(body.data);
	return isOfQuestion ? undefined : word;
}

// Where the result is: as fal gives it, or in the envelope of another host.
function resultIn(
	{ status: code }: QueueReply,
	bodies: Body[],
	{ of, isVideo }: Question,
	isStatus: boolean,
): Result | undefined {
	const [body] = bodies;
	if (body === undefined) return undefined;
	const found = videoWithin(bodies);
	if (found) return { ...(isVideo ? found.within : body), video: found.video };
	if (isVideo || of === 'status' || isStatus || !isSuccess(code)) return undefined;
	// Of another model's result nothing is known, but an error has no fields besides its own.
	const isError = Object.entries(body).every(
		([key, value]) => errorFields.has(key) || (key === 'data' && value === null),
	);
	return isError ? undefined : body;
}

const errorFields = new Set([
	'detail',
	'error',
	'error_type',
	'message',
	'msg',
	'type',
	'code',
	'request_id',
	'success',
]);

/**
 * What is the result of a request that the host calls complete, whose model may return anything: all
 * but an error.
 *
 * @returns `undefined` where it is none
 */
export function anyResultOf(reply: QueueReply): { result: Result; isSure: boolean } | undefined {
	if (!isSuccess(reply.status) || isWebPage(reply)) return undefined;
	const body = objectIn(reply.body);
	// A text may be JSON that was cut, a word of going on a reply of a moment ago.
	if (body === undefined) {
		return { result: { result: reply.body ?? null }, isSure: Array.isArray(reply.body) };
	}
	const keys = Object.keys(body);
	const isStatus = keys.every((key) => statusFields.has(key));
	const hasOnlyError = isStatus || keys.every((key) => errorFields.has(key));
	if (hasOnlyError && reasonOf(reply).isError) return undefined;
	const isSure = !(isStatus && wordOf(body) !== undefined);
	const found = videoWithin(bodiesOf(body));
	return { result: { ...body, ...(found ? { video: found.video } : {}) }, isSure };
}

function readWord(
	word: string | undefined,
	body: Body,
	reason: Reason,
	reply: QueueReply,
	question: Question,
): Reading | undefined {
	if (word === undefined) return undefined;
	if (/^not[_ ]found$/i.test(word)) return { says: 'not-found', reason };
	switch (meaningOfWord(word)) {
		case 'queued':
			return { says: 'going-on', status: statusFrom(body, 'IN_QUEUE') };
		case 'running':
			return { says: 'going-on', status: statusFrom(body, 'IN_PROGRESS') };
		case 'complete': {
			const status = statusFrom(body, 'COMPLETED');
			if (reason.isGiven && saysGoingOn(reason)) {
				return { says: 'going-on', status: statusFrom(body, 'IN_PROGRESS') };
			}
			// A message beside it may be one of success.
			if (reason.isGiven && reason.isError) return { says: 'failed', reason, status };
			// A result without the media is not there yet.
			return question.of === 'status'
				? { says: 'complete', status }
				: { says: 'no-video', reason, isTold: true };
		}
		case 'failed':
			return readFailed(word, body, reason, reply, question);
		case undefined:
			// It may be tried again by the host itself.
			if (reason.isError && reason.httpStatus < 500 && !/retry/i.test(word)) {
				return { says: 'ended', reason, doubt: 'lasting' };
			}
			return isSuccess(reason.httpStatus)
				? { says: 'going-on', status: statusFrom(body, word) }
				: undefined;
	}
}

// Frameworks write `{"status":"error"}` about the question, too, and proxies about the moment.
const vagueWord = /^(error|fail)$/i;

function readFailed(
	word: string,
	body: Body,
	reason: Reason,
	reply: QueueReply,
	question: Question,
): Reading | undefined {
	const { httpStatus: code } = reason;
	const message = reason.isGiven ? reason.message : word;
	const ended = { says: 'ended' as const, reason: { ...reason, message, isGiven: true } };
	if (isAboutQuestion(code)) return undefined;
	if (hasFalMark(reply)) return ended;
	const isOfItself = isOwn(body, question);
	if (code >= 500) return isOfItself ? { ...ended, doubt: 'lasting' } : undefined;
	const isVague = vagueWord.test(word);
	if (isOfItself && !isVague) return ended;
	const isOfMoment =
		isAboutMoment(reason) ||
		isAccountType(reason) ||
		isRefusedKey(reason) ||
		isUnknownRequest(reason) ||
		saysGoingOn(reason);
	if (reason.isGiven && isOfMoment) return isVague ? undefined : { ...ended, doubt: 'lasting' };
	return isVague ? { ...ended, doubt: doubtOf(ended.reason) } : ended;
}

// Words that tell of a failure need not be waited out as long as those that do not.
function doubtOf(reason: Reason): Doubt {
	const { httpStatus: code } = reason;
	return code < 500 && soundsFailed(reason) ? 'repeated' : 'lasting';
}

// Codes that are about who asks, what for or how often, not about how the request ended.
function isAboutQuestion(code: number): boolean {
	return [401, 402, 403, 404, 405, 408, 410, 425, 429].includes(code);
}

function readCode(
	reply: QueueReply,
	reason: Reason,
	{ of, isVideo, isStatus }: Question & { isStatus: boolean },
): Reading {
	const { status: code } = reply;
	const isPage = isWebPage(reply);
	const isVerdict = hasFalMark(reply);
	const isOfKey = isRefusedKey(reason) && (isSuccess(code) || code === 403);
	if ((code === 401 && !isPage) || isOfKey) {
		return { says: 'unauthorized', reason };
	}
	if (isUnknownRequest(reason) && code < 500) return { says: 'not-found', reason };
	if (code === 402 || code === 403) {
		if (!reason.isGiven || isAboutMoment(reason)) return { says: 'passes', reason };
		if (isOfRequest(reason)) return { says: 'ended', reason };
		return { says: 'account', reason, isLocked: isLock(reason) };
	}
	if (code === 410 && !isPage) return { says: 'not-found', reason };
	if (code === 404 && hasMark(reply)) return { says: 'not-found', reason };
	if (code === 405 || code === 501) return { says: 'no-endpoint', reason };
	if (code === 404 || (isSuccess(code) && (isPage || /^not found\.?$/i.test(reason.message)))) {
		return of === 'status' ? { says: 'no-endpoint', reason } : { says: 'passes', reason };
	}
	// Cancelled; or not started by the time that the user has set.
	const isUsersDeadline = reply.headers['x-fal-request-timeout-type']?.toLowerCase() === 'user';
	if ((code === 499 && !isPage) || isUsersDeadline) return { says: 'ended', reason };
	if (isPassingCode(code) || (code >= 300 && code < 400)) return { says: 'passes', reason };
	if (!isVerdict && isAboutMoment(reason)) return { says: 'passes', reason };
	if (isSuccess(code)) {
		if (isAccountType(reason)) return { says: 'account', reason, isLocked: true };
		// How a request ended is told by its result; in the place of a status, this is none.
		if (reason.isGiven && of === 'status') return { says: 'no-endpoint', reason };
		if (code === 202 && of === 'result' && !isPage && !isVerdict) {
			return { says: 'going-on', status: { status: 'IN_PROGRESS' } };
		}
		if (reason.isError) {
			const isSure = isVerdict || 'video' in (objectIn(reply.body) ?? {});
			return { says: 'ended', reason, ...(isSure ? {} : { doubt: doubtOf(reason) }) };
		}
		// A message alone is believed when it tells of a failure for long.
		if (reason.isGiven && soundsFailed(reason)) return { says: 'ended', reason, doubt: 'lasting' };
		const isObject = objectIn(reply.body) !== undefined;
		return of === 'result' && isVideo && isObject && !isStatus && !reason.isGiven
			? { says: 'no-video', reason, isTold: false }
			: { says: 'passes', reason };
	}
	const isJson = typeof reply.body === 'object' && reply.body !== null;
	// The code is a verdict on the input, even without words.
	if (code === 422 && of === 'result' && isJson) return { says: 'ended', reason };
	if (!reason.isGiven) return { says: 'passes', reason };
	// A 5xx is the host's word on the request only with a mark of fal's; else it is about the moment.
	if (code >= 500) return isVerdict ? { says: 'ended', reason } : { says: 'passes', reason };
	if (isOfRequest(reason) && isVerdict) return { says: 'ended', reason };
	// A status request can be refused for itself, such as for an id that is none.
	if (of === 'status') return { says: 'refused', reason };
	return { says: 'ended', reason, ...(isVerdict ? {} : { doubt: doubtOf(reason) }) };
}

function statusFrom(body: Body, word: string): StatusReply {
	const { queue_position, metrics, logs, ...others } = body;
	const position = read(z.number(), queue_position);
	return {
		...others,
		status: word,
		...(position === undefined ? {} : { queue_position: position }),
		...('metrics' in body ? { metrics: objectIn(metrics) ?? {} } : {}),
		...('logs' in body ? { logs: read(z.array(z.unknown()), logs) ?? null } : {}),
	};
}

function completedStatus(body: Body): StatusReply {
	const metrics = objectIn(body.metrics);
	return { status: 'COMPLETED', ...(metrics ? { metrics } : {}) };
}

/** The failure that a status tells beside `COMPLETED`, if it does. */
export function failureIn({ error, error_type, detail }: StatusReply): Reason | undefined {
	const reason = reasonOf({ status: 200, headers: {}, body: { error, error_type, detail } });
	const isFailure =
		reason.isGiven && (Boolean(error) || Boolean(error_type) || soundsFailed(reason));
	return isFailure ? reason : undefined;
}

// fal's 404 has a `detail` or a `status`; any web server has a 404.
function hasMark({ body }: QueueReply): boolean {
	const object = objectIn(body);
	if (object === undefined) return false;
	const { detail, status } = object;
	const isDetail = detail !== undefined && !/^not found\.?$/i.test(String(textIn(detail)));
	return isDetail || /^not[_ ]found$/i.test(textIn(status) ?? '');
}

/** What a reply to a cancel says. */
export type CancelReading =
	'requested' | 'already-completed' | 'not-found' | 'refused' | 'no-endpoint' | 'passes';

/** Reads the reply to a cancel, whatever its code and shape. */
export function readCancelReply(reply: QueueReply): { says: CancelReading; message: string } {
	const { status: code } = reply;
	const body = objectIn(reply.body);
	const reason = reasonOf(reply);
	const word = textIn(body?.status);
	const message = word ?? reason.message;
	const alreadyCompleted = /already[_ ](been )?(completed?|finished|done|ended)/i;
	if (alreadyCompleted.test(word ?? '') || alreadyCompleted.test(reason.message)) {
		return { says: 'already-completed', message };
	}
	// "Not Found" alone is what web frameworks say of a path that there is not.
	const isMissing = word === undefined && /^not found\.?$/i.test(message);
	const isUnknown = /^not[_ ]found$/i.test(word ?? '') || isUnknownRequest(reason);
	if (isUnknown || (code === 404 && hasMark(reply) && !isMissing)) {
		return { says: 'not-found', message };
	}
	if (isSuccess(code)) {
		if (body?.success === false) return { says: 'refused', message };
		const said = word === undefined ? undefined : cancelWord(word);
		// "error" alone says less than the reason beside it.
		if (said) return { says: said, message: said === 'refused' ? reason.message : message };
		if (word === undefined && body?.success === true) return { says: 'requested', message: 'OK' };
	}
	const isPage = isWebPage(reply) && code < 500 && code !== 401 && code !== 403;
	if (isPage || isMissing || code === 404 || code === 405 || code === 501) {
		return { says: 'no-endpoint', message };
	}
	// Nothing, or words of a cancel: a code of success says enough.
	const isEmpty = reply.body === undefined || reply.body === null || reply.body === '';
	const isNothing = isEmpty || (body !== undefined && Object.keys(body).length === 0);
	const saysSo = /\bcancel/i.test(message) || /^ok$/i.test(String(textIn(reply.body)));
	if (isSuccess(code) && word === undefined && (isNothing || saysSo)) {
		return { says: 'requested', message: saysSo ? message : 'OK' };
	}
	const passes =
		isSuccess(code) || code >= 500 || isPassingCode(code) || code < 400 || !reason.isGiven;
	return { says: passes && code !== 401 ? 'passes' : 'refused', message };
}

// A request that is said to be queued or running was not cancelled: it is asked again.
function cancelWord(word: string): CancelReading | undefined {
	if (/^(ok|success|accepted|cancel.*)$/i.test(word)) return 'requested';
	const meaning = meaningOfWord(word);
	if (meaning === 'complete') return 'already-completed';
	if (meaning === 'failed') return vagueWord.test(word) ? 'refused' : 'already-completed';
	return undefined;
}
