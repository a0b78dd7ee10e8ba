import type { INode } from 'n8n-workflow';
import { execute, finished, untilStatus } from './setup/executions';
import { importWorkflow, readExample } from './setup/workflows';
import { QueueMode } from './setup/queue/queue-mode';

/** How many executions are suspended at the same time. */
const runs = 20;

describe('Generate and Suspend in queue mode, with one worker that takes one execution at a time', () => {
	let n8n: QueueMode;

	beforeAll(async () => {
		n8n = await QueueMode.start({ concurrency: 1, workers: 1 });
	});
	afterAll(async () => await n8n.close());

	test('twenty executions are suspended at once, and all are resumed', async () => {
		// None is complete before the last is suspended: so none of them holds the worker.
		n8n.fal.options.durationMs = Infinity;
		n8n.fal.options.webhookRetryMs = 2_000;
		const example = await readExample('text-to-video.json');
		const nodes = example.nodes.map((node): INode => {
			if (node.name === 'Scenes') {
				const jsCode = "return [{ json: { prompt: 'A paper boat [slow=60]' } }];";
				return { ...node, parameters: { jsCode } };
			}
			if (node.name !== 'Fal Video') return node;
			const operation = { operation: 'generateAndSuspend', downloadVideo: false };
			return { ...node, parameters: { ...node.parameters, ...operation } };
		});
		const workflow = await importWorkflow(n8n.main, { ...example, nodes }, n8n.credentials);
		const ids: string[] = [];
		for (let run = 0; run < runs; run++) ids.push(await execute(n8n.main, workflow));
		for (const id of ids) await untilStatus(n8n.main, id, ['waiting']);
		expect(n8n.fal.submissions).toHaveLength(runs);
		expect(n8n.fal.submissions.filter(({ state }) => state === 'COMPLETED')).toHaveLength(0);

		const videos = [];
		for (const id of ids) {
			const execution = await finished(n8n.main, id);
			expect(execution).toMatchObject({ status: 'success' });
			expect(execution.json('Fal Video')).toMatchObject([{ status: 'COMPLETED' }]);
			videos.push(execution.json('Fal Video')[0]?.request_id);
		}
		expect(new Set(videos).size).toBe(runs);
		expect(n8n.fal.submissions).toHaveLength(runs);
		expect(n8n.fal.billed()).toBe(runs);
	});
});
