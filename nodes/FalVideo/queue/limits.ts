import type { Clock } from './transport';

/**
 * Waiters, each of a party: the parties take turns, and within one it is first come, first served. So
 * a party of a thousand does not keep a party of one waiting.
 */
class WaitQueue {
	/** By party, in the order of their turns. */
	private readonly parties = new Map<string, Set<(admitted: boolean) => void>>();

	private count = 0;

	get length(): number {
		return this.count;
	}

	/** @returns whether it was admitted: false when the signal aborted first */
	async join(signal?: AbortSignal, party = ''): Promise<boolean> {
		if (signal?.aborted) return false;
		return await new Promise<boolean>((resolve) => {
			const waiting = this.parties.get(party) ?? new Set();
			this.parties.set(party, waiting);
			const end = (admitted: boolean) => {
				waiting.delete(end);
				if (waiting.size === 0) this.parties.delete(party);
				this.count -= 1;
				signal?.removeEventListener('abort', leave);
				resolve(admitted);
			};
			const leave = () => end(false);
			signal?.addEventListener('abort', leave);
			waiting.add(end);
			this.count += 1;
		});
	}

	/** Admits the first waiter of the party whose turn it is. @returns false when nobody waits */
	admit(): boolean {
		for (const [party, waiting] of this.parties) {
			const [end] = waiting;
			end?.(true);
			if (waiting.size > 0) {
				// Its next turn comes after all others'.
				this.parties.delete(party);
				this.parties.set(party, waiting);
			}
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
	 * @param party takes turns with the others
	 * @returns false when the signal aborted first: then no permit is held
	 */
	async acquire(signal?: AbortSignal, party?: string): Promise<boolean> {
		if (signal?.aborted) return false;
		return this.tryAcquire() || (await this.queue.join(signal, party));
	}

	/** Releases a permit, to the next waiter if there is one. */
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
	 * @param party takes turns with the others
	 * @returns false when the signal aborted first
	 */
	async acquire(signal?: AbortSignal, party?: string): Promise<boolean> {
		if (signal?.aborted) return false;
		if (this.queue.length === 0 && this.delayMs() <= 0) {
			this.spend();
			return true;
		}
		const turn = this.queue.join(signal, party);
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
