import type { QueueError, QueueErrorFacts } from './errors';
import type { QueueConnection } from './host';
import { plainRequestId, requestIdOf } from './paths';
import {
	isAboutMoment,
	isAccountType,
	isLock,
	isRefusedKey,
	isWebPage,
	type Reason,
	namesIn,
	reasonOf,
} from './reason';
import { bodiesOf, isGoingOn, meaningOfWord, videoWithin } from './reply';
import { type Fault, retry, retryAfterMs } from './retry';
import { ConnectionFailure, isSuccess, type QueueReply } from './transport';

/** What is submitted: the model, its input, and options of the queue. */
export interface Submission {
	/** Endpoint id, such as `fal-ai/kling-video/v2.5-turbo/pro/text-to-video`. */
	model: string;
	body: Record<string, unknown>;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	/** What it has in common with others that are submitted together. */
	group?: SubmitGroup | undefined;
	/** Called with each POST that is begun; it rejects where the request was refused or its answer lost. */
	onPost?: ((post: Promise<unknown>) => void) | undefined;
}

/** Requests that are submitted together, for one account. */
export interface SubmitGroup {
	/** Set when the account was found locked or empty: then no further POST is begun. */
	refused?: string;
}

/** The host's reply to the POST: its id makes it accepted, whatever else it says. */
export interface SubmitReply {
	request_id: string;
	[field: string]: unknown;
}

/** How often a request that was not accepted is sent. */
const attempts = 6;

/** The pause after the first refusal; doubled with each further one. */
const firstMs = 1000;

/** A longer `Retry-After` is an error instead of a wait. */
const longestRetryAfterMs = 120_000;

/**
 * Sends a request to the queue, again where it certainly was not accepted (425, 429, a 503 of the
 * host's own, a connection that was never made), and never where it may have been: there is no
 * idempotency key, so a second POST may be a second video on the bill.
 *
 * @param signal stops further attempts. A POST that is under way is not interrupted: its reply
 * holds the id without which the request could not be cancelled.
 * @throws {QueueError} `rejected`, `unauthorized`, `account`, `wrong-host`, `blocked`, `not-accepted`,
 * `maybe-submitted` or `stopped`
 */
export async function submit(
	connection: QueueConnection,
	submission: Submission,
	signal?: AbortSignal,
): Promise<SubmitReply> {
	const { host, clock } = connection;
	const tryOnce = async () => {
		if (signal?.aborted) {
			throw host.error('stopped', 'The execution was stopped; nothing was sent');
		}
		const one = post(connection, submission, signal);
		submission.onPost?.(one);
		return await one;
	};
	const outcome = await retry<{ accepted: SubmitReply }>(tryOnce, {
		firstMs,
		longestRetryAfterMs,
		again: ({ retryAfterMs }, attempt) =>
			attempt < attempts && (retryAfterMs ?? 0) <= longestRetryAfterMs,
		clock,
		signal,
	});
	if ('accepted' in outcome) return outcome.accepted;
	const { fault, httpStatus } = outcome;
	throw host.error(
		'not-accepted',
		`${host.name} did not accept the request, ${outcome.attempts === 1 ? 'asked once' : `asked ${outcome.attempts} times`}: ${fault}`,
		{ ...(httpStatus ? { httpStatus } : {}), lastFault: fault },
	);
}

