import type { LogEntry } from '../../../harness/standin/request-log';
import { FalEngine, jsonsOf } from '../../../harness/engine/fal-engine';

let bench: FalEngine;

beforeAll(async () => {
	bench = await FalEngine.start();
});
beforeEach(() => bench.fal.reset());
afterAll(async () => await bench.close());

const boats = (count: number, prompt = 'A boat') =>
	Array.from({ length: count }, (_, take) => ({ prompt: `${prompt}, take ${take}` }));

function entriesOf(...kinds: Array<LogEntry['kind']>): LogEntry[] {
	return bench.fal.log.filter(({ kind }) => kinds.includes(kind));
}

/** How many of the requests were being answered at the same time, at most. */
function mostAtOnce(entries: LogEntry[]): number {
	const under = (at: number) =>
		entries.filter((entry) => entry.at <= at && (entry.endedAt ?? Infinity) > at).length;
	return Math.max(...entries.map(({ at }) => under(at)));
}

/** How many of the requests came within one second, at most. */
function mostInASecond(entries: LogEntry[]): number {
	const within = (from: number) => entries.filter(({ at }) => at >= from && at < from + 1000);
	return Math.max(...entries.map(({ at }) => within(at).length));
}

/** Each submit is answered slowly: its reply of some 400 bytes comes byte by byte. */
function slowSubmits(): void {
	bench.fal.order({ on: 'submit', times: Infinity, fault: { type: 'drip', ms: 1 } });
}

test('no more than twenty requests are being submitted at once, and all of them are', async () => {
	slowSubmits();
	const outcome = await bench.generate({ items: boats(60), options: { pollIntervalSeconds: 2 } });
	expect(jsonsOf(outcome)).toHaveLength(60);
	expect(mostAtOnce(entriesOf('submit'))).toBe(20);
	expect(bench.fal.billed()).toBe(60);
});

test('two executions share the twenty', async () => {
	slowSubmits();
	const given = { items: boats(20), options: { pollIntervalSeconds: 2 } };
	await Promise.all([bench.generate(given), bench.generate(given)]);
	expect(mostAtOnce(entriesOf('submit'))).toBe(20);
	expect(bench.fal.billed()).toBe(40);
});

test('a stop ends the line: what has not been sent is not', async () => {
	slowSubmits();
	const run = bench.start({ items: boats(60, '[stuck] A boat') });
	await bench.fal.waitUntil(() => bench.fal.submissions.length === 20);
	run.stop();
	expect((await run.finished).status).toBe('canceled');
	await bench.fal.waitUntil(() =>
		bench.fal.submissions.every(({ cancelled, state }) => cancelled && state === 'COMPLETED'),
	);
	expect(bench.fal.count('submit')).toBeLessThan(60);
	expect(bench.fal.count('cancel')).toBe(bench.fal.count('submit'));

	// The places are free again.
	bench.fal.reset();
	expect(jsonsOf(await bench.generate({ items: boats(30) }))).toHaveLength(30);
});

test.each([
	{ name: 'with a Poll Interval of half a second', options: { pollIntervalSeconds: 0.5 } },
	{ name: 'as the node chooses', options: { pollIntervalSeconds: undefined } },
])('no more than fifty status requests a second for 150 videos, $name', async ({ options }) => {
	const outcome = await bench.generate({ items: boats(150, '[slow=4] A boat'), options });
	expect(jsonsOf(outcome)).toHaveLength(150);
	const asked = entriesOf('status', 'stream');
	expect(asked.length).toBeGreaterThan(140);
	// Counted where they arrive: one that was sent a second ago may be overtaken on a busy machine. The
	// node's own count is held to fifty by the unit tests.
	expect(mostInASecond(asked)).toBeLessThanOrEqual(55);
});

test('the longest wait ends with a last question, however long the line is', async () => {
	const outcome = await bench.generate({
		items: boats(150, '[slow=2] A boat'),
		options: { pollIntervalSeconds: 0.5, maxWaitSeconds: 3 },
	});
	expect(outcome.error()).toBeUndefined();
	expect(jsonsOf(outcome)).toHaveLength(150);
	expect(bench.fal.billed()).toBe(150);
});

test('none of this leaves a rejection that nobody handles', async () => {
	expect(await bench.engine.unhandled()).toEqual([]);
});
