/** How long after a start n8n may still be putting its executions in order, in milliseconds. */
const startingMs = 60_000;

// n8n loads its nodes when it starts, before it hears callbacks.
const loaded = { at: Date.now(), ticks: performance.now() };

/**
 * Whether n8n may still be starting, and has not got to an execution that was suspended before: then that
 * one must not be resumed.
 *
 * n8n, which has not seen it end, first writes it down as crashed, and a moment later as waiting again,
 * while it hears callbacks already (1.123 to 2.41). What is resumed in between, n8n refuses after it has
 * answered the callback with 200, or it overwrites what has ended since: the execution then seems to wait,
 * and goes on once more at Max Wait.
 *
 * @param suspendedAt milliseconds since the epoch
 * @param now milliseconds, on the clock of `performance.now()`
 */
export function mayBeStarting(suspendedAt: number, now = performance.now()): boolean {
	return suspendedAt < loaded.at && now - loaded.ticks < startingMs;
}
