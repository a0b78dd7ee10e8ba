import { Line } from './line';

/** So many places, and no more: who finds none free waits in line. */
export class Places {
	private free: number;

	private readonly line = new Line();

	/** @param most how many may hold a place at once */
	constructor(most: number) {
		this.free = most;
	}

	/** Takes a place if one is free now. Each place that is taken must be given back. */
	take(): boolean {
		if (this.free === 0) return false;
		this.free -= 1;
		return true;
	}

	/**
	 * Takes a place as soon as one is free.
	 *
	 * @param signal leaves the line
	 * @returns false where the line was left: then no place is held
	 */
	async enter(signal?: AbortSignal): Promise<boolean> {
		if (signal?.aborted) return false;
		return this.take() || (await this.line.join(signal));
	}

	/** Gives a place back: to the next in line, where there is one. */
	leave(): void {
		if (!this.line.admit()) this.free += 1;
	}
}
