import type { INodeParameters } from 'n8n-workflow';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { itemsOf, workflowOf } from '../../harness/engine/workflow';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({ durationMs: 50 }, { clockSpeed: 5 });

const batching: INodeParameters = {
	requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 50 } } },
};
const kling3 = 'fal-ai/kling-video/v3/pro/text-to-video';
const usd = (unit_price: number, unit: string) => ({ unit_price, unit, currency: 'USD' });

test('Other Model with the ID of a model of the list: shots count with their own lengths', async () => {
	const shots = { multi_prompt: [{ prompt: 'A boat', duration: '15' }] };
	const outcome = await bench.generate({
		items: [{ prompt: '' }],
		parameters: { model: 'custom', customModel: { __rl: true, mode: 'id', value: kling3 } },
		// 15 s with sound are $2.52.
		options: { extraInput: JSON.stringify(shots), maxCost: 0.84 },
	});
	expect(bench.fal.submissions.map(({ body }) => body)).toEqual([]);
	expect(outcome.error()?.message).toContain('Max Cost');
});

test('the same, a model from an image, whose price fal tells', async () => {
	const customModel = 'fal-ai/kling-video/v3/pro/image-to-video';
	bench.fal.options.prices = { [customModel]: usd(0.112, 'seconds') };
	const shots = { multi_prompt: [{ prompt: 'A boat', duration: '15' }] };
	await bench.generate({
		items: [{ prompt: '' }],
		parameters: {
			operation: 'generateFromImage',
			imageModel: 'custom',
			model: 'custom',
			customModel: { __rl: true, mode: 'id', value: customModel },
			imageSource: 'url',
			imageUrl: 'https://example.com/photo.jpg',
		},
		options: { extraInput: JSON.stringify(shots), maxCost: 0.6 },
	});
	expect(bench.fal.submissions.map(({ body }) => body)).toEqual([]);
});

test('Retry On Fail after Cancel and Fail: what the first try sent counts for the next', async () => {
	bench.fal.options.durationMs = Infinity;
	await bench.generate({
		options: { maxCost: 0.35, maxWaitSeconds: 2, onTimeout: 'cancelAndFail' },
		node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 },
	});
	expect(bench.fal.billed()).toBe(1);
}, 60_000);

test.each([
	['all at once', {}],
	['in batches', batching],
])('of several limits the smallest counts for the whole run (%s)', async (_, parameters) => {
	const outcome = await bench.generate({
		items: [
			{ prompt: 'High', limit: 5 },
			{ prompt: 'Low', limit: 0.4 },
		],
		options: { maxCost: '={{ $json.limit }}' },
		parameters,
	});
	expect(bench.fal.submissions).toHaveLength(0);
	expect(outcome.error()?.message).toContain('Max Cost is $0.40');
	expect(outcome.error()?.description).toContain('Nothing was sent, and nothing is billed');
});

test('with Batching, other models by expression: their price is asked for, and the limit kept', async () => {
	const customModel = 'fal-ai/ltx-2/text-to-video';
	bench.fal.options.prices = { [customModel]: usd(0.06, 'seconds') };
	const outcome = await bench.generate({
		items: [
			{ prompt: 'Kling', model: 'kling 2.5 turbo pro', extra: '{}' },
			{ prompt: 'LTX', model: 'custom', extra: '{"duration":6}' },
		],
		parameters: {
			...batching,
			model: '={{ $json.model }}',
			customModel: { __rl: true, mode: 'id', value: customModel },
		},
		options: { maxCost: 100, extraInput: '={{ $json.extra }}' },
	});
	expect(outcome.error()?.message).toBeUndefined();
	expect(jsonsOf(outcome)).toHaveLength(2);
});

test('a mixed run: the sum says what it leaves out', async () => {
	const outcome = await bench.generate({
		items: [
			{ prompt: 'Kling', model: 'kling 2.5 turbo pro' },
			{ prompt: 'LTX one', model: 'custom' },
			{ prompt: 'LTX two', model: 'custom' },
			{ prompt: 'A [blocked] boat', model: 'kling 2.5 turbo pro' },
		],
		parameters: {
			model: '={{ $json.model }}',
			customModel: { __rl: true, mode: 'id', value: 'fal-ai/ltx-2/text-to-video' },
		},
	});
	expect(bench.fal.billed()).toBe(4);
	const { description } = outcome.error() ?? {};
	expect(description).toContain('What this run submitted is estimated at');
	expect(description).toContain('without 2 videos of no known price');
});

test('a lost POST that may be billed is in the sum of the error', async () => {
	bench.fal.order({ on: 'submit', requestIndex: 0, accepted: true, fault: { type: 'reset' } });
	const outcome = await bench.generate({ items: [{ prompt: 'A' }, { prompt: 'B' }] });
	expect(bench.fal.billed()).toBe(2);
	expect(outcome.error()?.description).toContain('$0.70');
});

test('suspending: the log tells of no videos that Max Cost does not let through', async () => {
	const before = (await bench.engine.logs()).length;
	const outcome = await bench.generate({
		items: [{ prompt: 'A' }, { prompt: 'B' }],
		parameters: { operation: 'generateAndSuspend' },
		options: { maxCost: 0.5 },
	});
	expect(outcome.error()?.message).toContain('would cost $0.70');
	const lines = (await bench.engine.logs()).slice(before).join('\n');
	expect(lines).not.toContain('this run submits videos');
});

test('Max Cost whose expression finds nothing lets nothing through', async () => {
	const outcome = await bench.generate({
		items: Array.from({ length: 20 }, (_, n) => ({ prompt: `Boat ${n}` })),
		options: { maxCost: '={{ $json.buget }}' },
	});
	expect(bench.fal.billed()).toBe(0);
	expect(outcome.error()?.message).toContain('Max Cost is ');
});

test('Since goes by the time zone of the workflow', async () => {
	bench.fal.options.listsRequests = true;
	const workflow = workflowOf(
		{
			resource: 'request',
			operation: 'getMany',
			// What n8n's date picker gives.
			options: { since: '2026-11-25T18:00:00' },
		},
		{},
		{ settings: { executionOrder: 'v1', timezone: 'America/New_York' } },
	);
	await bench.engine.run({ workflow, input: itemsOf({}) }).finished;
	const asked = bench.fal.log.find(({ kind }) => kind === 'requests');
	expect(asked?.query.start).toBe('2026-11-25T23:00:00.000Z');
});
