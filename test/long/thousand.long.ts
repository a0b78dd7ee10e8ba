import { jsonsOf } from '../../harness/engine/fal-engine';
import { ledgerSizes, refusedInItsOwnWords } from '../engine/reliability/ledger-size';
import { useFalEngine } from '../engine/use-fal-engine';

const bench = useFalEngine({ durationMs: 1500 });

test('a thousand items, where one reply in fifty is a fault: a video for each, and each billed once', async () => {
	// Faults of every kind that passes, on every kind of request; the seed makes them the same each time.
	bench.fal.chaos({ seed: 20, rate: 0.02, retryAfterSeconds: 1 });
	const items = Array.from({ length: 1000 }, (_, n) => ({ prompt: `A boat, take ${n}` }));
	const outcome = await bench.generate({
		items,
		parameters: { downloadVideo: true },
		options: { pollIntervalSeconds: 1 },
	});
	const faults = bench.fal.log.filter(({ fault }) => fault !== undefined);
	expect(faults.length).toBeGreaterThan(50);
	expect(new Set(faults.map(({ kind }) => kind))).toEqual(
		new Set(['submit', 'status', 'result', 'file']),
	);

	expect(outcome.error()).toBeUndefined();
	const videos = jsonsOf(outcome).map((json) => (json.video as { url: string }).url);
	expect(new Set(videos).size).toBe(1000);
	expect(bench.fal.submissions).toHaveLength(1000);
	expect(bench.fal.billed()).toBe(1000);

	// Each item has the video of its own prompt, and the whole file.
	const promptOf = new Map(
		bench.fal.submissions.map(({ requestId, body }) => [requestId, body.prompt]),
	);
	const out = outcome.items('Out');
	expect(out.map(({ json }) => promptOf.get(json.request_id as string))).toEqual(
		items.map(({ prompt }) => prompt),
	);
	expect(out.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	expect(new Set(out.map(({ binary }) => binary?.data?.bytes))).toEqual(new Set([11377]));

	expect(await bench.engine.unhandled()).toEqual([]);
	expect(bench.engine.output).not.toContain('MaxListenersExceededWarning');
	const [json, stored] = ledgerSizes(outcome);
	expect(json).toBeLessThan(200_000);
	expect(stored).toBeLessThan(200_000);
}, 240_000);

test('what is kept of a thousand refusals, each with words of its own, is less than 200 kB', async () => {
	bench.fal.options.outcome = refusedInItsOwnWords;
	const outcome = await bench.generate({
		items: Array.from({ length: 1000 }, (_, n) => ({ prompt: `A boat, take ${n}` })),
		options: { pollIntervalSeconds: 2 },
		node: { onError: 'continueErrorOutput' },
	});
	expect(jsonsOf(outcome, 'Errors')).toHaveLength(1000);
	for (const size of ledgerSizes(outcome)) expect(size).toBeLessThan(200_000);
});