async function post(
	{ send, host }: QueueConnection,
	submission: Submission,
	signal: AbortSignal | undefined,
): Promise<{ accepted: SubmitReply } | Fault> {
	const maybeSubmitted = (reason: string, facts: QueueErrorFacts = {}) =>
		host.error(
			'maybe-submitted',
			`The request was sent, but ${host.name}'s answer was lost (${reason}), so it may be running${facts.requestId ? ` as request ${facts.requestId}` : ''}`,
			{ ...facts, lastFault: reason },
		);
	const { group } = submission;
	let reply: QueueReply;
	try {
		reply = await send({
			// Looked at again when it has waited for its turn.
			unless: () =>
				group?.refused === undefined ? undefined : new ConnectionFailure(group.refused, 'not-sent'),
			method: 'POST',
			path: `/${submission.model}`,
			query: submission.query,
			headers: submission.headers,
			body: submission.body,
			waitSignal: signal,
		});
	} catch (error) {
		if (!(error instanceof ConnectionFailure)) throw maybeSubmitted(String(error));
		if (error.reach === 'not-sent' && group?.refused !== undefined) {
			throw host.error(
				'account',
				`${host.name} refused the account, not the key: ${group.refused} It said so to an earlier item; this one was not sent`,
			);
		}
		if (error.reach === 'not-sent') return { fault: error.message };
		if (error.reach === 'blocked') {
			throw host.error('blocked', `n8n did not let the request out: ${error.message}`);
		}
		throw maybeSubmitted(error.message);
	}

	const { status: httpStatus } = reply;
	const reason = reasonOf(reply);
	const facts = { httpStatus, ...namesIn(reason) };
	const isFine = isSuccess(httpStatus);
	const accepted = acceptedOf(reply);
	const isRefused = isRefusal(reply, reason);
	if (isFine && accepted && !isRefused) return { accepted };
	const traces = () => ({ ...facts, ...tracesOf(reply, accepted) });
	if (wasNotAccepted(reply, reason)) {
		// A host that names a request may have taken it, whatever its code.
		if (httpStatus >= 500 && accepted) throw maybeSubmitted(`HTTP ${httpStatus}`, traces());
		const pause = retryAfterMs(reply.headers);
		return {
			fault: `HTTP ${httpStatus}: ${reason.isGiven ? reason.message : 'no reason given'}`,
			httpStatus,
			...(pause === undefined ? {} : { retryAfterMs: pause }),
		};
	}
	const wrongHost = (what: string) =>
		host.error('wrong-host', `${host.name} is not a queue at this address: ${what}`, facts);
	if (httpStatus >= 300 && httpStatus < 400) {
		if (accepted) throw maybeSubmitted(`HTTP ${httpStatus}`, traces());
		throw wrongHost(
			`it answered with a redirect (HTTP ${httpStatus}), which is not followed, so that the key stays with its host`,
		);
	}
	if (httpStatus === 407) {
		throw wrongHost('a proxy on the way wants a user and a password (HTTP 407)');
	}
	// A page in front of the host: the request went no further.
	const mayBeTaken = httpStatus >= 500 || httpStatus === 408;
	if (httpStatus !== 401 && isPageOfSite(reply) && !mayBeTaken) {
		throw wrongHost(`it answered ${reason.message}`);
	}
	if (mayBeTaken || (isFine && (!isRefused || (accepted && !isOfAccess(reason))))) {
		throw maybeSubmitted(
			isFine && !accepted
				? `HTTP ${httpStatus} without a request_id: ${shownBody(reply)}`
				: `HTTP ${httpStatus}${reason.isGiven ? `: ${reason.message}` : ''}`,
			traces(),
		);
	}
	const refused = refusal(host, reply, reason, submission.model, facts);
	if (group && refused.kind === 'account' && isLock(reason)) {
		group.refused ??= /[.!?]$/.test(reason.message) ? reason.message : `${reason.message}.`;
	}
	throw refused;
}

// The id alone makes it accepted, in an envelope and in a list of one, too. Where only the URLs of the
// request are told, they have it.
function acceptedOf({ body, headers }: QueueReply): SubmitReply | undefined {
	const bodies = bodiesOf(body).toSorted((a, b) => Number(isOfQueue(b)) - Number(isOfQueue(a)));
	for (const one of bodies) {
		const { request_id: id } = one;
		// A number that JavaScript cannot hold has lost its last digits.
		const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
		if (typeof text === 'string' && plainRequestId.test(text.trim())) {
			return { ...one, request_id: text.trim() };
		}
		const named = requestIdOf(one.response_url) ?? requestIdOf(one.status_url);
		if (named !== undefined) return { ...one, request_id: named };
	}
	// In a page of warnings before the reply, or in the address of a redirect.
	const inText =
		typeof body === 'string' ? /"request_id"\s*:\s*"([^"]+)"/.exec(body)?.[1] : undefined;
	const found = inText ?? requestIdOf(headers.location);
	return found !== undefined && plainRequestId.test(found) ? { request_id: found } : undefined;
}

