/** Why a request did not become a video. Each kind wants something else of the user. */
export type QueueErrorKind =
	/** fal refused the request for good, at the POST or when it came to it (422, no such model). */
	| 'rejected'
	/** fal took the request and it ended in an error that may pass; fal does not bill it. */
	| 'failed'
	/** The POST had no readable reply: the request may be running. */
	| 'unknown'
	/** Nothing was accepted, after several attempts (429, 503, connection refused). */
	| 'not-accepted'
	/** fal does not know the request any more, or never did. */
	| 'gone'
	/** The key was not accepted. */
	| 'unauthorized'
	/** n8n itself does not let the request out: allowed domains, protected addresses, a certificate. */
	| 'blocked'
	/** fal could not be asked, several times in a row. */
	| 'unavailable'
	/** The longest wait is over; the request goes on. */
	| 'timeout'
	/** The longest wait is over and the request was cancelled. */
	| 'cancelled'
	/** The execution was stopped. */
	| 'stopped'
	/** The reply is not what fal's documentation says. */
	| 'contract'
	/** The file could not be fetched whole. */
	| 'download';

/** What is known beside the message. */
export interface QueueErrorFacts {
	requestId?: string;
	/** The HTTP status code of the reply that decided. */
	httpStatus?: number;
	/** fal's own word for the error, such as `content_policy_violation`. */
	type?: string;
	/** The last fault met on the way, for people. */
	lastFault?: string;
	/** The last status that fal gave. */
	lastStatus?: string;
	/** How many requests were before it in the queue, where that was the last status. */
	queuePosition?: number;
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

/** Whether an error is how the request itself ended, as against a question that was not answered. */
export function isEnding(error: unknown): error is QueueError {
	return error instanceof QueueError && ['rejected', 'failed', 'contract'].includes(error.kind);
}
