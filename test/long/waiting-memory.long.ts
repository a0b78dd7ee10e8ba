import { setTimeout as sleep } from 'node:timers/promises';
import { useFalEngine } from '../engine/use-fal-engine';

const bench = useFalEngine();

const count = 500;
/** What docs/waiting.md promises; in a real server, and against n8n's own node, see the e2e test of this name. */
const mostBytes = 100_000;

/** The heap after collections, without what n8n has logged. */
async function heap(): Promise<number> {
	await sleep(1000);
	await bench.engine.forgetLogs();
	for (let time = 0; time < 8; time++) {
		await bench.engine.gc();
		await sleep(100);
	}
	return (await bench.engine.memory()).heapUsed;
}

/** What an item holds while 500 wait, in bytes. */
async function heldByOne(pollIntervalSeconds: number | undefined): Promise<number> {
	const { fal } = bench;
	const [before, submitted] = [await heap(), fal.submissions.length];
	const items = Array.from({ length: count }, (_, n) => ({ prompt: `[stuck] A boat, take ${n}` }));
	const run = bench.start({ items, options: { pollIntervalSeconds } });
	await fal.waitUntil(() => fal.submissions.length === submitted + count, 60_000);
	// By then each has been asked about, or listens.
	await sleep(15_000);
	const held = ((await heap()) - before) / count;
	run.stop();
	await run.finished;
	return held;
}

test.each([
	{ how: 'listening', pollIntervalSeconds: undefined },
	{ how: 'polling', pollIntervalSeconds: 60 },
])('an item that waits, $how, holds at most 100 kB', async ({ how, pollIntervalSeconds }) => {
	// What is compiled, and cached by n8n, at the first run is no item's.
	await heldByOne(pollIntervalSeconds);
	const held = await heldByOne(pollIntervalSeconds);
	process.stdout.write(`${how}: ${Math.round(held / 1000)} kB an item\n`);
	expect(bench.fal.count('stream') > 0).toBe(how === 'listening');
	expect(held).toBeGreaterThan(0);
	expect(held).toBeLessThan(mostBytes);
});
