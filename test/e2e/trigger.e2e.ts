import { randomUUID } from 'node:crypto';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { saveFalCredential } from '../../harness/server/fal-credential';
import { defaultModel } from '../../nodes/FalVideo/resources/models';
import type { RequestKind } from '../../harness/standin/request-log';
import type { Forgery } from '../../harness/standin/signing';
import { submit } from '../standin/test-requests';
import { usePrivateBench, type CredentialsByType } from './setup/bench';
import { executeToEnd, executionsOf, startedByWebhook, type Execution } from './setup/executions';
import { importWorkflow, publish, type StoredWorkflow } from './setup/workflows';

/** A workflow that a trigger starts. */
interface Triggered {
	workflow: StoredWorkflow;
	/** The trigger's Production URL. */
	url: string;
}

describe('Fal Video Trigger', () => {
	const bench = usePrivateBench();

	function nodeOf(name: string, type: string, parameters: INodeParameters = {}): INode {
		const fal = type.startsWith('n8n-nodes-fal-video.');
		return {
			id: randomUUID(),
			name,
			type,
			typeVersion: 1,
			position: [0, 0],
			parameters,
			...(fal ? { credentials: { falVideoApi: { id: '', name: '' } } } : {}),
		};
	}

	function chain(name: string, ...nodes: INode[]) {
		const links = nodes.slice(1).map(({ name: to }, index) => {
			const from = nodes[index]?.name ?? '';
			return [from, { main: [[{ node: to, type: 'main' as const, index: 0 }]] }];
		});
		return { name, nodes, connections: Object.fromEntries(links), settings: {} };
	}

	async function triggered(
		parameters: INodeParameters = {},
		credentials: CredentialsByType = bench.credentials,
	): Promise<Triggered> {
		const webhookId = randomUUID();
		const trigger = {
			...nodeOf('Trigger', 'n8n-nodes-fal-video.falVideoTrigger', parameters),
			webhookId,
		};
		const after = nodeOf('After', 'n8n-nodes-base.noOp');
		const workflow = await importWorkflow(
			bench.n8n,
			chain('Triggered', trigger, after),
			credentials,
		);
		await publish(bench.n8n, workflow);
		return { workflow, url: `${bench.n8n.url}/webhook/${webhookId}/webhook` };
	}

	/** A credential whose keys are looked for where nobody is: the address differs each time. */
	async function withoutKeys(webhookKeysUrl = `http://127.0.0.1:1/${randomUUID()}`) {
		const falVideoApi = await saveFalCredential(bench.n8n, `Without keys ${randomUUID()}`, {
			apiKey: bench.fal.keys[0] ?? '',
			baseUrl: bench.fal.url,
			webhookKeysUrl,
		});
		return { falVideoApi };
	}

	/** A request that is complete, and whose callbacks are sent by hand. */
	async function completed(prompt = 'A boat'): Promise<string> {
		const { requestId } = await submit(bench.fal, { prompt });
		await bench.fal.waitForState(requestId, 'COMPLETED');
		return requestId;
	}

	/** The executions of a workflow, oldest first, when there are as many. */
	async function executions({ workflow }: Triggered, count: number): Promise<Execution[]> {
		const all = await startedByWebhook(bench.n8n, workflow, count);
		expect(all.map(({ status }) => status)).toEqual(Array(count).fill('success'));
		return all;
	}

	/** What comes out of the trigger, one for each time that it started. */
	async function outputs(of: Triggered, count: number): Promise<IDataObject[]> {
		const all = await executions(of, count);
		return all.flatMap((execution) => execution.json('After'));
	}

	/**
	 * The ids that have started the workflow. One more callback, sent last, tells that whatever the
	 * earlier ones would have started is there.
	 */
	async function startedBy(of: Triggered, expected: number): Promise<unknown[]> {
		const last = await completed('The last one');
		expect(await bench.fal.sendWebhook(last, { url: of.url })).toMatchObject({ answered: 200 });
		const all = await outputs(of, expected + 1);
		const ids = all.map(({ request_id }) => request_id);
		expect(ids.at(-1)).toBe(last);
		return ids.slice(0, -1);
	}

	/** How many requests fal got since the ones of the test itself. */
	function asked(...kinds: RequestKind[]): number {
		return bench.fal.log.filter(({ kind }) => kinds.includes(kind)).length;
	}

	const film = (requestId: string | undefined) => ({
		request_id: requestId,
		model: defaultModel,
		status: 'COMPLETED',
		video: { url: expect.stringMatching(/^http.+\.mp4$/), content_type: 'video/mp4' },
	});
	const blocked = (requestId: string | undefined) => ({
		request_id: requestId,
		model: defaultModel,
		status: 'ERROR',
		error: expect.stringContaining('content_policy_violation'),
		details: {
			request_id: requestId,
			type: 'content_policy_violation',
			http_code: '422',
			description: expect.stringContaining('Reword the prompt'),
		},
	});

	test('Generate without waiting, and the trigger: a video and a blocked one start it once each', async () => {
		const trigger = await triggered();
		const submitting = await importWorkflow(
			bench.n8n,
			chain(
				'Submitting',
				nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
				{
					...nodeOf('Prompts', 'n8n-nodes-base.code', {
						jsCode: `return ['A boat', 'A [blocked] boat'].map((prompt) => ({ json: { prompt } }));`,
					}),
					typeVersion: 2,
				},
				nodeOf('Submit', 'n8n-nodes-fal-video.falVideo', {
					resource: 'video',
					operation: 'generate',
					prompt: '={{ $json.prompt }}',
					waitUntilComplete: false,
					options: { webhookUrl: trigger.url },
				}),
			),
			bench.credentials,
		);
		expect(await executeToEnd(bench.n8n, submitting)).toMatchObject({ status: 'success' });

		const items = await outputs(trigger, 2);
		const idOf = (prompt: string) =>
			bench.fal.submissions.find(({ body }) => body.prompt === prompt)?.requestId;
		expect(items).toHaveLength(2);
		expect(items).toEqual(
			expect.arrayContaining([
				expect.objectContaining({
					...film(idOf('A boat')),
					metrics: { inference_time: expect.any(Number) },
					video: expect.objectContaining(film('').video),
				}),
				expect.objectContaining(blocked(idOf('A [blocked] boat'))),
			]),
		);
		// Taken at the first attempt.
		expect(bench.fal.webhooks.map(({ answered }) => answered)).toEqual([200, 200]);
	});

	test('what is forged is answered 401, asks nothing of fal, and starts nothing', async () => {
		const trigger = await triggered();
		const requestId = await completed();
		await bench.fal.sendWebhook(requestId, { url: trigger.url });
		await executions(trigger, 1);
		const other = await completed();
		const before = bench.fal.log.length;
		const forgeries: Forgery[] = [
			'foreign-key',
			'changed-body',
			'other-request',
			'garbage',
			'unsigned',
		];
		for (const forge of [...forgeries, ...forgeries, ...forgeries]) {
			expect(await bench.fal.sendWebhook(other, { url: trigger.url, forge })).toMatchObject({
				answered: 401,
			});
		}
		expect(bench.fal.log.slice(before)).toEqual([]);
		expect(await startedBy(trigger, 1)).toEqual([requestId]);
	});

	test('what is no callback is answered 400', async () => {
		const { url } = await triggered();
		const requestId = await completed();
		expect(await bench.fal.sendWebhook(requestId, { url, body: { status: 5 } })).toMatchObject({
			answered: 400,
		});
		const empty = await fetch(url, { method: 'POST' });
		expect(empty.status).toBe(400);
	});

	test('a callback that comes again starts nothing more, at the same moment or after a restart', async () => {
		const trigger = await triggered();
		const requestId = await completed();
		const send = async () => await bench.fal.sendWebhook(requestId, { url: trigger.url });
		for (const { answered } of await Promise.all([send(), send(), send()])) {
			expect(answered).toBe(200);
		}
		expect(await startedBy(trigger, 1)).toEqual([requestId]);

		const port = Number(new URL(bench.n8n.url).port);
		await bench.n8n.stop();
		await bench.startAgain();
		trigger.url = trigger.url.replace(`:${port}/`, `:${new URL(bench.n8n.url).port}/`);
		expect(await send()).toMatchObject({ answered: 200 });
		const ids = await startedBy(trigger, 2);
		expect(ids[0]).toBe(requestId);
		expect(new Set(ids).size).toBe(2);
	});

	test('without Fetch Result nothing is asked of fal', async () => {
		const trigger = await triggered({ fetchResult: false });
		const requestId = await completed();
		const refusedId = await completed('A [blocked] boat');
		await bench.fal.sendWebhook(requestId, { url: trigger.url });
		await executions(trigger, 1);
		await bench.fal.sendWebhook(refusedId, { url: trigger.url });

		const [video, error] = await outputs(trigger, 2);
		expect(video).toMatchObject(film(requestId));
		expect(error).toMatchObject(blocked(refusedId));
		expect(asked('status', 'result')).toBe(0);
	});

	test('a result that is too much for the callback is fetched', async () => {
		const trigger = await triggered();
		const requestId = await completed();
		await bench.fal.sendWebhook(requestId, {
			url: trigger.url,
			body: { payload: null, payload_error: 'Response payload is too large' },
		});
		expect(await outputs(trigger, 1)).toMatchObject([film(requestId)]);
	});

	test('when the result cannot be fetched, the callback counts', async () => {
		const trigger = await triggered();
		const requestId = await completed();
		bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'http', status: 401 } });
		await bench.fal.sendWebhook(requestId, { url: trigger.url });
		expect(await outputs(trigger, 1)).toMatchObject([film(requestId)]);
		expect(asked('status')).toBeGreaterThan(0);
	});

	test('when fal does not answer, its callback is answered all the same, and counts', async () => {
		const trigger = await triggered();
		const requestId = await completed();
		bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'hang' } });
		const sent = await bench.fal.sendWebhook(requestId, { url: trigger.url });
		expect(sent).toMatchObject({ answered: 200 });
		// Still asking.
		expect(await executionsOf(bench.n8n, trigger.workflow)).toEqual([]);
		expect(await outputs(trigger, 1)).toMatchObject([film(requestId)]);
	});

	describe('without keys', () => {
		test.each([
			['that can be reached', undefined],
			['at all', ''],
		])('%s, fal is asked, and its word counts', async (_name, url) => {
			const trigger = await triggered({ fetchResult: false }, await withoutKeys(url));
			const requestId = await completed();
			// It says that the request has failed; fal says that it has not.
			const lie = { status: 'ERROR', payload: null, error: 'Invalid status code: 422' };
			const answer = await bench.fal.sendWebhook(requestId, {
				url: trigger.url,
				body: lie,
				forge: 'foreign-key',
			});
			expect(answer).toMatchObject({ answered: 200 });
			expect(await outputs(trigger, 1)).toMatchObject([film(requestId)]);
		});

		test('a request that fal does not know, or that still runs, starts nothing', async () => {
			const trigger = await triggered({}, await withoutKeys());
			const first = await completed();
			const unknown = await bench.fal.sendWebhook(first, {
				url: trigger.url,
				body: { request_id: randomUUID() },
			});
			expect(unknown).toMatchObject({ answered: 404 });

			bench.fal.options.durationMs = Infinity;
			const { requestId } = await submit(bench.fal);
			await bench.fal.waitForState(requestId, 'IN_PROGRESS');
			const early = await bench.fal.sendWebhook(requestId, {
				url: trigger.url,
				body: { status: 'OK', payload: { video: { url: 'https://evil.test/v.mp4' } } },
			});
			expect(early).toMatchObject({ answered: 503 });
			bench.fal.options.durationMs = 0;
			expect(await startedBy(trigger, 0)).toEqual([]);
		});

		test('and without an answer of fal’s it is refused before fal gives it up', async () => {
			const trigger = await triggered({}, await withoutKeys());
			const requestId = await completed();
			bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'hang' } });
			const sent = await bench.fal.sendWebhook(requestId, { url: trigger.url });
			expect(sent).toMatchObject({ answered: 503 });
		});

		test('and without fal it is to come again, and then starts once', async () => {
			const trigger = await triggered({}, await withoutKeys());
			const requestId = await completed();
			const send = async () => await bench.fal.sendWebhook(requestId, { url: trigger.url });
			await bench.fal.pause();
			for (const { answered } of await Promise.all([send(), send()])) expect(answered).toBe(503);
			await bench.fal.resume();
			expect(await send()).toMatchObject({ answered: 200 });
			expect(await send()).toMatchObject({ answered: 200 });
			expect(await startedBy(trigger, 1)).toEqual([requestId]);
		});
	});
});
