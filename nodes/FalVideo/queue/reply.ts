import { z } from 'zod';
import type { QueueReply } from './transport';

/**
 * The one reading of all replies. Hosts differ in their codes and shapes, so each part of a reply is
 * read by itself: one that is odd hides no other. Unknown fields are kept; they reach the user.
 */

const textSchema = z.string().trim().min(1);

const objectSchema = z.record(z.string(), z.unknown());

/** A value, if it is of that shape. */
function read<Value>(schema: z.ZodType<Value, z.ZodTypeDef, unknown>, value: unknown) {
	return schema.safeParse(value).data;
}

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

/** Why something did not succeed. */
export interface Reason {
	/** For people, in the host's own words where there are any. */
	message: string;
	/** For machines: `content_policy_violation`, `runner_disconnected`, … */
	type?: string;
	/** The input that it is about, such as `prompt`. */
	field?: string;
	httpStatus: number;
	/** Whether the same request may succeed when it is sent again. */
	mayPass: boolean;
	/** Whether the host itself gave it, as against a proxy's page or an empty reply. */
	isGiven: boolean;
}

/** What a reply says of a request that exists. */
export type Reading =
	/** It is complete; the reply to a status request does not have the result. */
	| { says: 'complete'; status: StatusReply; result?: Result }
	/** It is not complete. */
	| { says: 'going-on'; status: StatusReply }
	/** It has ended without a result. */
	| { says: 'ended'; reason: Reason }
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
	/** A result without the video that the model is said to return. */
	| { says: 'no-video'; reason: Reason }
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
	complete: ['COMPLETED', 'COMPLETE', 'SUCCEEDED', 'SUCCESS', 'FINISHED', 'DONE', 'OK'],
	failed: ['FAILED', 'FAILURE', 'FAIL', 'ERROR', 'CANCELLED', 'CANCELED', 'EXPIRED', 'TIMED_OUT'],
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

/**
 * What a reply to a status or a result request says, whatever its code and shape.
 *
 * @param of what was asked for
 * @param isVideo whether the result must have a `video`; of other models' results nothing is known
 */
export function readReply(
	reply: QueueReply,
	{ of, isVideo }: { of: 'status' | 'result'; isVideo: boolean },
): Reading {
	const { status: code } = reply;
	const body = read(objectSchema, reply.body);
	const reason = reasonOf(reply);
	const word = read(textSchema, body?.status);
	const isStatus =
		word !== undefined &&
		(of === 'status' || isVideo || Object.keys(body ?? {}).every((key) => statusFields.has(key)));

	const result = body && resultIn(body, of, isVideo, isStatus, code);
	if (result) return { says: 'complete', status: completedStatus(body), result };

	if (body && isStatus) {
		const said = readWord(word, body, reason, of);
		if (said) return said;
	}
	if (reason.isGiven && stillInProgress.test(reason.message)) {
		return { says: 'going-on', status: { status: 'IN_PROGRESS' } };
	}
	return readCode(reply, reason, { of, isVideo, isStatus });
}

const stillInProgress =
	/\b(still|currently) (in progress|in queue|queued|running|pending|processing)\b|\bnot (yet )?(complete|completed|finished|ready)\b|\bis in progress\b/i;

// Where the result is: as fal gives it, or in the envelope of another host.
function resultIn(
	body: Record<string, unknown>,
	of: 'status' | 'result',
	isVideo: boolean,
	isStatus: boolean,
	code: number,
): Result | undefined {
	const envelopes = [body, ...[body.result, body.data].map((one) => read(objectSchema, one))];
	const withVideo = envelopes.find((one) => one !== undefined && videoOf(one) !== undefined);
	if (withVideo) return { ...withVideo, video: videoOf(withVideo) };
	if (isVideo || of === 'status' || isStatus || code < 200 || code > 299) return undefined;
	// Of another model's result nothing is known, but an error has no fields besides its own.
	const isError = Object.keys(body).every((key) => errorFields.has(key));
	return isError ? undefined : body;
}

const errorFields = new Set(['detail', 'error', 'error_type', 'message', 'msg', 'type', 'code']);

