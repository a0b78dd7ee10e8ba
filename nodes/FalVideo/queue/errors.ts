/** Why a request did not become a video. Each kind needs another action of the user. */
export type QueueErrorKind =
	/** The request was refused for good, at the POST or when it came to it (422, no such model). */
	| 'rejected'
	/** The request was accepted and ended in an error that may pass. */
	| 'failed'
	/** The POST had no readable reply: the request may be running. */
	| 'maybe-submitted'
	/** Nothing was accepted, after several attempts (429, 503, connection refused). */
	| 'not-accepted'
	/** The host does not know the request any more, or never did. */
	| 'not-found'
	/** The key, or the word before it, was refused. */
	| 'unauthorized'
	/** The key is right; the account is locked, out of balance, or lacks a permission. */
	| 'account'
	/** The key is right, but may not ask this; no request is concerned. */
	| 'not-permitted'
	/** The base URL is not that of a queue: a web page, a redirect. Nothing was sent on. */
	| 'wrong-host'
	/** n8n itself does not let the request out: allowed domains, protected addresses, a certificate. */
	| 'blocked'
	/** The host could not be asked, several times in a row. */
	| 'unavailable'
	/** The longest wait is over; the request goes on. */
	| 'timeout'
	/** The longest wait is over and the request was cancelled. */
	| 'cancelled'
	/** The execution was stopped. */
	| 'stopped'
	/** The request is complete, but its result has no video. */
	| 'unexpected-reply'
	/** The host has no such endpoint. */
	| 'not-offered'
	/** The file could not be fetched whole. */
	| 'download';

/** What is known beside the message. */
export interface QueueErrorFacts {
	requestId?: string;
	/** The HTTP status code of the reply that decided. */
	httpStatus?: number;
	/** The host, where it is not fal itself: errors name it, and promise nothing for it. */
	gateway?: string;
	/** The host's own word for the error, such as `content_policy_violation`. */
	type?: string;
	/** The input that the host names, such as `prompt`. */
	field?: string;
	/** The last fault met on the way, for people. */
	lastFault?: string;
	/** The last status that the host gave. */
	lastStatus?: string;
	/** How it ended, as the host has told, but not for long enough to be believed. */
	toldEnd?: string;
	/** How many requests were before it in the queue, where that was the last status. */
	queuePosition?: number;
	/** What may be billed for it, by the list of prices, in US dollars. */
	estimate?: number;
	/** Where the finished file lies, for an error that comes after the video was made. */
	videoUrl?: string;
}

/** An error of the queue, with what is needed to act on it. */
export class QueueError extends Error {
	override readonly name = 'QueueError';

	constructor(
		readonly kind: QueueErrorKind,
		message: string,
		readonly facts: QueueErrorFacts = {},
	) {
		super(message);
	}
}

/** What any error says. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** What an error means for the request that it is about, or would have been. */
interface Meaning {
	/** The request has ended so; asking again brings the same. */
	ends?: true;
	/** Nothing more will come of a request that was cancelled. */
	over?: true;
	/** While the same execution lasts, a retry throws it again instead of submitting. */
	final?: true;
}

/** The one place that says how a request ends. */
const meanings: Record<QueueErrorKind, Meaning> = {
	rejected: { ends: true, over: true, final: true },
	failed: { ends: true, over: true },
	'maybe-submitted': { final: true },
	'not-accepted': {},
	'not-found': { over: true, final: true },
	unauthorized: {},
	account: {},
	'not-permitted': {},
	'wrong-host': {},
	blocked: {},
	unavailable: {},
	timeout: {},
	cancelled: {},
	stopped: {},
	'unexpected-reply': { ends: true, final: true },
	'not-offered': {},
	download: {},
};

/** Whether an error has that meaning. Errors other than the queue's have none. */
export function means(error: unknown, meaning: keyof Meaning): error is QueueError {
	return error instanceof QueueError && meanings[error.kind][meaning] === true;
}
