import type { INode, INodeParameters } from 'n8n-workflow';
import type { Forgery } from '../../harness/standin/signing';
import { saveFalCredential } from '../../harness/server/fal-credential';
import { usePrivateBench, type CredentialsByType } from './setup/bench';
import { execute, finished, readExecution, untilStatus } from './setup/executions';
import { importWorkflow, readExample, type StoredWorkflow } from './setup/workflows';

const film = { status: 'COMPLETED', video: { url: expect.any(String) } };

/** Milliseconds that something may take to come. */
const limit = 120_000;

describe('Generate and Suspend', () => {
	const bench = usePrivateBench();

	/** text-to-video.json with these prompts, suspending. */
	async function load(
		prompts: string[],
		options: INodeParameters = {},
		parameters: INodeParameters = {},
		credentials: CredentialsByType = bench.credentials,
	): Promise<StoredWorkflow> {
		const example = await readExample('text-to-video.json');
		const nodes = example.nodes.map((node): INode => {
			if (node.name === 'Fal Video') {
				const own = { operation: 'generateAndSuspend', downloadVideo: false, options };
				const onError = 'stopWorkflow';
				return { ...node, onError, parameters: { ...node.parameters, ...own, ...parameters } };
			}
			if (node.name !== 'Scenes') return node;
			const jsCode = `return ${JSON.stringify(prompts)}.map((prompt) => ({ json: { prompt } }));`;
			return { ...node, parameters: { jsCode } };
		});
		return await importWorkflow(bench.n8n, { ...example, nodes }, credentials);
	}

	/** Executes a workflow until it is stored and suspended. */
	async function suspend(workflow: StoredWorkflow): Promise<string> {
		const id = await execute(bench.n8n, workflow);
		await untilStatus(bench.n8n, id, ['waiting']);
		return id;
	}

	/** How many callbacks have been answered with that status code. */
	function answered(code: number): number {
		return bench.fal.webhooks.filter(({ answered }) => answered === code).length;
	}

	/** How often fal was asked how a request stands, or for its result. */
	function asked(): number {
		return bench.fal.count('status') + bench.fal.count('result') + bench.fal.count('stream');
	}

	test('three items, one blocked: each in its place, and nothing is asked before the first callback', async () => {
		bench.fal.options.durationMs = 6_000;
		const id = await suspend(await load(['One', 'Two [blocked]', 'Three']));
		const before = asked();
		await bench.fal.waitForState(0, 'COMPLETED', limit);
		const called = bench.fal.webhooks.length;
		expect(called === 0 ? asked() : before).toBe(before);

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
		const workflow = await load(['One', 'Two'], {}, { downloadVideo: true });
		const execution = await finished(bench.n8n, await suspend(workflow));
		expect(execution.items('Fal Video').map(({ binary }) => binary?.data?.mimeType)).toEqual([
			'video/mp4',
			'video/mp4',
		]);
	});

	test('a download that takes longer than fal waits: answered in time, and resumed all the same', async () => {
		bench.fal.options.durationMs = 4_000;
		bench.fal.order({ on: 'file', fault: { type: 'hang' } });
		const workflow = await load(['One'], {}, { downloadVideo: true });
		const id = await suspend(workflow);
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
		const workflow = await load(['One'], {}, { downloadVideo: true });
		const execution = await finished(bench.n8n, await suspend(workflow));
		expect(execution.json('Fal Video')).toMatchObject([
			{ ...film, status: 'ERROR', error: expect.stringContaining('could not be downloaded') },
		]);
	});

	test('fifty forged callbacks are refused, and fal is asked nothing', async () => {
		bench.fal.options.durationMs = Infinity;
		const id = await suspend(await load(['One']));
		const before = asked();
		const { requestId = '' } = bench.fal.submissions[0] ?? {};
		const ways: Forgery[] = ['foreign-key', 'changed-body', 'other-request', 'garbage', 'unsigned'];
		const forged = Array.from({ length: 50 }, (_, index) => ways[index % ways.length]);
		await Promise.all(
			forged.map(async (forge) => {
				const body = {
					status: 'OK',
					payload: { video: { url: 'https://example.com/forged.mp4' } },
				};
				return await bench.fal.sendWebhook(requestId, { forge, body });
			}),
		);
		expect(answered(401)).toBe(50);
		expect(asked()).toBe(before);
		expect((await readExecution(bench.n8n, id)).status).toBe('waiting');
		await bench.n8n.rest('POST', `/executions/${id}/stop`);
	});

	test('a clock that is off by minutes does not hang the execution: its callbacks are hints', async () => {
		bench.fal.options.webhookSkewSeconds = -600;
		bench.fal.options.durationMs = 2_000;
		const id = await suspend(await load(['One']));
		expect((await finished(bench.n8n, id)).json('Fal Video')).toMatchObject([film]);
		expect(answered(401)).toBe(0);
	});

	test('a true callback that comes too early is to come again, and the execution stays suspended', async () => {
		bench.fal.options.durationMs = 8_000;
		const id = await suspend(await load(['One', 'Two [slow=0.5]']));
		const early = await bench.fal.sendWebhook(bench.fal.submissions[0]?.requestId ?? '');
		expect(early.answered).toBe(503);
		expect((await readExecution(bench.n8n, id)).status).toBe('waiting');
		const execution = await finished(bench.n8n, id);
		expect(execution.json('Fal Video')).toMatchObject([film, film]);
	});

	test('ten callbacks at once and one after the end resume it once', async () => {
		bench.fal.options.durationMs = 5_000;
		const id = await suspend(await load(['One', 'Two', 'Three']));
		await bench.fal.waitForState(2, 'COMPLETED', limit);
		const ids = bench.fal.submissions.map(({ requestId }) => requestId);
		await Promise.all(
			Array.from({ length: 10 }, async (_, index) => {
				return await bench.fal.sendWebhook(ids[index % ids.length] ?? '');
			}),
		);
		const execution = await finished(bench.n8n, id);
		await bench.fal.sendWebhook(ids[0] ?? '');
		expect(execution.runs('Videos')).toHaveLength(1);
		expect(execution.json('Videos')).toMatchObject([film, film, film]);
		expect((await readExecution(bench.n8n, id)).runs('Videos')).toHaveLength(1);
	});

	test('fal cannot be asked when it calls: answered with 503, and resumed when it calls again', async () => {
		bench.fal.options.durationMs = 4_000;
		const id = await suspend(await load(['One']));
		bench.fal.order({ on: 'status', times: 3, fault: { type: 'http', status: 502 } });
		const execution = await finished(bench.n8n, id);
		expect(answered(503)).toBe(3);
		expect(execution.json('Fal Video')).toMatchObject([film]);
	});

	test('a callback without a signature is refused, and a signed one later resumes it', async () => {
		bench.fal.options.durationMs = 4_000;
		bench.fal.options.webhookSigning = false;
		const id = await suspend(await load(['One']));
		await bench.fal.waitUntil(() => answered(401) > 0, limit);
		expect((await readExecution(bench.n8n, id)).status).toBe('waiting');
		bench.fal.options.webhookSigning = true;
		expect((await finished(bench.n8n, id)).json('Fal Video')).toMatchObject([film]);
	});

	test('fal’s signing keys cannot be had: a callback is a hint all the same, and no more', async () => {
		bench.fal.options.durationMs = 5_000;
		bench.fal.options.webhookSigning = false;
		const falVideoApi = await saveFalCredential(bench.n8n, 'Without keys', {
			apiKey: bench.fal.keys[0] ?? '',
			baseUrl: bench.fal.url,
			webhookKeysUrl: `${bench.fal.url}/no-keys-here`,
		});
		const id = await suspend(await load(['One'], {}, {}, { ...bench.credentials, falVideoApi }));
		const { requestId = '' } = bench.fal.submissions[0] ?? {};
		const url = 'https://example.com/forged.mp4';
		const body = { status: 'OK', payload: { video: { url } } };
		const forged = await bench.fal.sendWebhook(requestId, { forge: 'foreign-key', body });
		expect(forged.answered).toBe(503);
		expect((await readExecution(bench.n8n, id)).status).toBe('waiting');

		const [item] = (await finished(bench.n8n, id)).json('Fal Video');
		expect(item).toMatchObject(film);
		expect(JSON.stringify(item)).not.toContain('forged');
	});

	test('a callback that comes before the queue knows that its request has ended is not lost', async () => {
		bench.fal.options.durationMs = 4_000;
		const id = await suspend(await load(['One']));
		// As long as the node is patient, and longer: fal has to call once more.
		const fault = { type: 'status-word', status: 'IN_PROGRESS' } as const;
		bench.fal.order({ on: 'status', times: 6, fault });
		expect((await finished(bench.n8n, id)).json('Fal Video')).toMatchObject([film]);
		expect(answered(503)).toBe(1);
	});

	test('whatever the node is called, and whichever other node waits', async () => {
		bench.fal.options.durationMs = 4_000;
		const workflow = await load(['One']);
		const name = 'Film }} {{ "it"';
		const nodes = workflow.nodes.map((node) =>
			node.name === 'Fal Video' ? { ...node, name } : node,
		);
		const { 'Fal Video': links, ...others } = workflow.connections;
		const Scenes = { main: [[{ node: name, type: 'main' as const, index: 0 }]] };
		const connections = { ...others, Scenes, [name]: links ?? {} };
		const renamed = await importWorkflow(
			bench.n8n,
			{ name: 'Renamed', nodes, connections },
			bench.credentials,
		);
		expect((await finished(bench.n8n, await suspend(renamed))).json(name)).toMatchObject([film]);
	});

	test('a late callback does not resume another node that waits in the same execution', async () => {
		bench.fal.options.durationMs = 3_000;
		const workflow = await load(['One']);
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
		const id = await suspend(stored);
		await bench.fal.waitUntil(() => answered(200) > 0, limit);
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
		const id = await execute(bench.n8n, await load(prompts));
		const execution = await finished(bench.n8n, id);
		expect(execution.json('Fal Video')).toMatchObject(prompts.map(() => film));
		expect(execution.runs('Videos')).toHaveLength(1);
	});

	test('the server is killed while it is suspended, and started again: nothing lost, nothing twice', async () => {
		bench.fal.options.durationMs = 6_000;
		bench.fal.options.webhookRetryMs = 3_000;
		const id = await suspend(await load(['One', 'Two', 'Three [blocked]']));
		await bench.n8n.kill();
		await bench.fal.waitForState(2, 'COMPLETED', limit);
		await bench.startAgain();
		const execution = await finished(bench.n8n, id);
		expect(execution.status).toBe('success');
		expect(execution.json('Fal Video')).toMatchObject([film, film, { status: 'ERROR' }]);
		expect(bench.fal.submissions).toHaveLength(3);
	});

	test('at the longest wait it goes on, with the id and the status of what is still running', async () => {
		bench.fal.options.durationMs = 2_000;
		const id = await suspend(await load(['One', 'Two [stuck]'], { maxWaitSeconds: 10 }));
		const execution = await finished(bench.n8n, id);
		expect(execution.status).toBe('success');
		expect(execution.json('Fal Video')[1]).toMatchObject({
			prompt: 'Two [stuck]',
			status: expect.stringMatching(/^IN_/),
			request_id: bench.fal.submissions[1]?.requestId,
			status_url: expect.stringContaining('/status'),
		});
	});
});
