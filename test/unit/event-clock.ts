import type { Clock } from '../../nodes/FalVideo/queue/transport';

interface Sleeper {
	due: number;
	wake: () => void;
}

/**
 * A clock for things that go on side by side: it moves to the next one that is due when all that
 * could be done at this moment has been done.
 */
export class EventClock implements Clock {
	private readonly sleepers = new Set<Sleeper>();

	constructor(private time = 1_700_000_000_000) {}

	now(): number {
		return this.time;
	}

	random(): number {
		return 0.5;
	}

	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted || ms <= 0) return;
		await new Promise<void>((resolve) => {
			const sleeper = { due: this.time + ms, wake: () => wake() };
			const wake = () => {
				this.sleepers.delete(sleeper);
				signal?.removeEventListener('abort', wake);
				resolve();
			};
			signal?.addEventListener('abort', wake);
			this.sleepers.add(sleeper);
		});
	}

	/** Lets time pass until something has come to its end. */
	async until<Value>(end: Promise<Value>): Promise<Value> {
		let over = false;
		const mark = () => {
			over = true;
		};
		end.then(mark, mark);
		for (;;) {
			await new Promise((resolve) => setImmediate(resolve));
			if (over) return await end;
			const [next] = [...this.sleepers].sort((one, other) => one.due - other.due);
			if (next === undefined) throw new Error('Nothing is left to happen');
			this.time = Math.max(this.time, next.due);
			next.wake();
		}
	}
}