function readWord(
	word: string,
	body: Record<string, unknown>,
	reason: Reason,
	of: 'status' | 'result',
): Reading | undefined {
	const { httpStatus: code } = reason;
	const isFine = code >= 200 && code < 300;
	if (/^not[_ ]found$/i.test(word)) return { says: 'not-found', reason };
	switch (meaningOfWord(word)) {
		case 'queued':
			return { says: 'going-on', status: statusFrom(body, 'IN_QUEUE') };
		case 'running':
			return { says: 'going-on', status: statusFrom(body, 'IN_PROGRESS') };
		case 'complete': {
			const status = statusFrom(body, 'COMPLETED');
			if (reason.isGiven) return { says: 'failed', reason, status };
			// A result without the media is not there yet.
			return of === 'status' ? { says: 'complete', status } : { says: 'no-video', reason };
		}
		case 'failed': {
			// Frameworks write `{"status":"error"}` about the question, too: then the code decides.
			const isOfQuestion =
				code >= 500 ? /^error$/i.test(word) && !reason.type : isAboutQuestion(code);
			if (isOfQuestion) return undefined;
			const message = reason.isGiven ? reason.message : word;
			return { says: 'ended', reason: { ...reason, message, isGiven: true } };
		}
		case undefined:
			return isFine ? { says: 'going-on', status: statusFrom(body, word) } : undefined;
	}
}

// Codes that are about who asks, what for or how often, not about how the request ended.
function isAboutQuestion(code: number): boolean {
	return [401, 402, 403, 404, 405, 408, 410, 425, 429].includes(code);
}

function readCode(
	reply: QueueReply,
	reason: Reason,
	{ of, isVideo, isStatus }: { of: 'status' | 'result'; isVideo: boolean; isStatus: boolean },
): Reading {
	const { status: code } = reply;
	const isPage = isWebPage(reply);
	const isFine = code >= 200 && code < 300;
	if (code === 401 || (isFine && isRefusedKey(reason))) return { says: 'unauthorized', reason };
	if (isUnknownRequest(reason) && code < 500) return { says: 'not-found', reason };
	if (code === 402 || code === 403) {
		if (!reason.isGiven) return { says: 'passes', reason };
		if (knownTypes.has(reason.type ?? '')) return { says: 'ended', reason };
		return { says: 'account', reason, isLocked: isLock(reason) };
	}
	if (code === 410) return { says: 'not-found', reason };
	if (code === 404 && hasMark(reply)) return { says: 'not-found', reason };
	if (code === 405 || code === 501) return { says: 'no-endpoint', reason };
	if (code === 404 || (isFine && (isPage || /^not found\.?$/i.test(reason.message)))) {
		return of === 'status' ? { says: 'no-endpoint', reason } : { says: 'passes', reason };
	}
	// Cancelled; or not started by the time that the user has set.
	const isUsersDeadline = reply.headers['x-fal-request-timeout-type']?.toLowerCase() === 'user';
	if (code === 499 || isUsersDeadline) return { says: 'ended', reason };
	if (isPassingCode(code) || (code >= 300 && code < 400)) return { says: 'passes', reason };
	if (isFine) {
		if (isAccountType(reason)) {
			return { says: 'account', reason, isLocked: true };
		}
		// How a request ended is told by its result; in the place of a status, this is none.
		if (reason.isGiven) return { says: of === 'status' ? 'no-endpoint' : 'ended', reason };
		const isObject = read(objectSchema, reply.body) !== undefined;
		return of === 'result' && isVideo && isObject && !isStatus
			? { says: 'no-video', reason }
			: { says: 'passes', reason };
	}
	if (!reason.isGiven) return { says: 'passes', reason };
	// A 5xx is the host's word on the request only with a mark of fal's; else it is about the moment.
	if (code >= 500) {
		return hasFalMark(reply) ? { says: 'ended', reason } : { says: 'passes', reason };
	}
	// A status request can be refused for itself, such as for an id that is none.
	return of === 'result' || knownTypes.has(reason.type ?? '')
		? { says: 'ended', reason }
		: { says: 'refused', reason };
}

function statusFrom(body: Record<string, unknown>, word: string): StatusReply {
	const { queue_position, metrics, logs, ...others } = body;
	const position = read(z.number(), queue_position);
	return {
		...others,
		status: word,
		...(position === undefined ? {} : { queue_position: position }),
		...('metrics' in body ? { metrics: read(objectSchema, metrics) ?? {} } : {}),
		...('logs' in body ? { logs: read(z.array(z.unknown()), logs) ?? null } : {}),
	};
}

function completedStatus(body: Record<string, unknown>): StatusReply {
	const metrics = read(objectSchema, body.metrics);
	return { status: 'COMPLETED', ...(metrics ? { metrics } : {}) };
}

/** fal's types of errors that say how a request ended (its documentation, "Request errors"). */
const knownTypes = new Set([
	'request_timeout',
	'startup_timeout',
	'runner_scheduling_failure',
	'runner_connection_timeout',
	'runner_disconnected',
	'runner_connection_refused',
	'runner_connection_error',
	'runner_incomplete_response',
	'runner_server_error',
	'client_disconnected',
	'client_cancelled',
	'internal_error',
	'internal_server_error',
	'generation_timeout',
	'downstream_service_error',
	'downstream_service_unavailable',
	'content_policy_violation',
	'no_media_generated',
]);

