import type { Clock } from './transport';

/** The longest back-off, in milliseconds. */
const longestBackoffMs = 30_000;

/** A fault that passes: asking again may help. */
export interface Fault {
	fault: string;
	/** How long the server asks to be left alone. */
	retryAfterMs?: number;
	httpStatus?: number;
}

/**
 * The pause before the next attempt: doubled with each fault, up to 30 s, with a jitter of half its
 * length, so that many items that met the same outage do not come back at the same moment.
 *
 * @param faults how many attempts in a row have failed, from 1
 * @param firstMs the pause after the first fault
 * @param random a number from 0 to 1
 */
export function backoffMs(faults: number, firstMs: number, random: number): number {
	const whole = Math.min(firstMs * 2 ** Math.min(faults - 1, 16), longestBackoffMs);
	return whole / 2 + (whole / 2) * random;
}

/**
 * Reads the `Retry-After` header of a reply: seconds, or an HTTP date, which is taken against the
 * reply's own `Date`, since clocks differ.
 *
 * @param headers by their names in small letters
 * @returns milliseconds, not below 0; `undefined` where the header is missing or unreadable
 */
export function retryAfterMs(headers: Record<string, string | undefined>): number | undefined {
	const value = headers['retry-after'];
	if (value === undefined || value.trim() === '') return undefined;
	const seconds = Number(value);
	const sentAt = Date.parse(headers.date ?? '');
	const ms = Number.isFinite(seconds)
		? seconds * 1000
		: Date.parse(value) - (Number.isNaN(sentAt) ? Date.now() : sentAt);
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** When to try again. */
export interface RetryPolicy<F extends Fault = Fault> {
	/** The pause after the first fault; doubled with each further one. @default 500 */
	firstMs?: number;
	/** The longest `Retry-After` that is obeyed; a longer one is cut to this. @default 30000 */
	longestRetryAfterMs?: number;
	/** Whether the next attempt is worth the pause. */
	again: (fault: F, attempt: number, pauseMs: number) => boolean;
	clock: Clock;
	/** Ends a pause early; the next attempt decides what a stop means. */
	signal?: AbortSignal | undefined;
}

/** The last fault before giving up. */
export type GivenUp<F extends Fault = Fault> = F & { attempts: number };

/**
 * Repeats an attempt until it returns something other than a fault, or the policy gives up. An error
 * that it throws is final.
 *
 * @example await retry(() => askOnce(), { again: (_, attempt) => attempt < 5, clock })
 */
export async function retry<Answer extends object, F extends Fault = Fault>(
	tryOnce: () => Promise<Answer | F>,
	{ firstMs = 500, longestRetryAfterMs = 30_000, again, clock, signal }: RetryPolicy<F>,
): Promise<Answer | GivenUp<F>> {
	for (let attempt = 1; ; attempt++) {
		const answer = await tryOnce();
		if (!isFault(answer)) return answer;
		const asked = Math.min(answer.retryAfterMs ?? 0, longestRetryAfterMs);
		const pause = Math.max(asked, backoffMs(attempt, firstMs, clock.random()));
		if (!again(answer, attempt, pause)) return { ...answer, attempts: attempt };
		await clock.sleep(pause, signal);
	}
}

function isFault<F extends Fault>(answer: object | F): answer is F {
	return 'fault' in answer;
}
