import { jsonsOf, type Given } from '../../../harness/engine/fal-engine';
import { FAL_VIDEO } from '../../../harness/engine/workflow';
import { useFalEngine } from '../use-fal-engine';

const bench = useFalEngine({}, { clockSpeed: 5 });

const ten = Array.from({ length: 10 }, (_, n) => ({
	prompt: n === 3 ? 'A [blocked] boat' : `A boat, take ${n}`,
	scene: n,
}));

describe('one blocked prompt of ten', () => {
	test('On Error: Stop waits for the other nine; a retry picks them up, and pays for the one', async () => {
		// The blocked one is over long before the others.
		const items = ten.map(({ prompt }) => ({
			prompt: prompt.includes('[blocked]') ? prompt : `[slow=1.5] ${prompt}`,
		}));
		const first = await bench.generate({ items });
		const { requestId } = bench.submissionOf('A [blocked] boat');
		expect(first.error()?.message).toContain('flagged by a content checker');
		expect(first.error()?.description).toContain(requestId);
		expect(first.error()?.description).toContain('9 are done and 1 failed');
		expect(first.error()?.description).toContain(
			'Executions > Retry on this run picks them up without paying again',
		);
		expect(bench.fal.submissions.every(({ state }) => state === 'COMPLETED')).toBe(true);
		expect(bench.fal.billed()).toBe(10);

		const second = await bench.engine.retry(first).finished;
		expect(second.error()?.description).toContain('9 are done and 1 failed');
		expect(bench.fal.billed()).toBe(11);
	});

	test('Continue (Using Error Output): nine come out, and one with its input, its request and fal’s reason', async () => {
		const outcome = await bench.generate({ items: ten, node: { onError: 'continueErrorOutput' } });
		const { requestId } = bench.submissionOf('A [blocked] boat');
		expect(outcome.status).toBe('success');
		expect(jsonsOf(outcome)).toHaveLength(9);
		expect(outcome.items('Errors')).toMatchObject([
			{
				json: {
					prompt: 'A [blocked] boat',
					scene: 3,
					error: expect.stringContaining('flagged by a content checker') as unknown,
					details: { request_id: requestId, type: 'content_policy_violation', http_code: '422' },
				},
			},
		]);
		expect(outcome.runs(FAL_VIDEO)[0]?.data?.main?.[1]?.[0]?.pairedItem).toEqual({ item: 3 });
		expect(bench.fal.billed()).toBe(10);
	});

	test('Continue: ten come out in the order of their input', async () => {
		const outcome = await bench.generate({
			items: ten,
			node: { onError: 'continueRegularOutput' },
		});
		const { requestId } = bench.submissionOf('A [blocked] boat');
		expect(outcome.items('Out').map(({ pairedItem }) => pairedItem)).toEqual(
			ten.map((_, item) => ({ item })),
		);
		expect(jsonsOf(outcome)[3]).toMatchObject({ scene: 3, details: { request_id: requestId } });
		expect(bench.fal.billed()).toBe(10);
	});
});

describe('an expression that fails for one item only', () => {
	const prompt = '={{ $json.scene.text }}';
	const items = [0, 1, 2, 3, 4].map((n) =>
		n === 3 ? { n, scene: null } : { n, scene: { text: `A boat, take ${n}` } },
	);
	const failing = '={{ $json.scene === null ? $("Nowhere").first().json.text : $json.scene.text }}';
	const batching = {
		requestOptions: { batching: { batch: { batchSize: 2, batchInterval: 100 } } },
	};

	const ways: Array<{ name: string; parameters: Given['parameters'] }> = [
		{ name: 'all at once', parameters: { prompt: failing } },
		{ name: 'in batches', parameters: { prompt: failing, ...batching } },
		{
			name: 'one after the other',
			parameters: {
				prompt: failing,
				requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 50 } } },
			},
		},
	];

	test.each(ways)(
		'$name, On Error: Stop: the execution ends, and nothing is billed',
		async ({ parameters }) => {
			const outcome = await bench.generate({ items, parameters });
			expect(outcome.status).toBe('error');
			expect(outcome.error()?.message).toContain("doesn't exist");
			expect(outcome.error()?.context?.itemIndex).toBe(3);
			// Whatever might still go out after the execution's end would come within a second.
			await new Promise((resolve) => setTimeout(resolve, 1000));
			expect(bench.fal.log).toEqual([]);
			expect(await bench.engine.unhandled()).toEqual([]);
		},
	);

	test.each(ways)('$name, Continue: the other four come', async ({ parameters }) => {
		const outcome = await bench.generate({
			items,
			parameters,
			node: { onError: 'continueErrorOutput' },
		});
		expect(jsonsOf(outcome)).toHaveLength(4);
		expect(jsonsOf(outcome, 'Errors')).toHaveLength(1);
		expect(bench.fal.billed()).toBe(4);
		expect(await bench.engine.unhandled()).toEqual([]);
	});

	test('a value that is missing is an error of that item, before anything is sent for it', async () => {
		const first = await bench.generate({ items, parameters: { prompt } });
		expect(first.error()?.message).toContain('Prompt is empty');
		expect(first.error()?.context?.itemIndex).toBe(3);
		expect(first.error()?.description).toContain('4 are done and 1 failed');
		expect(bench.fal.billed()).toBe(4);

		await bench.engine.retry(first).finished;
		expect(bench.fal.billed()).toBe(4);
	});
});

test('with batching, an item that fails early stops neither the later ones nor the process', async () => {
	const items = [0, 1, 2].map((n) => ({ prompt: n === 0 ? '' : `A boat, take ${n}` }));
	const outcome = await bench.generate({
		items,
		parameters: { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 300 } } } },
	});
	expect(outcome.error()?.message).toContain('Prompt is empty');
	expect(outcome.error()?.description).toContain('2 are done and 1 failed');
	expect(bench.fal.billed()).toBe(2);
	expect(await bench.engine.unhandled()).toEqual([]);
});
