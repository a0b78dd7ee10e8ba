import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineProcess } from '../../harness/engine/client';

/** Bytes of a process: all that is resident, and of it V8's heap. */
export interface Memory {
	rss: number;
	heap: number;
}

/** What of it is looked at, and how. */
export interface WatchOptions {
	/** Milliseconds between two looks. */
	everyMs: number;
	/** Whether to collect garbage before each look: what is seen is then what is held. */
	collect?: boolean;
}

/** How much memory an engine's process has, with its garbage collected. */
export async function idleMemory(engine: EngineProcess): Promise<Memory> {
	await engine.gc();
	return await look(engine);
}

/** Runs something, and gives how much memory an engine's process had at most meanwhile. */
export async function watchMemory<Value>(
	engine: EngineProcess,
	{ everyMs, collect = false }: WatchOptions,
	work: () => Promise<Value>,
): Promise<{ value: Value; peak: Memory }> {
	const peak: Memory = { rss: 0, heap: 0 };
	let over = false;
	const running = work().finally(() => (over = true));
	do {
		if (collect) await engine.gc();
		const { rss, heap } = await look(engine);
		peak.rss = Math.max(peak.rss, rss);
		peak.heap = Math.max(peak.heap, heap);
		await Promise.race([sleep(everyMs), running]);
	} while (!over);
	return { value: await running, peak };
}

/** How much more the one is than the other. */
export function rise(from: Memory, to: Memory): Memory {
	return { rss: to.rss - from.rss, heap: to.heap - from.heap };
}

async function look(engine: EngineProcess): Promise<Memory> {
	const { rss, heapUsed: heap } = await engine.memory();
	return { rss, heap };
}
