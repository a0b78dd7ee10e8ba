import { type CatalogOptions, defaultCatalog } from './catalog/catalog-options';
import type { FileQuirks } from './file-quirks';
import type { AccountState, KindName } from './kind';
import type { Outcome } from './outcome';
import type { Submission } from './submission';
import type { WebhookForm } from './webhook-body';

/** A model's base price: the fields of fal's documentation of its platform API. */
export interface ModelPrice {
	unit_price: number;
	/** `seconds`, `videos`, …: words that clients of the API handle. */
	unit: string;
	currency: string;
}

/** How the stand-in behaves. `fal.options` may be changed while it runs. */
export interface StandInOptions {
	/** Which kind of host it is. */
	kind: KindName;
	/** Port of the queue host; 0 takes a free one. */
	port: number;
	/** Port of the media host; 0 takes a free one. */
	mediaPort: number;
	/** Keys that are let in, without the word `Key`. */
	keys: string[];
	account: AccountState;
	/** Milliseconds that a video takes once it is in progress. */
	durationMs: number | ((submission: Submission, index: number) => number);
	/** Milliseconds until a submit that was accepted is answered. */
	submitMs: number;
	/** Milliseconds until a question about a request, or for its result, is answered. */
	askMs: number;
	/** Milliseconds that a request waits in the queue at least. */
	queueMs: number;
	/** How many requests are in progress at once at most; the others wait in the queue. */
	capacity: number;
	/** Milliseconds until a running request that was cancelled has ended. */
	cancelMs: number;
	/**
	 * The URLs in replies: those of owner and app, as the live service prints them, or those of fal's
	 * documentation, with the whole model and `/response` at the end. The documented ones are answered
	 * then as well.
	 */
	urls: 'app' | 'documented';
	/** How a cancel is told that was taken: by its status, or as fal's OpenAPI documents say. */
	cancelReply: 'status' | 'success';
	/** HTTP status of a cancel that comes too late. */
	tooLateStatus: 400 | 409;
	/** Milliseconds that a result is kept after its end; then it is 410. */
	keepMs: number;
	/** The header that says whether a failure may pass: `needs-retry` is 1 or 0, `-words` true or false. */
	retryHeader: 'retryable' | 'needs-retry' | 'needs-retry-words' | 'both' | 'none';
	/** Milliseconds between two comment lines that keep a stream of events open. */
	commentMs: number;
	/** Origin named in the URLs of replies; left out, the queue host itself, or fal's where the kind says so. */
	publicUrl?: string;
	/** Origin named in the URLs of files; left out, the media host itself. */
	publicMediaUrl?: string;
	/** How a request ends. Left out or `undefined`: as the markers in its prompt say. */
	outcome?: (submission: Submission, index: number) => Outcome | undefined;
	/** What is odd about the files. */
	file: FileQuirks;
	/** Size in bytes that video files are filled up to; left out, their own size. */
	fileBytes?: number;
	/**
	 * When the list of recent requests has a request: milliseconds after it was accepted, or when it has
	 * ended. Which of them is so at fal is not known.
	 */
	listedAfter: number | 'ended';
	/**
	 * Whether the keys may list requests; off, so that a test of a lost answer has one unless it asks for
	 * more.
	 */
	listsRequests: boolean;
	/** Whether the list has the inputs; not, where they are not stored. */
	listsInputs: boolean;
	/** What the platform API says that models cost, by endpoint ID. */
	prices: Record<string, ModelPrice>;
	/** What is special about the catalogue. */
	catalog: CatalogOptions;
	/** Whether callbacks are signed. */
	webhookSigning: boolean;
	/** The form of callbacks; `IN_PROGRESS` ones come where the kind of host sends them. */
	webhookForm: WebhookForm;
	/** Seconds that the time of a signature is off, as by a drifting clock. */
	webhookSkewSeconds: number;
	/** How often a callback is sent at most. */
	webhookAttempts: number;
	/** Milliseconds between a callback that was not taken (no 2xx) and the next attempt. */
	webhookRetryMs: number;
	/** Milliseconds within which a callback must be answered. */
	webhookTimeoutMs: number;
}

export const defaultOptions: StandInOptions = {
	kind: 'fal',
	port: 0,
	mediaPort: 0,
	keys: ['stand-in-key'],
	account: 'ok',
	durationMs: 300,
	submitMs: 0,
	askMs: 0,
	queueMs: 0,
	capacity: Infinity,
	cancelMs: 20,
	urls: 'app',
	cancelReply: 'status',
	tooLateStatus: 400,
	keepMs: Infinity,
	retryHeader: 'retryable',
	commentMs: 15_000,
	file: {},
	listedAfter: 0,
	listsRequests: false,
	listsInputs: true,
	prices: {},
	catalog: defaultCatalog,
	webhookSigning: true,
	webhookForm: 'documented',
	webhookSkewSeconds: 0,
	webhookAttempts: 31,
	webhookRetryMs: 100,
	webhookTimeoutMs: 15_000,
};
