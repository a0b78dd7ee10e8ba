import type { LogEntry } from '../../../harness/standin/request-log';
import { jsonsOf } from '../../../harness/engine/fal-engine';
import { useFalEngine } from '../use-fal-engine';

const bench = useFalEngine();

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
	const outcome = await bench.generate({ items: boats(45), options: { pollIntervalSeconds: 1 } });
	expect(jsonsOf(outcome)).toHaveLength(45);
	expect(mostAtOnce(entriesOf('submit'))).toBe(20);
	expect(bench.fal.billed()).toBe(45);
});

test('two executions share the twenty', async () => {
	// Long enough for the second one to begin, also on a busy machine.
	bench.fal.options.submitMs = 5_000;
	const given = { items: boats(15), options: { pollIntervalSeconds: 1 } };
	await Promise.all([bench.generate(given), bench.generate(given)]);
	expect(mostAtOnce(entriesOf('submit'))).toBe(20);
	expect(bench.fal.billed()).toBe(30);
});

test('a stop ends the line: what has not been sent is not', async () => {
	slowSubmits();
	const run = bench.start({ items: boats(40, '[stuck] A boat') });
	await bench.fal.waitUntil(() => bench.fal.submissions.length === 20);
	run.stop();
	expect((await run.finished).status).toBe('canceled');
	await bench.fal.waitUntil(() =>
		bench.fal.submissions.every(({ cancelled, state }) => cancelled && state === 'COMPLETED'),
	);
	expect(bench.fal.count('submit')).toBeLessThan(40);
	expect(bench.fal.count('cancel')).toBe(bench.fal.count('submit'));

	// The places are free again.
	bench.fal.reset();
	expect(jsonsOf(await bench.generate({ items: boats(30) }))).toHaveLength(30);
});

test.each([
	{ name: 'with a Poll Interval of half a second', options: { pollIntervalSeconds: 0.5 } },
	{ name: 'as the node chooses', options: { pollIntervalSeconds: undefined } },
])('no more than fifty status requests a second for 100 videos, $name', async ({ options }) => {
	const outcome = await bench.generate({ items: boats(100, '[slow=3] A boat'), options });
	expect(jsonsOf(outcome)).toHaveLength(100);
	const asked = entriesOf('status', 'stream');
	expect(asked.length).toBeGreaterThan(90);
	// Counted where they arrive: one that was sent a second ago may be overtaken on a busy machine. The
	// node's own count is held to fifty by the unit tests.
	expect(mostInASecond(asked)).toBeLessThanOrEqual(55);
});

test('the longest wait ends with a last question, however long the line is', async () => {
	const outcome = await bench.generate({
		items: boats(100, '[slow=1.5] A boat'),
		options: { pollIntervalSeconds: 0.5, maxWaitSeconds: 2.5 },
	});
	expect(outcome.error()).toBeUndefined();
	expect(jsonsOf(outcome)).toHaveLength(100);
	expect(bench.fal.billed()).toBe(100);
});

test('none of this leaves a rejection that nobody handles', async () => {
	expect(await bench.engine.unhandled()).toEqual([]);
});
