import type { Outcome } from './outcome';
import type { Submission } from './submission';

/** How the stand-in behaves. `fal.options` may be changed while it runs. */
export interface StandInOptions {
	/** Port of the queue host; 0 takes a free one. */
	port: number;
	/** Port of the media host; 0 takes a free one. */
	mediaPort: number;
	/** Keys that are let in, without the word `Key`. */
	keys: string[];
	/** Milliseconds that a video takes once it is in progress. */
	durationMs: number | ((submission: Submission, index: number) => number);
	/** Milliseconds until a submit that was accepted is answered. */
	submitMs: number;
	/** Milliseconds that a request waits in the queue at least. */
	queueMs: number;
	/** How many requests are in progress at once at most; the others wait in the queue. */
	capacity: number;
	/** Milliseconds until a running request that was cancelled has ended. */
	cancelMs: number;
	/** Origin named in the URLs of replies; left out, the queue host itself. A gateway leaves fal's. */
	publicUrl?: string;
	/** Origin named in the URLs of files; left out, the media host itself. */
	publicMediaUrl?: string;
	/** How a request ends. Left out or `undefined`: as the markers in its prompt say. */
	outcome?: (submission: Submission, index: number) => Outcome | undefined;
	/** Size in bytes that video files are filled up to; left out, their own size. */
	fileBytes?: number;
	/** Whether callbacks are signed. */
	webhookSigning: boolean;
	/** Milliseconds between a callback that was not taken (no 2xx) and the next attempt. */
	webhookRetryMs: number;
	/** Milliseconds within which a callback must be answered. */
	webhookTimeoutMs: number;
}

export const defaultOptions: StandInOptions = {
	port: 0,
	mediaPort: 0,
	keys: ['stand-in-key'],
	durationMs: 300,
	submitMs: 0,
	queueMs: 0,
	capacity: Infinity,
	cancelMs: 20,
	webhookSigning: true,
	webhookRetryMs: 100,
	webhookTimeoutMs: 15_000,
};