/** Of these, those that may pass, whatever the code (the same documentation). */
const passingTypes = new Set([
	'downstream_service_error',
	'downstream_service_unavailable',
	'generation_timeout',
	'internal_server_error',
	'no_media_generated',
]);

/** A reason longer than this is cut. */
const longestText = 1000;

/** What cannot be read is shown, cut to this. */
const longestUnread = 200;

/** The failure that a status tells beside `COMPLETED`, if it does. */
export function failureIn(status: StatusReply): Reason | undefined {
	const reason = reasonOf({ status: 200, headers: {}, body: status });
	return reason.isGiven ? reason : undefined;
}

/** The reason that a reply gives, wherever it stands. */
export function reasonOf(reply: QueueReply): Reason {
	const { status: httpStatus, headers } = reply;
	const found = isWebPage(reply) ? {} : reasonIn(reply.body);
	const type = found.type ?? read(textSchema, headers['x-fal-error-type']);
	return {
		message: found.message === undefined ? unread(reply) : cut(found.message, longestText),
		...(type === undefined ? {} : { type }),
		...(found.field ? { field: found.field } : {}),
		httpStatus,
		mayPass: mayPass(reply, type),
		isGiven: found.message !== undefined || type !== undefined,
	};
}

interface FoundReason {
	message?: string;
	type?: string;
	field?: string;
}

// Each part by itself: a list of details, one of them, an error, a plain text.
function reasonIn(value: unknown, depth = 0): FoundReason {
	if (depth > 4) return {};
	const text = read(textSchema, value);
	if (text !== undefined) return depth === 0 ? {} : { message: text };
	if (Array.isArray(value)) return joined(value.map((one) => reasonIn(one, depth + 1)));
	const object = read(objectSchema, value);
	if (object === undefined) return {};
	const within = ['detail', 'error', 'errors', 'message', 'msg', 'reason']
		.map((name) => reasonIn(object[name], depth + 1))
		.filter(({ message, type }) => message !== undefined || type !== undefined);
	const first = within.find(({ message }) => message !== undefined);
	const types = [
		...(first?.type ? [first.type] : []),
		...[object.error_type, object.code, object.type].map((one) => read(textSchema, one)),
		...within.map(({ type }) => type),
	];
	const type = types.find((one) => one !== undefined);
	const field = first?.field ?? fieldOf(object.loc);
	// An entry of a list without a text still names its type.
	const message = first?.message ?? (depth > 0 && object.loc !== undefined ? type : undefined);
	return {
		...(message === undefined ? {} : { message }),
		...(type === undefined ? {} : { type }),
		...(field ? { field } : {}),
	};
}

function joined(found: FoundReason[]): FoundReason {
	const messages = found.flatMap(({ message }) => (message === undefined ? [] : [message]));
	const fields = [...new Set(found.flatMap(({ field }) => (field ? [field] : [])))];
	const type = found.find((one) => one.type !== undefined)?.type;
	return {
		...(messages.length > 0 ? { message: messages.join('; ') } : {}),
		...(type === undefined ? {} : { type }),
		...(fields.length > 0 ? { field: fields.join(', ') } : {}),
	};
}

// "body" is in front of every field.
function fieldOf(loc: unknown): string {
	const parts = read(z.array(z.union([z.string(), z.number()])), loc) ?? [];
	return parts.filter((part) => part !== 'body').join('.');
}

function unread(reply: QueueReply): string {
	const { status, body } = reply;
	if (body === undefined || body === null || body === '') return `HTTP ${status} without a reason`;
	if (typeof body === 'string' && isWebPage(reply)) {
		const title = /<title[^>]*>([^<]*)</i.exec(body.slice(0, 4096))?.[1]?.trim();
		return `HTTP ${status} with a web page${title ? ` ("${cut(title, longestUnread)}")` : ''}`;
	}
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return `HTTP ${status}: ${cut(text.replace(/\s+/g, ' ').trim(), longestUnread)}`;
}

