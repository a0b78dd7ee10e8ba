import { QueueError } from './errors';
import type { QueueConnection } from './host';
import { readVerdict, type SubmitReply, submitReplySchema, verdictLine } from './reply';
import { type Fault, retry, retryAfterMs } from './retry';
import { ConnectionFailure, type QueueReply } from './transport';

/** What is submitted: the model, its input, and how the queue shall treat it. */
export interface Submission {
	/** Endpoint id, such as `fal-ai/kling-video/v2.5-turbo/pro/text-to-video`. */
	model: string;
	body: Record<string, unknown>;
	query?: Record<string, string>;
	headers?: Record<string, string>;
}

/** How often a request that was not accepted is sent again before the user hears of it. */
const attempts = 6;

/** Too Early, Too Many Requests, Service Unavailable: the request was not looked at. */
const notAccepted = new Set([425, 429, 503]);

/** The pause after the first refusal; doubled with each further one. */
const firstMs = 1000;

/** A `Retry-After` beyond this is reported instead of waited for. */
const longestRetryAfterMs = 120_000;

/**
 * Sends a request to the queue, again where it certainly was not accepted (425, 429, 503, a
 * connection that was never made), and never where it may have been: there is no idempotency key, so a second
 * POST may be a second video on the bill.
 *
 * @param signal stops further attempts. A POST that is under way is not interrupted: its reply
 * holds the id without which the request could not be cancelled.
 * @throws {QueueError} `rejected`, `unauthorized`, `blocked`, `not-accepted`, `maybe-submitted`, `unexpected-reply` or
 * `stopped`
 */
export async function submit(
	connection: QueueConnection,
	submission: Submission,
	signal?: AbortSignal,
): Promise<SubmitReply> {
	const tryOnce = async () => {
		if (signal?.aborted) {
			throw new QueueError('stopped', 'The execution was stopped; nothing was sent');
		}
		return await post(connection, submission, signal);
	};
	const outcome = await retry<{ accepted: SubmitReply }>(tryOnce, {
		firstMs,
		longestRetryAfterMs,
		again: ({ retryAfterMs }, attempt) =>
			attempt < attempts && (retryAfterMs ?? 0) <= longestRetryAfterMs,
		clock: connection.clock,
		signal,
	});
	if ('accepted' in outcome) return outcome.accepted;
	const { fault, httpStatus } = outcome;
	throw new QueueError(
		'not-accepted',
		`fal did not accept the request, ${outcome.attempts === 1 ? 'asked once' : `asked ${outcome.attempts} times`}: ${fault}`,
		{ ...(httpStatus ? { httpStatus } : {}), lastFault: fault },
	);
}

async function post(
	{ send, clock }: QueueConnection,
	submission: Submission,
	signal: AbortSignal | undefined,
): Promise<{ accepted: SubmitReply } | Fault> {
	let reply: QueueReply;
	try {
		reply = await send({
			method: 'POST',
			path: `/${submission.model}`,
			query: submission.query,
			headers: submission.headers,
			body: submission.body,
			waitSignal: signal,
		});
	} catch (error) {
		if (!(error instanceof ConnectionFailure)) throw maybeSubmitted(String(error));
		if (error.reach === 'not-sent') return { fault: error.message };
		if (error.reach === 'blocked') throw notSendable(error.message);
		throw maybeSubmitted(error.message);
	}
	if (reply.status >= 200 && reply.status < 300) {
		const parsed = submitReplySchema.safeParse(reply.body);
		if (parsed.success) return { accepted: parsed.data };
		throw maybeSubmitted(
			`HTTP ${reply.status} with a body that is not fal's reply to a request`,
			reply,
		);
	}
	if (notAccepted.has(reply.status)) {
		const verdict = readVerdict(reply, 'no reason given');
		const pause = retryAfterMs(reply.headers['retry-after'], clock.now());
		return {
			fault: `HTTP ${reply.status}: ${verdict.message}`,
			httpStatus: reply.status,
			...(pause === undefined ? {} : { retryAfterMs: pause }),
		};
	}
	throw refusal(reply, submission.model);
}

function refusal(reply: QueueReply, model: string): QueueError {
	const { status } = reply;
	if (status >= 500 || status === 408) return maybeSubmitted(`HTTP ${status}`, reply);
	if (status >= 300 && status < 400) {
		return new QueueError(
			'unexpected-reply',
			`The base URL answered with a redirect (HTTP ${status}), which is not followed, so that the key stays with its host`,
			{ httpStatus: status },
		);
	}
	const verdict = readVerdict(
		reply,
		status === 404 ? `there is no model "${model}"` : `HTTP ${status} without a reason`,
	);
	const facts = { httpStatus: status, ...(verdict.type ? { type: verdict.type } : {}) };
	if (status === 401 || status === 403) {
		return new QueueError('unauthorized', `fal did not accept the key: ${verdict.message}`, facts);
	}
	return new QueueError('rejected', `fal rejected the request: ${verdictLine(verdict)}`, facts);
}

function maybeSubmitted(reason: string, reply?: QueueReply): QueueError {
	return new QueueError(
		'maybe-submitted',
		`The request was sent, but fal's answer was lost (${reason}), so it may be running`,
		{ ...(reply ? { httpStatus: reply.status } : {}), lastFault: reason },
	);
}

function notSendable(reason: string): QueueError {
	return new QueueError('blocked', `n8n did not let the request out: ${reason}`);
}
