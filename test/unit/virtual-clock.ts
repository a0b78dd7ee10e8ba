import type { Clock } from '../../nodes/FalVideo/queue/transport';

/** A clock whose sleeps take no time: half an hour of waiting is tried out in a moment. */
export class VirtualClock implements Clock {
	/** Each pause that was asked for, in milliseconds. */
	readonly pauses: number[] = [];

	constructor(private time = 1_700_000_000_000) {}

	now(): number {
		return this.time;
	}

	random(): number {
		return 0.5;
	}

	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted) return;
		this.pauses.push(ms);
		this.time += Math.max(0, ms);
		await Promise.resolve();
	}
}
