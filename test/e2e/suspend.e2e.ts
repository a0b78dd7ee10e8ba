import type { INode } from 'n8n-workflow';
import { useBench } from './setup/bench';
import { execute, finished, readExecution, retry, untilStatus } from './setup/executions';
import { Suspending } from './setup/suspending';
import { chain, nodeOf } from './setup/triggers';
import { importWorkflow } from './setup/workflows';

const film = { status: 'COMPLETED', video: { url: expect.any(String) } };

/** Milliseconds that something may take to come. */
const limit = 120_000;

describe('Generate and Suspend', () => {
	const bench = useBench();
	const suspending = new Suspending(bench);

	test('three items, one blocked: each in its place, and nothing is asked before the first callback', async () => {
		bench.fal.options.durationMs = 6_000;
		const id = await suspending.suspend(await suspending.load(['One', 'Two [blocked]', 'Three']));
		const before = suspending.asked();
		await bench.fal.waitForState(0, 'COMPLETED', limit);
		const called = bench.fal.webhooks.length;
		expect(called === 0 ? suspending.asked() : before).toBe(before);

		const execution = await finished(bench.n8n, id);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.runs('Videos')).toHaveLength(1);
		const blocked = bench.fal.submissions.find(({ body }) => body.prompt === 'Two [blocked]');
		expect(execution.json('Fal Video')).toMatchObject([
			film,
			{
				status: 'ERROR',
				request_id: blocked?.requestId,
				error: expect.stringContaining('flagged by a content checker'),
				details: { type: 'content_policy_violation', http_code: '422' },
			},
			film,
		]);
		const items = execution.items('Fal Video');
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		// fal's first question about a request comes after its first call.
		const [first] = bench.fal.webhooks;
		const asksBetween = bench.fal.log
			.filter(({ kind }) => kind === 'status' || kind === 'result')
			.slice(before)
			.filter(({ at }) => at < (first?.at ?? 0));
		expect(asksBetween).toHaveLength(0);
		expect(bench.fal.submissions).toHaveLength(3);
	});

	test('its files are downloaded, too', async () => {
		bench.fal.options.durationMs = 4_000;
		const workflow = await suspending.load(['One', 'Two'], {}, { downloadVideo: true });
		const execution = await finished(bench.n8n, await suspending.suspend(workflow));
		expect(execution.items('Fal Video').map(({ binary }) => binary?.data?.mimeType)).toEqual([
			'video/mp4',
			'video/mp4',
		]);
	});

	test('a download that takes longer than fal waits: answered in time, and resumed all the same', async () => {
		bench.fal.options.durationMs = 4_000;
		bench.fal.order({ on: 'file', fault: { type: 'hang' } });
		const workflow = await suspending.load(['One'], {}, { downloadVideo: true });
		const id = await suspending.suspend(workflow);
		await bench.fal.waitUntil(() => bench.fal.webhooks[0]?.answered !== undefined, limit);
		expect(bench.fal.webhooks[0]?.answered).toBe(503);
		// Not before the file is fetched, at the second attempt.
		const execution = await finished(bench.n8n, id);
		expect(execution.items('Fal Video')[0]?.binary?.data?.mimeType).toBe('video/mp4');
		expect(execution.runs('Videos')).toHaveLength(1);
	});

	test('a file that is gone: an item with the status ERROR that still has the video’s URL', async () => {
		bench.fal.options.durationMs = 4_000;
		bench.fal.order({ on: 'file', times: Infinity, fault: { type: 'http', status: 410 } });
		const workflow = await suspending.load(['One'], {}, { downloadVideo: true });
		const execution = await finished(bench.n8n, await suspending.suspend(workflow));
		expect(execution.json('Fal Video')).toMatchObject([
			{ ...film, status: 'ERROR', error: expect.stringContaining('could not be downloaded') },
		]);
	});

	test('a failure that only words tell of: the host has called, so it is believed, and resumes', async () => {
		bench.fal.options.durationMs = 4_000;
		bench.fal.options.outcome = () => ({ status: 400, body: { detail: 'The scene is too dark' } });
		const id = await suspending.suspend(await suspending.load(['One'], { maxWaitSeconds: 60 }));
		const execution = await finished(bench.n8n, id);
		expect(execution.json('Fal Video')).toMatchObject([
			{ status: 'ERROR', error: expect.stringContaining('The scene is too dark') },
		]);
		expect(suspending.answered(503)).toBe(0);
	});

	test.each(['Film }} {{ "it"', 'constructor', 'a.constructor'])(
		'whatever the node is called: %s',
		async (name) => {
			bench.fal.options.durationMs = 4_000;
			// Without a Code node: n8n's own does not run beside one that is called constructor.
			const suspend = { resource: 'video', operation: 'generateAndSuspend', prompt: 'One' };
			const named = chain(
				'Named',
				nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
				nodeOf(name, 'n8n-nodes-fal-video.falVideo', suspend),
			);
			const workflow = await importWorkflow(bench.n8n, named, bench.credentials);
			const execution = await finished(bench.n8n, await suspending.suspend(workflow));
			expect(execution.json(name)).toMatchObject([film]);
		},
	);

	test('a body that is no object is answered 400, and the answer of a resume is a sentence', async () => {
		bench.fal.options.durationMs = 4_000;
		const id = await suspending.suspend(await suspending.load(['One']));
		const url = bench.fal.submissions[0]?.webhookUrl ?? '';
		const headers = { 'content-type': 'application/json' };
		for (const body of ['[]', '[{"request_id":"a"}]']) {
			expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(400);
		}
		expect((await finished(bench.n8n, id)).json('Fal Video')).toMatchObject([film]);
		expect(bench.fal.webhooks.map(({ answer }) => answer)).toEqual([
			'The execution is being resumed',
		]);
	});

	test('stopped while it is suspended, and retried: the items say that nobody waited, and nothing is paid again', async () => {
		bench.fal.options.durationMs = Infinity;
		const id = await suspending.suspend(await suspending.load(['One', 'Two']));
		await bench.n8n.rest('POST', `/executions/${id}/stop`);
		const retried = await retry(bench.n8n, id, false);
		const pending = {
			request_id: expect.any(String),
			status: expect.stringMatching(/^IN_/),
			hint: expect.stringContaining('collect it with Request > Get Result'),
		};
		expect(retried.json('Videos')).toMatchObject([pending, pending]);
		expect(bench.fal.submissions).toHaveLength(2);
	});

	test('a late callback does not resume another node that waits in the same execution', async () => {
		bench.fal.options.durationMs = 3_000;
		const workflow = await suspending.load(['One']);
		const wait: INode = {
			id: 'approve',
			name: 'Approve',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			position: [900, 0],
			parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
			webhookId: 'approve',
		};
		const toWait = { main: [[{ node: 'Approve', type: 'main' as const, index: 0 }]] };
		const both = {
			name: 'Approve',
			nodes: [...workflow.nodes, wait],
			connections: { ...workflow.connections, Videos: toWait },
		};
		const stored = await importWorkflow(bench.n8n, both, bench.credentials);
		const id = await suspending.suspend(stored);
		await bench.fal.waitUntil(() => suspending.answered(200) > 0, limit);
		await untilStatus(bench.n8n, id, ['waiting']);
		const late = await bench.fal.sendWebhook(bench.fal.submissions[0]?.requestId ?? '');
		expect(late.answered).toBe(404);
		const execution = await readExecution(bench.n8n, id);
		expect(execution.status).toBe('waiting');
		expect(execution.json('Videos')).toMatchObject([film]);
		await bench.n8n.rest('POST', `/executions/${id}/stop`);
	});

	test('videos that are complete while the execution is being stored are not missed', async () => {
		const prompts = [0, 20, 40, 60, 80, 100, 200].map((ms) => `Scene [slow=${ms / 1000}]`);
		const id = await execute(bench.n8n, await suspending.load(prompts));
		const execution = await finished(bench.n8n, id);
		expect(execution.json('Fal Video')).toMatchObject(prompts.map(() => film));
		expect(execution.runs('Videos')).toHaveLength(1);
	});

	test('at the longest wait it goes on, with the id and the status of what is still running', async () => {
		bench.fal.options.durationMs = 2_000;
		const id = await suspending.suspend(
			await suspending.load(['One', 'Two [stuck]'], { maxWaitSeconds: 10 }),
		);
		const execution = await finished(bench.n8n, id);
		expect(execution.status).toBe('success');
		expect(execution.json('Fal Video')[1]).toMatchObject({
			prompt: 'Two [stuck]',
			hint: expect.stringContaining('Max Wait was over'),
			status: expect.stringMatching(/^IN_/),
			request_id: bench.fal.submissions.find(({ body }) => body.prompt === 'Two [stuck]')
				?.requestId,
			status_url: expect.stringContaining('/status'),
		});
	});
});
