import { useBench } from './setup/bench';
import { execute, finished, untilStatus } from './setup/executions';
import { importLoop, type LoopShape, spread } from './setup/loop';
import { chain, nodeOf } from './setup/triggers';
import { importWorkflow } from './setup/workflows';

const film = { status: 'COMPLETED', video: { url: expect.any(String) } };

/** A loop's shape, and how the host takes its time. */
interface Loop extends LoopShape {
	/** Milliseconds that each question to the host takes. */
	askMs: number;
	/** Milliseconds that a video takes, the shortest and the longest. */
	between: [number, number];
}

const shapes: Loop[] = [
	{ items: 24, batch: 6, askMs: 250, between: [5_000, 6_500] },
	{ items: 12, batch: 3, askMs: 600, between: [2_500, 3_500] },
];

describe('Generate and Suspend in a loop', () => {
	const bench = useBench();

	test.each(shapes)(
		'$items items in batches of $batch, $askMs ms to ask: each is made, billed and handed on once',
		async (loop) => {
			const { items, batch, askMs, between } = loop;
			bench.fal.options.askMs = askMs;
			bench.fal.options.durationMs = spread(between);
			const id = await execute(bench.n8n, await importLoop(bench.n8n, bench.credentials, loop));
			const execution = await finished(bench.n8n, id);

			expect(execution.status).toBe('success');
			expect(bench.fal.billed()).toBe(items);
			expect(execution.runs('Behind')).toHaveLength(items / batch);
			expect(execution.json('Videos')).toMatchObject(Array(items).fill(film));
			const delivered = execution.json('Videos').map(({ request_id }) => request_id);
			expect(new Set(delivered)).toEqual(
				new Set(bench.fal.submissions.map(({ requestId }) => requestId)),
			);
		},
	);

	test('the next node that suspends it waits: two callbacks at once do not take it back', async () => {
		bench.fal.options.askMs = 600;
		bench.fal.options.durationMs = (_, index) => (index < 2 ? 3_000 + index * 500 : Infinity);
		const generate = { resource: 'video', operation: 'generate', waitUntilComplete: false };
		const suspend = { resource: 'video', operation: 'generateAndSuspend' };
		const falVideo = 'n8n-nodes-fal-video.falVideo';
		const wait = { resume: 'webhook', httpMethod: 'POST', options: {} };
		const jsCode = "return ['One', 'Two'].map((prompt) => ({ json: { prompt } }));";
		const workflow = chain(
			'Approve',
			nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
			{ ...nodeOf('Scenes', 'n8n-nodes-base.code', { jsCode }), typeVersion: 2 },
			nodeOf('Fal Video', falVideo, { ...suspend, prompt: '={{ $json.prompt }}' }),
			nodeOf('More', falVideo, { ...generate, prompt: 'More of it' }),
			{ ...nodeOf('Approve', 'n8n-nodes-base.wait', wait), typeVersion: 1.1, webhookId: 'again' },
		);
		const id = await execute(
			bench.n8n,
			await importWorkflow(bench.n8n, workflow, bench.credentials),
		);
		await bench.fal.waitUntil(() => bench.fal.submissions.length >= 4, 60_000);
		await bench.fal.waitUntil(
			() => bench.fal.webhooks.every(({ answered }) => answered !== undefined),
			60_000,
		);
		await untilStatus(bench.n8n, id, ['waiting']);
		expect(bench.fal.webhooks.map(({ answered }) => answered)).toEqual([200, 200]);
		expect(bench.fal.submissions).toHaveLength(4);
		await bench.n8n.rest('POST', `/executions/${id}/stop`);
	});
});
