import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INodeParameters, IWorkflowBase } from 'n8n-workflow';
import { FalEngine, jsonsOf } from '../../harness/engine/fal-engine';
import { workflowOf } from '../../harness/engine/workflow';
import { savedMapper } from '../catalog/mapper';
import { OddPlatform } from './odd-platform';

const platform = new OddPlatform();

const bench = new FalEngine(
	{ durationMs: 50, listsRequests: true },
	() => ({ odd: { platformUrl: platform.url } }),
	{ clockSpeed: 5 },
);

beforeAll(async () => {
	await platform.open();
	await bench.open();
});
beforeEach(() => {
	bench.fal.reset();
	platform.delayMs = 0;
});
afterAll(async () => {
	await bench.close();
	platform.close();
});

const example = (name: string) =>
	JSON.parse(
		readFileSync(join(__dirname, '..', '..', 'examples', `${name}.json`), 'utf8'),
	) as IWorkflowBase;
const codeOf = (name: string, nodeName: string) =>
	example(name).nodes.find((one) => one.name === nodeName)?.parameters.jsCode as string;

const batching: INodeParameters = {
	requestOptions: { batching: { batch: { batchSize: 2, batchInterval: 20_000 } } },
};
const boats = (count: number) => Array.from({ length: count }, (_, n) => ({ prompt: `Boat ${n}` }));

test.each(['stopWorkflow', 'continueRegularOutput'] as const)(
	'Batching, not waiting, a stop between two groups: what was submitted is cancelled (%s)',
	async (onError) => {
		bench.fal.options.durationMs = Infinity;
		const run = bench.start({
			items: boats(4),
			parameters: { ...batching, waitUntilComplete: false },
			node: { onError },
		});
		await bench.fal.waitUntil(() => bench.fal.submissions.length === 2, 30_000);
		await sleep(500);
		run.stop();
		const outcome = await run.finished;
		await sleep(6_000);
		// n8n has kept nothing of them.
		for (const { requestId } of bench.fal.submissions) {
			expect(JSON.stringify(outcome.stored)).not.toContain(requestId);
		}
		expect(bench.fal.count('cancel')).toBe(2);
	},
	60_000,
);

test('Batching with Continue: the sum of the run stands in the log once', async () => {
	const before = (await bench.engine.logs()).length;
	await bench.generate({
		items: boats(4),
		parameters: { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 3000 } } } },
		node: { onError: 'continueRegularOutput' },
	});
	const said = (await bench.engine.logs())
		.slice(before)
		.flatMap((line) => /this run submitted [^"]*/.exec(line)?.[0] ?? []);
	expect(said).toEqual([
		'this run submitted videos for an estimated $1.40 (4 videos of 5 s at $0.35)',
	]);
}, 60_000);

test.each([
	['that are not complete within Max Wait', () => void (bench.fal.options.durationMs = Infinity)],
	[
		'of which the answer was lost',
		() => {
			bench.fal.options.listsRequests = false;
			bench.fal.order({ on: 'submit', times: Infinity, accepted: true, fault: { type: 'reset' } });
		},
	],
	[
		'whose result cannot be read',
		() => void (bench.fal.options.outcome = () => ({ status: 200, body: { something: 'else' } })),
	],
])(
	'loop-with-budget: videos %s count',
	async (_, arrange) => {
		arrange();
		const scenes = boats(8);
		const budget = 1.5;
		const rounds: IDataObject[][] = [];
		let spent = 0;
		for (let round = 0; round * 2 < scenes.length; round++) {
			const outcome = await bench.generate({
				items: scenes.slice(2 * round, 2 * round + 2),
				// As in the example.
				options: { maxCost: Math.max(0, budget - spent), maxWaitSeconds: 3 },
				node: { onError: 'continueRegularOutput' },
			});
			rounds.push(jsonsOf(outcome));
			// The example's own code.
			const addUp = compileFunction(codeOf('loop-with-budget', 'Add Up'), [
				'$',
				'$runIndex',
				'$input',
			]) as (...given: unknown[]) => Array<{ json: { spent: number } }>;
			const list = (jsons: IDataObject[] = []) => jsons.map((json) => ({ json }));
			const added = addUp(() => ({ all: (__: number, run: number) => list(rounds[run]) }), round, {
				all: () => list(rounds[round]),
			});
			spent = added[0]?.json.spent ?? 0;
		}
		// $1.50 are four videos.
		expect(bench.fal.billed()).toBeLessThanOrEqual(4);
	},
	120_000,
);

test('ask-first: what was shown and agreed to is let through, with the price of another model', async () => {
	const source = codeOf('ask-first', 'Add Up').replace('0.07', '0.045');
	const addUp = compileFunction(source, ['$input']) as (
		input: unknown,
	) => Array<{ json: IDataObject }>;
	const form = { 'Which scenes? One per line': 'A boat', 'How long is each?': '5 seconds' };
	const [order] = addUp({ first: () => ({ json: form }) });
	const outcome = await bench.generate({
		parameters: {
			model: 'fal-ai/kling-video/v1/standard/text-to-video',
			duration: order?.json.seconds as number,
		},
		options: { maxCost: order?.json.usd as number },
	});
	expect(outcome.error()?.message).toBeUndefined();
});

