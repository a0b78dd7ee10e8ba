import type { Forgery } from '../../harness/standin/signing';
import { saveFalCredential } from '../../harness/server/fal-credential';
import { useBench } from './setup/bench';
import { finished, readExecution } from './setup/executions';
import { Suspending } from './setup/suspending';

const film = { status: 'COMPLETED', video: { url: expect.any(String) } };

/** Milliseconds that something may take to come. */
const limit = 120_000;

describe('callbacks to a suspended execution', () => {
	const bench = useBench();
	const suspending = new Suspending(bench);

	test('fifty forged callbacks are refused, and fal is asked nothing', async () => {
		bench.fal.options.durationMs = Infinity;
		const id = await suspending.suspend(await suspending.load(['One']));
		const before = suspending.asked();
		const { requestId = '' } = bench.fal.submissions[0] ?? {};
		const ways: Forgery[] = ['foreign-key', 'changed-body', 'other-request', 'garbage', 'unsigned'];
		const forged = Array.from({ length: 50 }, (_, index) => ways[index % ways.length]);
		await Promise.all(
			forged.map(async (forge) => {
				const body = {
					status: 'OK',
					payload: { video: { url: 'https://example.com/forged.mp4' } },
				};
				// As somebody does who means it: again, where n8n has not answered in time.
				for (;;) {
					const { answered } = await bench.fal.sendWebhook(requestId, { forge, body });
					if (answered !== undefined) return;
				}
			}),
		);
		expect(suspending.answered(401)).toBe(50);
		expect(suspending.asked()).toBe(before);
		expect((await readExecution(bench.n8n, id)).status).toBe('waiting');
		await bench.n8n.rest('POST', `/executions/${id}/stop`);
	});

	test('a clock that is off by minutes does not hang the execution: its callbacks are hints', async () => {
		bench.fal.options.webhookSkewSeconds = -600;
		bench.fal.options.durationMs = 2_000;
		const id = await suspending.suspend(await suspending.load(['One']));
		expect((await finished(bench.n8n, id)).json('Fal Video')).toMatchObject([film]);
		expect(suspending.answered(401)).toBe(0);
	});

	test('a true callback that comes too early is to come again, and the execution stays suspended', async () => {
		bench.fal.options.durationMs = 8_000;
		const id = await suspending.suspend(await suspending.load(['One', 'Two [slow=0.5]']));
		// POSTs at once arrive in any order.
		const one = bench.fal.submissions.find(({ body }) => body.prompt === 'One');
		const early = await bench.fal.sendWebhook(one?.requestId ?? '');
		expect(early.answered).toBe(503);
		expect((await readExecution(bench.n8n, id)).status).toBe('waiting');
		const execution = await finished(bench.n8n, id);
		expect(execution.json('Fal Video')).toMatchObject([film, film]);
	});

	test('ten callbacks at once and one after the end resume it once', async () => {
		bench.fal.options.durationMs = 5_000;
		const id = await suspending.suspend(await suspending.load(['One', 'Two', 'Three']));
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
		const id = await suspending.suspend(await suspending.load(['One']));
		bench.fal.order({ on: 'status', times: 3, fault: { type: 'http', status: 502 } });
		const execution = await finished(bench.n8n, id);
		expect(suspending.answered(503)).toBe(3);
		expect(execution.json('Fal Video')).toMatchObject([film]);
	});

	test('a callback without a signature is refused, and a signed one later resumes it', async () => {
		bench.fal.options.durationMs = 4_000;
		bench.fal.options.webhookSigning = false;
		const id = await suspending.suspend(await suspending.load(['One']));
		await bench.fal.waitUntil(() => suspending.answered(401) > 0, limit);
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
		const id = await suspending.suspend(
			await suspending.load(['One'], {}, {}, { ...bench.credentials, falVideoApi }),
		);
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
		const id = await suspending.suspend(await suspending.load(['One']));
		// As long as the node is patient, and longer: fal has to call once more.
		const fault = { type: 'status-word', status: 'IN_PROGRESS' } as const;
		bench.fal.order({ on: 'status', times: 6, fault });
		expect((await finished(bench.n8n, id)).json('Fal Video')).toMatchObject([film]);
		expect(suspending.answered(503)).toBe(1);
	});
});
