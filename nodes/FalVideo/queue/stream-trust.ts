/** So many streams in a row that were of no use, and the host is not asked for any more. */
const mostFailures = 3;

/** After this time, in milliseconds, one more is tried. */
const pauseMs = 600_000;

/** Whether a host's streams of events can be relied on: learned, and learned anew after a while. */
export class StreamTrust {
	private failures = 0;

	private offUntil = 0;

	private told = false;

	/** Whether streams have told what was new, and nothing was wrong with one since. */
	get isEarned(): boolean {
		return this.told;
	}

	/** Whether a stream is worth a try. */
	isGiven(now: number): boolean {
		return now >= this.offUntil;
	}

	/** A stream told something new when it happened. */
	earned(): void {
		this.failures = 0;
		this.told = true;
	}

	/** A stream was refused, silent, unreadable, or late. */
	lost(now: number): void {
		this.failures += 1;
		this.told = false;
		if (this.failures >= mostFailures) this.offUntil = now + pauseMs;
	}
}
