import { randomUUID } from 'node:crypto';
import { defaultModel } from '../../nodes/FalVideo/resources/models';
import type { RequestKind } from '../../harness/standin/request-log';
import type { Forgery } from '../../harness/standin/signing';
import { submit } from '../standin/test-requests';
import { useBench } from './setup/bench';
import { executeToEnd } from './setup/executions';
import { chain, nodeOf, Triggers } from './setup/triggers';
import { importWorkflow } from './setup/workflows';

describe('Fal Video Trigger', () => {
	const bench = useBench();
	const triggers = new Triggers(bench);
	afterEach(async () => await triggers.unpublish());

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
		error: expect.stringContaining('flagged by a content checker'),
		details: {
			request_id: requestId,
			type: 'content_policy_violation',
			field: 'prompt',
			http_code: '422',
			description: expect.stringContaining('Reword the prompt'),
		},
	});

	test('Generate without waiting, and the trigger: a video and a blocked one start it once each', async () => {
		const trigger = await triggers.triggered();
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

		const items = await triggers.outputs(trigger, 2);
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
		const trigger = await triggers.triggered();
		const requestId = await triggers.completed();
		await bench.fal.sendWebhook(requestId, { url: trigger.url });
		await triggers.executions(trigger, 1);
		const other = await triggers.completed();
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
		expect(await triggers.startedBy(trigger, 1)).toEqual([requestId]);
	});

	test('what is no callback is answered 400', async () => {
		const { url } = await triggers.triggered();
		const requestId = await triggers.completed();
		expect(await bench.fal.sendWebhook(requestId, { url, body: { status: 5 } })).toMatchObject({
			answered: 400,
		});
		const empty = await fetch(url, { method: 'POST' });
		expect(empty.status).toBe(400);
	});

	test('a callback that comes again starts nothing more, at the same moment', async () => {
		const trigger = await triggers.triggered();
		const requestId = await triggers.completed();
		const send = async () => await bench.fal.sendWebhook(requestId, { url: trigger.url });
		for (const { answered } of await Promise.all([send(), send(), send()])) {
			expect(answered).toBe(200);
		}
		expect(await triggers.startedBy(trigger, 1)).toEqual([requestId]);
	});

	test('without Fetch Result nothing is asked of fal', async () => {
		const trigger = await triggers.triggered({ fetchResult: false });
		const requestId = await triggers.completed();
		const refusedId = await triggers.completed('A [blocked] boat');
		await bench.fal.sendWebhook(requestId, { url: trigger.url });
		await triggers.executions(trigger, 1);
		await bench.fal.sendWebhook(refusedId, { url: trigger.url });

		const [video, error] = await triggers.outputs(trigger, 2);
		expect(video).toMatchObject(film(requestId));
		expect(error).toMatchObject(blocked(refusedId));
		expect(asked('status', 'result')).toBe(0);
	});

	test('a result that is too much for the callback is fetched', async () => {
		const trigger = await triggers.triggered();
		const requestId = await triggers.completed();
		await bench.fal.sendWebhook(requestId, {
			url: trigger.url,
			body: { payload: null, payload_error: 'Response payload is too large' },
		});
		expect(await triggers.outputs(trigger, 1)).toMatchObject([film(requestId)]);
	});

	test('when the result cannot be fetched, the callback counts', async () => {
		const trigger = await triggers.triggered();
		const requestId = await triggers.completed();
		bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'http', status: 401 } });
		await bench.fal.sendWebhook(requestId, { url: trigger.url });
		expect(await triggers.outputs(trigger, 1)).toMatchObject([film(requestId)]);
		expect(asked('status')).toBeGreaterThan(0);
	});

	test('when fal does not answer, its callback is answered all the same, and counts', async () => {
		const trigger = await triggers.triggered();
		const requestId = await triggers.completed();
		bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'hang' } });
		const sent = await bench.fal.sendWebhook(requestId, { url: trigger.url });
		expect(sent).toMatchObject({ answered: 200 });
		expect(await triggers.outputs(trigger, 1)).toMatchObject([film(requestId)]);
	});

	test('a request of somebody else’s, whose callback fal has signed: starts nothing', async () => {
		const trigger = await triggers.triggered();
		const own = await triggers.completed();
		// fal signs for all its customers with the same keys; the credential's key does not know this one.
		const foreign = await bench.fal.sendWebhook(own, {
			url: trigger.url,
			body: {
				request_id: randomUUID(),
				payload: { video: { url: 'https://evil.test/v.mp4' } },
			},
		});
		expect(foreign).toMatchObject({ answered: 404 });
		expect(await triggers.startedBy(trigger, 0)).toEqual([]);
	});

	test('sixty callbacks and a text that is none: each starts it once, and is answered in a word', async () => {
		const trigger = await triggers.triggered();
		const ids = await Promise.all(
			Array.from({ length: 60 }, async (_, index) => await triggers.completed(`Boat ${index}`)),
		);
		// As fal does: what is not answered in time, as on a slow machine, or not taken is sent again.
		const taken = await Promise.all(
			ids.map(async (id) => {
				for (;;) {
					const { answered, answer } = await bench.fal.sendWebhook(id, { url: trigger.url });
					if (answered === 200) return answer;
					expect([undefined, 503]).toContain(answered);
				}
			}),
		);
		for (const answer of taken) expect(answer).toContain('Taken');
		const headers = { 'content-type': 'application/json' };
		const list = await fetch(trigger.url, { method: 'POST', headers, body: '[1]' });
		expect(list.status).toBe(400);
		expect(new Set(await triggers.startedBy(trigger, 60))).toEqual(new Set(ids));
	});

	describe('without keys', () => {
		test.each([
			['that can be reached', undefined],
			['at all', ''],
		])('%s, fal is asked, and its word counts', async (_name, url) => {
			const trigger = await triggers.triggered(
				{ fetchResult: false },
				await triggers.withoutKeys(url),
			);
			const requestId = await triggers.completed();
			// It says that the request has failed; fal says that it has not.
			const lie = { status: 'ERROR', payload: null, error: 'Invalid status code: 422' };
			const answer = await bench.fal.sendWebhook(requestId, {
				url: trigger.url,
				body: lie,
				forge: 'foreign-key',
			});
			expect(answer).toMatchObject({ answered: 200 });
			expect(await triggers.outputs(trigger, 1)).toMatchObject([film(requestId)]);
		});

		test('a request that fal does not know, or that still runs, starts nothing', async () => {
			const trigger = await triggers.triggered({}, await triggers.withoutKeys());
			const first = await triggers.completed();
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
			expect(await triggers.startedBy(trigger, 0)).toEqual([]);
		});

		test('and without an answer of fal’s it is refused before fal gives it up', async () => {
			const trigger = await triggers.triggered({}, await triggers.withoutKeys());
			const requestId = await triggers.completed();
			bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'hang' } });
			const sent = await bench.fal.sendWebhook(requestId, { url: trigger.url });
			expect(sent).toMatchObject({ answered: 503 });
		});

		test('and without fal it is to come again, and then starts once', async () => {
			const trigger = await triggers.triggered({}, await triggers.withoutKeys());
			const requestId = await triggers.completed();
			const send = async () => await bench.fal.sendWebhook(requestId, { url: trigger.url });
			// Not taken off the network: its port could become another stand-in's.
			bench.fal.order({ on: 'any', times: Infinity, fault: { type: 'reset' } });
			for (const { answered } of await Promise.all([send(), send()])) expect(answered).toBe(503);
			bench.fal.clearOrders();
			expect(await send()).toMatchObject({ answered: 200 });
			expect(await send()).toMatchObject({ answered: 200 });
			expect(await triggers.startedBy(trigger, 1)).toEqual([requestId]);
		});
	});
});
