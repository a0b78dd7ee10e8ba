import { setTimeout as sleep } from 'node:timers/promises';
import { useBench } from './setup/bench';
import { execute, type Execution, finished } from './setup/executions';
import { importLoop, type LoopShape, spread, suspendingNodes } from './setup/loop';
import { chain, nodeOf } from './setup/triggers';
import { importWorkflow } from './setup/workflows';

/** How often each shape is executed, and how many of these at the same time. */
const runs = 20;
const atOnce = 10;

/** A loop's shape, and how the host takes its time. */
interface Loop extends LoopShape {
	name: string;
	/** Milliseconds that each question to the host takes. */
	askMs: number;
	/** Milliseconds that a video takes, the shortest and the longest. */
	between: [number, number];
	/** Whether another workflow executes it. */
	isCalled?: true;
}

const shapes: Loop[] = [
	{ name: 'batches of 6', items: 24, batch: 6, askMs: 250, between: [2_000, 3_000] },
	{ name: 'batches of 3, slow answers', items: 12, batch: 3, askMs: 600, between: [2_000, 2_200] },
	{ name: 'one by one, answers at once', items: 6, batch: 1, askMs: 0, between: [1_000, 1_500] },
	{ name: 'all end at the same moment', items: 12, batch: 6, askMs: 250, between: [2_000, 2_001] },
	{
		name: 'two suspending nodes in a row',
		items: 8,
		batch: 4,
		inRow: 2,
		askMs: 250,
		between: [1_500, 2_500],
	},
	{
		name: 'in a sub-workflow',
		items: 8,
		batch: 4,
		isCalled: true,
		askMs: 250,
		between: [1_500, 2_500],
	},
];

describe('Generate and Suspend in a loop, twenty times', () => {
	const bench = useBench();

	/** Imports the loop, and what executes it; resolves with the workflow to press Execute on. */
	async function load(loop: Loop) {
		if (!loop.isCalled) return await importLoop(bench.n8n, bench.credentials, loop);
		const trigger = nodeOf('Called', 'n8n-nodes-base.executeWorkflowTrigger', {
			inputSource: 'passthrough',
		});
		const called = await importLoop(
			bench.n8n,
			bench.credentials,
			loop,
			Object.assign(trigger, { typeVersion: 1.1 }),
		);
		const call = nodeOf('Call', 'n8n-nodes-base.executeWorkflow', {
			workflowId: { __rl: true, mode: 'id', value: called.id },
			options: {},
		});
		return await importWorkflow(
			bench.n8n,
			chain('Caller', nodeOf('Start', 'n8n-nodes-base.manualTrigger'), {
				...call,
				typeVersion: 1.2,
			}),
			bench.credentials,
		);
	}

	test.each(shapes)('$name: each is made, billed and handed on once', async (loop) => {
		const { items, askMs, between, inRow = 1, isCalled } = loop;
		bench.fal.reset();
		bench.fal.options.askMs = askMs;
		bench.fal.options.durationMs = spread(between);
		const workflow = await load(loop);
		const delivered: unknown[] = [];
		const oneRun = async (lane: number): Promise<Execution> => {
			await sleep(lane * 300);
			return await finished(bench.n8n, await execute(bench.n8n, workflow));
		};
		for (let run = 0; run < runs; run += atOnce) {
			const lanes = Array.from({ length: atOnce }, (_, lane) => lane);
			for (const execution of await Promise.all(lanes.map(oneRun))) {
				expect(execution.status).toBe('success');
				const videos = execution.json(isCalled ? 'Call' : 'Videos');
				expect(videos).toHaveLength(items);
				delivered.push(...videos.map(({ request_id }) => request_id));
			}
		}
		const billed = bench.fal.billed();
		console.info(`${loop.name}: ${billed} billed for ${runs * items * inRow}`);
		expect(billed).toBe(runs * items * inRow);
		// Each once: a second copy of a video would have the id of another, or one that was seen.
		expect(new Set(delivered).size).toBe(runs * items);
		const last = ` (${suspendingNodes(loop).at(-1)})`;
		const made = bench.fal.submissions.filter(
			({ body }) => typeof body.prompt === 'string' && body.prompt.endsWith(last),
		);
		expect(new Set(delivered)).toEqual(new Set(made.map(({ requestId }) => requestId)));
	});
});