test('with Batching, a model of text that takes a picture too counts, though the picture is a file', async () => {
	const id = 'fal-ai/ltx-2/text-to-video';
	bench.fal.options.prices = { [id]: { unit_price: 0.1, unit: 'seconds', currency: 'USD' } };
	const field = (name: string, type: string, extra: object = {}) => ({
		id: name,
		displayName: name,
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		type: 'string',
		fal: { model: id, title: name, forms: [{ type }], ...extra },
	});
	const fields = [field('prompt', 'text'), field('duration', 'text'), field('image_url', 'text')];
	const png = Buffer.from(
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
		'base64',
	);
	const workflow = workflowOf({
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.prompt }}',
		model: 'custom',
		customModel: { __rl: true, mode: 'id', value: id },
		modelInputs: savedMapper(fields as never, { duration: '6', image_url: 'data' }),
		requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 20 } } },
		options: { maxCost: 0.7, pollIntervalSeconds: 0.5 },
	});
	const input = boats(5).map((json) => ({
		json,
		binary: { data: { data: png.toString('base64'), mimeType: 'image/png', fileName: 'a.png' } },
	}));
	const outcome = await bench.engine.run({ workflow, input }).finished;
	// Five of $0.60.
	expect(bench.fal.submissions.map(({ body }) => Object.keys(body))).toEqual([]);
	expect(outcome.error()?.message).toContain('Max Cost');
}, 60_000);

test('a retry with a lower limit: what is running and paid for is waited for all the same', async () => {
	bench.fal.options.durationMs = (_, index) => (index === 0 ? 4000 : 50);
	const items = [{ prompt: 'Slow' }, { prompt: 'A [blocked] boat' }];
	const given = {
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.prompt }}',
		options: { pollIntervalSeconds: 0.5, maxWaitSeconds: 5 },
	};
	const first = await bench.generate({ items, options: { maxWaitSeconds: 5 } });
	expect(first.error()).toBeDefined();
	const second = await bench.engine.retry(first, {
		workflow: workflowOf(
			{ ...given, options: { pollIntervalSeconds: 0.5, maxCost: 0.3 } },
			{ onError: 'continueErrorOutput' },
		),
	}).finished;
	const errors = jsonsOf(second, 'Errors');
	// The second one is too dear; the first costs nothing any more.
	expect(errors.map(({ prompt }) => prompt)).toEqual(['A [blocked] boat']);
}, 60_000);

test('several prices of one endpoint: the cheapest is not taken for all', async () => {
	const id = 'fal-ai/ltx-2/text-to-video';
	platform.answer = () => ({
		prices: [
			{ endpoint_id: id, unit_price: 0.05, unit: 'seconds', currency: 'USD' },
			{ endpoint_id: id, unit_price: 0.5, unit: 'seconds', currency: 'USD' },
		],
	});
	await bench.generate({
		credential: 'odd',
		parameters: { model: 'custom', customModel: { __rl: true, mode: 'id', value: id } },
		options: { extraInput: '{"duration":6}', maxCost: 0.5 },
	});
	expect(bench.fal.submissions).toHaveLength(0);
});

test('a price that is too small to be counted is not nothing', async () => {
	const id = 'fal-ai/ltx-2/text-to-video';
	platform.answer = () => ({
		prices: [{ endpoint_id: id, unit_price: 4e-7, unit: 'seconds', currency: 'USD' }],
	});
	const outcome = await bench.generate({
		credential: 'odd',
		parameters: { model: 'custom', customModel: { __rl: true, mode: 'id', value: id } },
		options: { extraInput: '{"duration":6000}', maxCost: 0 },
	});
	expect(outcome.error()?.message).toContain('Max Cost');
});

test('a locked account: the price says so, and sends nobody to look for another key', async () => {
	const id = 'fal-ai/ltx-2/text-to-video';
	const body = {
		detail:
			'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
	};
	bench.fal.order({ on: 'prices', times: Infinity, fault: { type: 'http', status: 403, body } });
	const outcome = await bench.generate({
		parameters: { model: 'custom', customModel: { __rl: true, mode: 'id', value: id } },
		options: { extraInput: '{"duration":6}', maxCost: 5 },
	});
	expect(outcome.error()?.message).not.toContain('A key with that permission can');
});

test('a list of many slow pages: the own request, on the first of them, is found', async () => {
	platform.delayMs = 700;
	let pages = 0;
	platform.answer = () => {
		pages += 1;
		const [own] = bench.fal.submissions;
		return {
			items:
				pages <= 2 && own
					? [
							{
								request_id: own.requestId,
								endpoint_id: own.endpoint,
								json_input: own.body,
								sent_at: new Date(own.acceptedAt).toISOString(),
							},
						]
					: [{ request_id: `other-${pages}`, json_input: { prompt: 'x' } }],
			has_more: true,
			next_cursor: String(pages),
		};
	};
	bench.fal.order({ on: 'submit', accepted: true, fault: { type: 'reset' } });
	const outcome = await bench.generate({ credential: 'odd' });
	expect(outcome.error()?.message).toBeUndefined();
}, 120_000);