// Of two ids, the one beside the request's URLs or its status is the request's; the other is a trace.
function isOfQueue({ response_url, status_url, status }: Record<string, unknown>): boolean {
	return response_url !== undefined || status_url !== undefined || isGoingOn(status);
}

function isOfAccess(reason: Reason): boolean {
	return isRefusedKey(reason) || isAccountType(reason);
}

// An empty page, or one with a reply in it, is a script's that broke: it may have passed the request on.
function isPageOfSite(reply: QueueReply): boolean {
	const { body } = reply;
	return (
		isWebPage(reply) && typeof body === 'string' && body.trim() !== '' && !/"request_id"/.test(body)
	);
}

// What of a reply may help to find the request again.
function tracesOf({ headers, body }: QueueReply, accepted?: SubmitReply): QueueErrorFacts {
	const header = headers['x-fal-request-id']?.trim() ?? '';
	const requestId = accepted?.request_id ?? (plainRequestId.test(header) ? header : undefined);
	const found = videoWithin(bodiesOf(body));
	return {
		...(requestId === undefined ? {} : { requestId }),
		...(found === undefined ? {} : { videoUrl: found.video.url }),
	};
}

// With a code of success, only what cannot be meant otherwise: a message may be one of success.
function isRefusal({ body }: QueueReply, reason: Reason): boolean {
	const bodies = bodiesOf(body);
	const hasFailed = bodies.some(
		({ status }) => typeof status === 'string' && meaningOfWord(status) === 'failed',
	);
	return (
		reason.isGiven &&
		(reason.isError || hasFailed || isOfAccess(reason)) &&
		!bodies.some(isOfQueue) &&
		videoWithin(bodies) === undefined
	);
}

// A 503 only in the host's own form: a proxy sends one also after the host took the request.
function wasNotAccepted(reply: QueueReply, reason: Reason): boolean {
	const { status, headers } = reply;
	if (status === 425 || status === 429) return true;
	if (status === 503) {
		if (isOfProxy(reply, reason)) return false;
		return (reason.isGiven && reason.isError) || headers['retry-after'] !== undefined;
	}
	return status === 500 && reason.type === 'get_channel_failed';
}

// Proxies and gateways have words of their own for a host that they lost.
function isOfProxy({ body }: QueueReply, reason: Reason): boolean {
	if (!reason.isGiven) return /backend fetch|upstream|first byte/i.test(String(body));
	const isOfCapacity = /capacity|no (available )?channel|overload|busy|too many/i.test(
		reason.message,
	);
	if (isOfCapacity) return false;
	return (
		isAboutMoment(reason) ||
		/upstream|disconnect|\breset\b|timed? ?out|terminat|unavailable|backend fetch|connection/i.test(
			`${reason.message} ${reason.type ?? ''}`,
		)
	);
}

function refusal(
	host: QueueConnection['host'],
	reply: QueueReply,
	reason: Reason,
	model: string,
	facts: QueueErrorFacts,
): QueueError {
	const { status } = reply;
	if (status === 401 || ((status < 300 || status === 403) && isRefusedKey(reason))) {
		return host.error('unauthorized', `${host.name} refused the key: ${reason.message}`, facts);
	}
	if (status === 402 || status === 403 || isAccountType(reason)) {
		return host.error(
			'account',
			`${host.name} refused the account, not the key: ${reason.message}`,
			facts,
		);
	}
	if (status === 405) {
		return host.error(
			'wrong-host',
			`${host.name} takes no request at /${model} (HTTP 405): ${reason.message}`,
			facts,
		);
	}
	const what =
		status === 404 && !reason.isGiven ? `it has no model "${model}" (HTTP 404)` : reason.message;
	return host.error('rejected', `${host.name} rejected the request: ${what}`, facts);
}

function shownBody({ body }: QueueReply): string {
	const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
	const line = text.replace(/\s+/g, ' ').trim();
	return line === '' || line === '""' ? 'an empty reply' : line.slice(0, 200);
}
