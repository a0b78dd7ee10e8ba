import type { Fault } from '../../../harness/standin/faults';
import type { LogEntry } from '../../../harness/standin/request-log';
import { FalEngine, jsonsOf } from '../../../harness/engine/fal-engine';

/** Without a Poll Interval the node listens to the request's events and asks when it is worth it. */
const options = { pollIntervalSeconds: undefined };

/** What may be wrong with a stream. */
const faults: Array<{ name: string; fault: Fault }> = [
	{ name: 'is refused', fault: { type: 'http', status: 403, body: { detail: 'no' } } },
	{ name: 'is a page', fault: { type: 'html', status: 200 } },
	{ name: 'meets 502', fault: { type: 'html', status: 502 } },
	{ name: 'is redirected', fault: { type: 'redirect', location: 'http://127.0.0.1:1/' } },
	{ name: 'loses its connection', fault: { type: 'reset' } },
	{ name: 'is never answered', fault: { type: 'hang' } },
	{ name: 'stays silent', fault: { type: 'withhold', events: 0 } },
	{ name: 'is held back after its first event', fault: { type: 'withhold', events: 1 } },
	{ name: 'is cut after a second', fault: { type: 'cut', ms: 1000 } },
];

// A process for each test: what it learns of a host's streams stays in its memory.
let bench: FalEngine;

beforeEach(async () => {
	bench = await FalEngine.start();
});
afterEach(async () => {
	expect(await bench.engine.unhandled()).toEqual([]);
	await bench.close();
});

/** The streams that were opened. */
function streams(): LogEntry[] {
	return bench.fal.log.filter(({ kind }) => kind === 'stream');
}

test('a video is noticed by the stream: it is fetched before a question is due', async () => {
	const outcome = await bench.generate({ items: [{ prompt: '[slow=1] A boat' }], options });
	expect(jsonsOf(outcome)).toMatchObject([
		{ status: 'COMPLETED', metrics: { inference_time: expect.any(Number) } },
	]);
	expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit', 'stream', 'result']);
	expect(streams()[0]?.headers).toMatchObject({ accept: 'text/event-stream' });
});

test('what fal refuses is told by the stream, too', async () => {
	const outcome = await bench.generate({ items: [{ prompt: '[blocked] A boat' }], options });
	expect(outcome.error()?.message).toContain('content_policy_violation');
	expect(bench.fal.count('status')).toBe(0);
});

test.each(faults)('a stream that $name costs no video', async ({ fault }) => {
	bench.fal.order({ on: 'stream', times: Infinity, fault });
	const outcome = await bench.generate({
		items: [{ prompt: '[slow=3] A boat' }, { prompt: 'Another' }],
		options,
	});
	expect(jsonsOf(outcome)).toHaveLength(2);
	expect(streams().map((entry) => entry.fault)).toContain(fault.type);
	expect(bench.fal.billed()).toBe(2);
});

test('a stop closes the streams', async () => {
	const run = bench.start({
		items: [{ prompt: '[stuck] one' }, { prompt: '[stuck] two' }],
		options: { ...options, cancelOnStop: false },
	});
	await bench.fal.waitUntil(
		() => streams().filter(({ answered }) => answered === 200).length === 2,
	);
	run.stop();
	await run.finished;
	await bench.fal.waitUntil(() => streams().every(({ abandoned }) => abandoned));
	expect(bench.fal.count('cancel')).toBe(0);
});

test('the end of the longest wait closes the stream', async () => {
	const outcome = await bench.generate({
		items: [{ prompt: '[stuck] A boat' }],
		options: { ...options, maxWaitSeconds: 2 },
	});
	expect(outcome.error()?.message).toContain('was not complete within Max Wait');
	await bench.fal.waitUntil(() => streams().length === 1 && streams()[0]?.abandoned === true);
	// The last question came at the end of the wait.
	expect(bench.fal.log.at(-1)?.kind).toBe('status');
});

test('with a Poll Interval of the user’s own, no stream is opened', async () => {
	await bench.generate({ items: [{ prompt: '[slow=1] A boat' }] });
	expect(streams()).toEqual([]);
	expect(bench.fal.count('status')).toBeGreaterThan(0);
});

test('the key does not come out of a stream that repeats it', async () => {
	const [key = ''] = bench.fal.keys;
	bench.fal.options.outcome = () => ({
		status: 200,
		durationMs: 1000,
		error: `the key ${key} is tired`,
	});
	const outcome = await bench.generate({ items: [{ prompt: 'A boat' }], options });
	expect(jsonsOf(outcome)).toHaveLength(1);
	expect(bench.fal.count('status')).toBe(0);
	expect((await bench.engine.logs()).join('\n')).not.toContain(key);
	expect(outcome.record.storedData).not.toContain(key);
});