function cut(text: string, longest: number): string {
	return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

// The host's own word first; then the type; then the code: a 4xx is about the request.
function mayPass({ status, headers }: QueueReply, type: string | undefined): boolean {
	const word = (headers['x-fal-needs-retry'] ?? headers['x-fal-retryable'])?.trim().toLowerCase();
	if (type === 'content_policy_violation') return false;
	if (word === '1' || word === 'true') return true;
	if (word === '0' || word === 'false') return false;
	if (type !== undefined && passingTypes.has(type)) return true;
	return status >= 500 || (type !== undefined && /^runner_|_timeout$/.test(type));
}

/** Whether a reply is a web page: a proxy's, or a web site's. The queue answers in JSON. */
export function isWebPage({ body, headers }: QueueReply): boolean {
	if (typeof body !== 'string') return false;
	return /^\s*</.test(body) || /html/i.test(headers['content-type'] ?? '');
}

/** Request Timeout, Too Early, Too Many Requests: about the moment, not about the request. */
export function isPassingCode(status: number): boolean {
	return status === 408 || status === 425 || status === 429;
}

/** Whether an account is named that has no more to spend, whatever the code. */
export function isAccountType({ type, message }: Reason): boolean {
	return (
		/^insufficient_(user_)?(quota|balance|credits?)$/i.test(type ?? '') ||
		/^insufficient (balance|quota|credits?)\b/i.test(message)
	);
}

// Locked, out of balance, out of quota: it passes when the owner pays. Else a permission is missing.
function isLock(reason: Reason): boolean {
	return (
		reason.httpStatus === 402 ||
		isAccountType(reason) ||
		/\block(ed)?\b|balance|top.?up|quota|credits?\b|billing|payment/i.test(reason.message)
	);
}

/** Whether words alone say that the key was refused, as hosts do that answer everything with 200. */
export function isRefusedKey({ message, type }: Reason): boolean {
	return (
		/^(invalid|incorrect|missing|wrong) (api[ _-]?)?(key|token|credentials?)\b|^unauthori[sz]ed\b/i.test(
			message,
		) || /^(unauthorized|authorization_error|invalid_api_key|invalid_token)$/i.test(type ?? '')
	);
}

// Words of gateways for a request that they do not know.
function isUnknownRequest({ message, type, isGiven }: Reason): boolean {
	if (!isGiven) return false;
	return (
		/^(task|request|job)_not_(exist|exists|found)$/i.test(type ?? '') ||
		/^(task|request|job)( id)? (not found|does not exist|not exist)\b/i.test(message)
	);
}

// fal's 404 has a `detail` or a `status`; any web server has a 404.
function hasMark({ body }: QueueReply): boolean {
	const object = read(objectSchema, body);
	return object !== undefined && (object.detail !== undefined || object.status !== undefined);
}

function hasFalMark({ headers, body }: QueueReply): boolean {
	const object = read(objectSchema, body);
	return (
		['x-fal-needs-retry', 'x-fal-retryable', 'x-fal-error-type'].some((name) => name in headers) ||
		Boolean(object?.error_type) ||
		hasDetails(body) ||
		hasDetails(object?.detail)
	);
}

// Details as fal's models give them: frameworks have lists and objects of their own.
function hasDetails(value: unknown): boolean {
	const entries: unknown[] = Array.isArray(value) ? value : [value];
	return entries.some((entry) => {
		const detail = read(objectSchema, entry);
		return (
			detail !== undefined &&
			(detail.loc !== undefined || read(textSchema, detail.type) !== undefined)
		);
	});
}

/** A reason as one line: the text, then in brackets what is for machines and for support. */
export function reasonLine({ message, type, field }: Reason, requestId?: string): string {
	const what = type && field ? `${type} in ${field}` : (type ?? field);
	const marks = [what, requestId && `request ${requestId}`].filter(Boolean).join(', ');
	return marks === '' ? message : `${message} (${marks})`;
}

/** What a reply to a cancel says. */
export type CancelReading =
	'requested' | 'already-completed' | 'not-found' | 'refused' | 'no-endpoint' | 'passes';

/** Reads the reply to a cancel, whatever its code and shape. */
export function readCancelReply(reply: QueueReply): { says: CancelReading; message: string } {
	const { status: code } = reply;
	const body = read(objectSchema, reply.body);
	const reason = reasonOf(reply);
	const word = read(textSchema, body?.status);
	const message = word ?? reason.message;
	const isFine = code >= 200 && code < 300;
	if (/already[_ ]completed/i.test(message)) return { says: 'already-completed', message };
	// "Not Found" alone is what web frameworks say of a path that there is not.
	const isMissing = word === undefined && /^not found\.?$/i.test(message);
	const isUnknown = /^not[_ ]found$/i.test(word ?? '') || isUnknownRequest(reason);
	if (isUnknown || (code === 404 && hasMark(reply) && !isMissing)) {
		return { says: 'not-found', message };
	}
	if (isFine && body?.success === false) return { says: 'refused', message };
	if (isFine && (word !== undefined || body?.success === true)) {
		return { says: 'requested', message: word ?? 'OK' };
	}
	const isPage = isWebPage(reply) && code < 500 && code !== 401 && code !== 403;
	if (isPage || isMissing || code === 404 || code === 405 || code === 501) {
		return { says: 'no-endpoint', message };
	}
	const passes = isFine || code >= 500 || isPassingCode(code) || code < 400 || !reason.isGiven;
	return { says: passes && code !== 401 ? 'passes' : 'refused', message };
}
