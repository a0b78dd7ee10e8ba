/** The longest pause between two attempts, in milliseconds. */
const longestPauseMs = 30_000;

/**
 * The pause before the next attempt: doubled with each fault, up to 30 s, with a jitter of half its
 * length, so that many items that met the same outage do not come back at the same moment.
 *
 * @param faults how many attempts in a row have failed, from 1
 * @param firstMs the pause after the first fault, in milliseconds
 * @param random a number from 0 to 1
 * @returns milliseconds
 */
export function backoffMs(faults: number, firstMs: number, random: number): number {
	const whole = Math.min(firstMs * 2 ** Math.min(faults - 1, 16), longestPauseMs);
	return whole / 2 + (whole / 2) * random;
}

/**
 * What a `Retry-After` header asks for.
 *
 * @param value the header: seconds, or an HTTP date
 * @param now milliseconds since the epoch
 * @returns milliseconds, not below 0; `undefined` where the header is missing or unreadable
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
	if (value === undefined || value.trim() === '') return undefined;
	const seconds = Number(value);
	const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
