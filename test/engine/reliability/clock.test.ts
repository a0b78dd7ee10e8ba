import { jsonsOf } from '../../../harness/engine/fal-engine';
import { useFalEngine } from '../use-fal-engine';

const bench = useFalEngine();

const hourMs = 3_600_000;

afterEach(async () => {
	expect(await bench.engine.unhandled()).toEqual([]);
});

/** How often the host has been asked how a request stands. */
function asked(): number {
	return bench.fal.log.filter(({ kind }) => kind === 'status' || kind === 'stream').length;
}

test('the clock of the engine’s process can be set forward and back, for every way to read it', async () => {
	const before = Date.now();
	const forward = await bench.engine.stepClock(hourMs);
	expect(forward - before).toBeGreaterThanOrEqual(hourMs);
	expect(forward - before).toBeLessThan(hourMs + 10_000);
	const { record } = await bench.generate();
	expect(record.startedAt - before).toBeGreaterThanOrEqual(hourMs);
	expect((await bench.engine.stepClock(-hourMs)) - Date.now()).toBeLessThan(10_000);
});

describe.each([
	{ name: 'an hour forward', ms: hourMs },
	{ name: 'an hour back', ms: -hourMs },
])('the machine’s clock is set $name while an item waits', ({ ms }) => {
	afterEach(async () => void (await bench.engine.stepClock(-ms)));

	test.each([
		{ onTimeout: 'cancelAndFail', how: 'listening', pollIntervalSeconds: undefined },
		{ onTimeout: 'cancelAndFail', how: 'polling', pollIntervalSeconds: 0.5 },
		{ onTimeout: 'fail', how: 'listening', pollIntervalSeconds: undefined },
		{ onTimeout: 'fail', how: 'polling', pollIntervalSeconds: 0.5 },
	])(
		'$onTimeout, $how: the video comes, one is billed, nothing is cancelled',
		async ({ onTimeout, pollIntervalSeconds }) => {
			const began = performance.now();
			const run = bench.start({
				items: [{ prompt: '[slow=3] A boat' }],
				options: { onTimeout, pollIntervalSeconds, maxWaitSeconds: 600 },
			});
			await bench.fal.waitUntil(() => asked() > 0);
			await bench.engine.stepClock(ms);
			const outcome = await run.finished;

			expect(outcome.error()).toBeUndefined();
			expect(jsonsOf(outcome)).toMatchObject([{ request_id: bench.fal.submissions[0]?.requestId }]);
			expect(bench.fal.submissions).toHaveLength(1);
			expect(bench.fal.billed()).toBe(1);
			expect(bench.fal.count('cancel')).toBe(0);
			// Neither given up at once, nor silent for as long as the step.
			expect(performance.now() - began).toBeGreaterThan(2900);
			expect(performance.now() - began).toBeLessThan(20_000);
		},
	);
});

test('a real longest wait ends all the same, whatever the clock tells', async () => {
	const run = bench.start({
		items: [{ prompt: '[stuck] A boat' }],
		options: { maxWaitSeconds: 2, onTimeout: 'cancelAndFail' },
	});
	await bench.fal.waitUntil(() => asked() > 0);
	await bench.engine.stepClock(-hourMs);
	const outcome = await run.finished;
	await bench.engine.stepClock(hourMs);
	expect(outcome.error()?.message).toContain('so it was cancelled');
	expect(bench.fal.count('cancel')).toBe(1);
});
