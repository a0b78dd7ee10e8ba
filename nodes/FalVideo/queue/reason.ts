import { z } from 'zod';
import type { QueueErrorFacts } from './errors';
import { objectIn, read, textIn, textSchema } from './read';
import { isSuccess, type QueueReply } from './transport';

/** Why something did not succeed, as a reply gives it; and what its words mean. */

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
	/**
	 * Whether it stands where only a reason stands (`detail`, `error`), as against a `message`, which
	 * hosts also write beside what succeeded.
	 */
	isError: boolean;
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

/** The reason that a reply gives, wherever it stands. */
export function reasonOf(reply: QueueReply): Reason {
	const { status: httpStatus, headers, body } = reply;
	const isFine = isSuccess(httpStatus);
	const found = isWebPage(reply) ? {} : reasonIn(body, isFine);
	const type = found.type ?? textIn(headers['x-fal-error-type']);
	const object = objectIn(body);
	return {
		message: found.message === undefined ? unread(reply) : cut(found.message, longestText),
		...(type === undefined ? {} : { type }),
		...(found.field ? { field: found.field } : {}),
		httpStatus,
		mayPass: mayPass(reply, type),
		isGiven: found.message !== undefined || type !== undefined,
		isError:
			Array.isArray(body) ||
			errorNames.some((name) => isSaid(reasonIn(object?.[name], isFine, 1))) ||
			reasonsPerField(object?.errors) !== undefined ||
			textIn(object?.error_type) !== undefined,
	};
}

interface FoundReason {
	message?: string;
	type?: string;
	field?: string;
}

/** Where only a reason stands. */
const errorNames = ['detail', 'error', 'errors'];

/** Where reasons stand, too. */
const textNames = ['message', 'msg', 'reason'];

