import type { Clock } from './transport';

/** Waiters, first come, first served. */
class WaitQueue {
	private readonly waiting = new Set<(admitted: boolean) => void>();

	get length(): number {
		return this.waiting.size;
	}

	/** @returns whether it was admitted: false when the signal aborted first */
	async join(signal?: AbortSignal): Promise<boolean> {
		if (signal?.aborted) return false;
		return await new Promise<boolean>((resolve) => {
			const end = (admitted: boolean) => {
				this.waiting.delete(end);
				signal?.removeEventListener('abort', leave);
				resolve(admitted);
			};
			const leave = () => end(false);
			signal?.addEventListener('abort', leave);
			this.waiting.add(end);
		});
	}

	/** Admits the first waiter. @returns false when nobody waits */
	admit(): boolean {
		for (const end of this.waiting) {
			end(true);
			return true;
		}
		return false;
	}
}

/** Semaphore: at most so many holders at once; further ones wait. */
export class Semaphore {
	private free: number;

	private readonly queue = new WaitQueue();

	/** @param permits how many may hold it at once */
	constructor(permits: number) {
		this.free = permits;
	}

	/** Takes a permit if one is free now. Each permit that is taken must be released. */
	tryAcquire(): boolean {
		if (this.free === 0) return false;
		this.free -= 1;
		return true;
	}

	/**
	 * Takes a permit as soon as one is free.
	 *
	 * @param signal gives up waiting
	 * @returns false when the signal aborted first: then no permit is held
	 */
	async acquire(signal?: AbortSignal): Promise<boolean> {
		if (signal?.aborted) return false;
		return this.tryAcquire() || (await this.queue.join(signal));
	}

	/** Releases a permit, to the first waiter if there is one. */
	release(): void {
		if (!this.queue.admit()) this.free += 1;
	}
}

/**
 * Rate limiter: at most `perSecond` requests in any second. A few may go at once after a pause (the
 * burst allowance); the others are spread evenly.
 */
export class RateLimiter {
	private readonly queue = new WaitQueue();

	private readonly intervalMs: number;

	/** When the burst allowance is replenished, in milliseconds since the epoch. */
	private replenishedAt = 0;

	private admitting = false;

	/**
	 * @param perSecond the most in any second
	 * @param burst how many of these may go in the same moment
	 */
	constructor(
		perSecond: number,
		private readonly burst: number,
		private readonly clock: Clock,
	) {
		this.intervalMs = 1000 / (perSecond - burst);
	}

	/**
	 * Waits for its turn.
	 *
	 * @param signal gives up waiting
	 * @returns false when the signal aborted first
	 */
	async acquire(signal?: AbortSignal): Promise<boolean> {
		if (signal?.aborted) return false;
		if (this.queue.length === 0 && this.delayMs() <= 0) {
			this.spend();
			return true;
		}
		const turn = this.queue.join(signal);
		void this.admitAll();
		return await turn;
	}

	private async admitAll(): Promise<void> {
		if (this.admitting) return;
		this.admitting = true;
		while (this.queue.length > 0) {
			const delay = this.delayMs();
			if (delay > 0) await this.clock.sleep(delay);
			else if (this.queue.admit()) this.spend();
		}
		this.admitting = false;
	}

	private delayMs(): number {
		return Math.ceil(this.replenishedAt - this.clock.now() - (this.burst - 1) * this.intervalMs);
	}

	private spend(): void {
		this.replenishedAt = Math.max(this.replenishedAt, this.clock.now()) + this.intervalMs;
	}
}
