import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({ durationMs: 50, listsRequests: true }, { clockSpeed: 5 });
const reset = { type: 'reset' } as const;
const batching: INodeParameters = {
	requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 50 } } },
};

test.each([
	['the key may not list them', () => void (bench.fal.options.listsRequests = false)],
	['inputs are not stored', () => void (bench.fal.options.listsInputs = false)],
])(
	'%s: nobody is told that Get Many may find it',
	async (_, arrange) => {
		arrange();
		bench.fal.order({ on: 'submit', accepted: true, fault: reset });
		const outcome = await bench.generate();
		const message = outcome.error()?.message ?? '';
		expect(message).toContain('may be running');
		const listed = await bench.generate({
			parameters: { resource: 'request', operation: 'getMany' },
		});
		// Where it lists nothing, or nothing by which one could tell it, it cannot find it.
		const finds = jsonsOf(listed).some(({ input }) => input !== undefined);
		expect([finds, message.includes('Get Many may find it')]).toEqual([false, false]);
	},
	30_000,
);

test('a stop while a lost answer is looked up in vain: the log says that a video may be running', async () => {
	bench.fal.options.durationMs = Infinity;
	bench.fal.options.listedAfter = 'ended';
	bench.fal.order({ on: 'submit', accepted: true, fault: reset });
	const before = (await bench.engine.logs()).length;
	const run = bench.start();
	await bench.fal.waitUntil(() => bench.fal.count('requests') > 1, 30_000);
	run.stop();
	await run.finished;
	await sleep(3000);
	expect(bench.fal.billed()).toBe(1);
	const said = (await bench.engine.logs())
		.slice(before)
		.filter((line) => /"level":"(info|warn|error)"/.test(line))
		.join('\n');
	expect(said).toMatch(/may be running|answer was lost/);
}, 60_000);

test.each([
	['Kling 2.5', {}],
	[
		'Kling 3 with sound',
		{ model: 'fal-ai/kling-video/v3/pro/text-to-video', generateAudio: 'on', duration: '7' },
	],
] as Array<[string, INodeParameters]>)(
	'with Batching too, what a retry picks up costs nothing (%s)',
	async (_, parameters) => {
		const items = ['One', 'A [blocked] boat', 'Three'].map((prompt) => ({ prompt }));
		const given = { items, parameters: { ...batching, ...parameters }, options: { maxCost: 10 } };
		const first = await bench.generate(given);
		expect(first.error()).toBeDefined();
		const workflow = structuredClone(first.record.workflow);
		const node = workflow.nodes.find(({ name }) => name === 'Fal Video');
		(node?.parameters.options as INodeParameters).maxCost = 1.2;
		const second = await bench.engine.retry(first, { workflow }).finished;
		expect(second.error()?.message).not.toContain('Max Cost');
		expect(bench.fal.submissions).toHaveLength(4);
	},
	60_000,
);

test('many variations of one prompt: a lost one of them is found though the others take a while', async () => {
	// The first is lost; the others are answered after half a minute by the node's clock, 20 at a time.
	bench.fal.options.listedAfter = 2000;
	bench.fal.options.submitMs = 5000;
	bench.fal.order({ on: 'submit', requestIndex: 0, accepted: true, fault: reset });
	const outcome = await bench.generate({
		items: Array.from({ length: 61 }, () => ({ prompt: 'Variation' })),
		node: { onError: 'continueErrorOutput' },
		parameters: { requestOptions: { timeout: 120_000 } },
	});
	expect(bench.fal.billed()).toBe(61);
	expect(jsonsOf(outcome, 'Errors').map(({ error }) => error)).toEqual([]);
}, 120_000);

test.each([0, 1, 2])(
	'Continue, the expression of item %i fails: the others are counted, made, and not held up',
	async (bad) => {
		const items = ['One', 'Two', 'Three'].map((prompt, index) => ({ prompt, bad: index === bad }));
		const parameters = { prompt: '={{ $json.bad ? $json.nothing.more : $json.prompt }}' };
		const node = { onError: 'continueErrorOutput' } as const;
		const made = await bench.generate({ items, parameters, node, options: { maxCost: 0.7 } });
		expect(jsonsOf(made)).toHaveLength(2);
		const refused = await bench.generate({ items, parameters, node, options: { maxCost: 0.6 } });
		expect(jsonsOf(refused)).toHaveLength(0);
		expect(bench.fal.billed()).toBe(2);
	},
	60_000,
);