// Each part by itself: a list of details, one of them, an error, a plain text.
function reasonIn(value: unknown, isFine: boolean, depth = 0): FoundReason {
	if (depth > 4) return {};
	const plain = textIn(value);
	if (plain !== undefined) {
		return depth === 0 || (isFine && saysSuccess(plain)) ? {} : { message: plain };
	}
	if (Array.isArray(value)) return joined(value.map((one) => reasonIn(one, isFine, depth + 1)));
	const object = objectIn(value);
	if (object === undefined) return {};
	const within = [...errorNames, ...textNames]
		.map((name) => reasonIn(object[name], isFine, depth + 1))
		.filter(isSaid);
	const first =
		within.find(({ message }) => message !== undefined) ?? reasonsPerField(object.errors);
	const types = [
		...(first?.type ? [first.type] : []),
		...[object.error_type, object.code, object.type].map(typeIn),
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

function isSaid({ message, type }: FoundReason): boolean {
	return message !== undefined || type !== undefined;
}

// `{"prompt":["is too long"]}`, as some frameworks write it.
function reasonsPerField(value: unknown): FoundReason | undefined {
	const perField = read(z.record(z.string(), z.array(textSchema).nonempty()), value);
	if (perField === undefined || Object.keys(perField).length === 0) return undefined;
	return {
		message: Object.values(perField).flat().join('; '),
		field: Object.keys(perField).join(', '),
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

// "0" and "200" are codes of success.
function typeIn(value: unknown): string | undefined {
	const type = textIn(value);
	return type === undefined || /^\d+$/.test(type) || saysSuccess(type) ? undefined : type;
}

/** Whether a text is what hosts write beside what succeeded. */
function saysSuccess(said: string): boolean {
	return /^(ok|okay|success|succeed(ed)?|completed?|done|accepted|created|none|null|no error)\W*$|\bsuccess(ful(ly)?)?\W*$/i.test(
		said,
	);
}

function unread(reply: QueueReply): string {
	const { status, body } = reply;
	if (body === undefined || body === null || body === '') return `HTTP ${status} without a reason`;
	if (typeof body === 'string' && isWebPage(reply)) {
		const title = /<title[^>]*>([^<]*)</i.exec(body.slice(0, 4096))?.[1]?.trim();
		return `HTTP ${status} with a web page${title ? ` ("${cut(title, longestUnread)}")` : ''}`;
	}
	const all = typeof body === 'string' ? body : JSON.stringify(body);
	return `HTTP ${status}: ${cut(all.replace(/\s+/g, ' ').trim(), longestUnread)}`;
}

function cut(all: string, longest: number): string {
	return all.length > longest ? `${all.slice(0, longest)}…` : all;
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

/** Whether the type is one of fal's that say how a request ended. */
export function isOfRequest({ type }: Reason): boolean {
	return knownTypes.has(type ?? '');
}

/** What of a reason stands beside its words: for machines, and for support. */
export function namesIn({ type, field }: Reason): Pick<QueueErrorFacts, 'type' | 'field'> {
	return {
		...(type === undefined ? {} : { type }),
		...(field === undefined ? {} : { field }),
	};
}

/** Request Timeout, Too Early, Too Many Requests: about the moment, not about the request. */
export function isPassingCode(status: number): boolean {
	return status === 408 || status === 425 || status === 429;
}

/** Whether the words alone are about the moment: too many questions, a fault between the hosts. */
export function isAboutMoment({ message, type }: Reason): boolean {
	return (
		/^(rate_limit(ed|_error|_exceeded)?|too_many_requests|bad_response_status_code|do_request_failed)$/i.test(
			type ?? '',
		) ||
		/\btoo many requests\b|\brate.?limit|\bslow down\b|\bstatus code:? *(5\d\d|408|425|429)\b|^(bad gateway|gateway time-?out|service (is )?(temporarily )?unavailable)\W*$/i.test(
			message,
		)
	);
}

/** Whether an account is named that has no more to spend, whatever the code. */
export function isAccountType({ type, message }: Reason): boolean {
	return (
		/^insufficient_(user_)?(quota|balance|credits?)$/i.test(type ?? '') ||
		/^insufficient (balance|quota|credits?)\b|^(user|account) is locked\b|\bexhausted balance\b/i.test(
			message,
		)
	);
}

/** Whether the account is locked or out of balance: it passes when the owner pays. */
export function isLock(reason: Reason): boolean {
	return reason.httpStatus === 402 || isAccountType(reason) || saysLocked(reason.message);
}

/** Whether a text tells of an account that is locked or out of balance, not of a permission. */
export function saysLocked(message: string): boolean {
	return /\block(ed)?\b|balance|top.?up|quota|credits?\b|billing|payment/i.test(message);
}

/** Whether words alone say that the key was refused, as hosts do that answer everything with 200. */
export function isRefusedKey({ message, type }: Reason): boolean {
	return (
		/^(invalid|incorrect|missing|wrong) (api[ _-]?)?(key|token|credentials?)\b|^unauthori[sz]ed\W*$|^not authenticated\W*$|^invalid authentication\b/i.test(
			message,
		) || /^(unauthorized|authorization_error|invalid_api_key|invalid_token)$/i.test(type ?? '')
	);
}

/** Whether words alone say that the host does not know the request. */
export function isUnknownRequest({ message, type, isGiven }: Reason): boolean {
	if (!isGiven) return false;
	return (
		/^(task|request|job)_not_(exist|exists|found)$/i.test(type ?? '') ||
		/^no such (task|request|job)\b|\b(task|request|job|record)( id)?( ['"]?[\w.:-]{4,}['"]?)? (was )?(not found|not exist|does(n't| not) exist)\b/i.test(
			message,
		)
	);
}

/** Whether words alone say that the request goes on. */
export function saysGoingOn({ message, type }: Reason): boolean {
	if (type !== undefined && knownTypes.has(type)) return false;
	if (/_?in_progress$|_?not_ready$/i.test(type ?? '')) return true;
	if (/\bfail(ed|ure)?\b|\bflagged\b|\bviolat|\breject|timed? ?out|\btoo long\b/i.test(message)) {
		return false;
	}
	const going = String.raw`(in progress|in process|in (the )?queue|queued|running|pending|process(ing|ed)|generat(ing|ed)|render(ing|ed)|created)`;
	const done = String.raw`(complete|completed|finished|ready|done|available)`;
	return [
		String.raw`\bstill (being )?${going}\b`,
		String.raw`\b(request|task|job|video|generation|it) (is )?(currently |already )?(being )?(in progress|in process|in (the )?queue|queued|running|pending|processing|generating|rendering|being (processed|generated|created|rendered))\b`,
		String.raw`\b(is|are|has|have)(n't| not) (yet )?(been )?${done}\b`,
		String.raw`\b(request|result|task|job|video|generation) (is )?not (yet )?${done}\b`,
		'rendering in progress|处理中|生成中|排队|进行中|未完成',
		String.raw`^(not (yet )?${done}( yet)?|${going}|accepted|please wait)\W*$`,
	].some((pattern) => new RegExp(pattern, 'i').test(message));
}

/** Whether a text tells of a failure, not only of a state. */
export function soundsFailed({ message }: Reason): boolean {
	return /fail|error|invalid|reject|refus|flag|violat|not allowed|unable|could not|can(no|')t|denied|unsafe|nsfw|sensitive|exceed|unsupported|missing|required|crash|too (long|large|small|short|big)/i.test(
		message,
	);
}

/** Whether a reply has a mark of fal's: a header, a type of error, details as its models give them. */
export function hasFalMark({ headers, body }: QueueReply): boolean {
	const object = objectIn(body);
	return (
		['x-fal-needs-retry', 'x-fal-retryable', 'x-fal-error-type'].some((name) => name in headers) ||
		Boolean(object?.error_type) ||
		(Array.isArray(body) && hasDetails(body)) ||
		hasDetails(object?.detail)
	);
}

// Details as fal's models give them: frameworks have lists and objects of their own.
function hasDetails(value: unknown): boolean {
	const entries: unknown[] = Array.isArray(value) ? value : [value];
	return entries.some((entry) => {
		const detail = objectIn(entry);
		if (detail === undefined) return false;
		return (
			detail.loc !== undefined || (Boolean(textIn(detail.msg)) && Boolean(textIn(detail.type)))
		);
	});
}
