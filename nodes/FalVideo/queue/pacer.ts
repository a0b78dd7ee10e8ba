import { Line } from './line';
import type { Clock } from './transport';

/**
 * Lets so many through in a second, and no more: in no second that one could pick are there more
 * than `perSecond`. A few may go at once after a pause; the others are spread evenly.
 */
export class Pacer {
	private readonly line = new Line();

	private readonly everyMs: number;

	/** When the last of those who may go at once will have been made up for, in milliseconds. */
	private paidUntil = 0;

	private admitting = false;

	/**
	 * @param perSecond the most in any second
	 * @param atOnce how many of these may go in the same moment
	 */
	constructor(
		perSecond: number,
		private readonly atOnce: number,
		private readonly clock: Clock,
	) {
		this.everyMs = 1000 / (perSecond - atOnce);
	}

	/**
	 * Waits for its turn.
	 *
	 * @param signal leaves the line
	 * @returns false where the line was left
	 */
	async enter(signal?: AbortSignal): Promise<boolean> {
		if (signal?.aborted) return false;
		if (this.line.length === 0 && this.delayMs() <= 0) {
			this.pay();
			return true;
		}
		const turn = this.line.join(signal);
		void this.admitAll();
		return await turn;
	}

	private async admitAll(): Promise<void> {
		if (this.admitting) return;
		this.admitting = true;
		while (this.line.length > 0) {
			const delay = this.delayMs();
			if (delay > 0) await this.clock.sleep(delay);
			else if (this.line.admit()) this.pay();
		}
		this.admitting = false;
	}

	private delayMs(): number {
		return Math.ceil(this.paidUntil - this.clock.now() - (this.atOnce - 1) * this.everyMs);
	}

	private pay(): void {
		this.paidUntil = Math.max(this.paidUntil, this.clock.now()) + this.everyMs;
	}
}
