import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { sendRaw } from '../../harness/standin/http';
import { submit, AUTHORIZED, jsonOf } from './test-requests';

let fal: FalStandIn;

beforeAll(async () => {
	fal = await FalStandIn.start();
});
afterAll(async () => await fal.close());
afterEach(() => fal.reset());

describe('the key', () => {
	it.each([
		['none', {}],
		['an unknown one', { authorization: 'Key other' }],
		['the right one as a bearer token', { authorization: 'Bearer stand-in-key' }],
	])('is refused with 401 when there is %s', async (_what, headers: Record<string, string>) => {
		const { requestId } = await submit(fal);
		const url = `${fal.url}/fal-ai/kling-video/requests/${requestId}/status`;

		expect((await sendRaw('GET', url, { headers })).status).toBe(401);
		expect((await sendRaw('POST', `${fal.url}/fal-ai/kling-video`, { headers })).status).toBe(401);
		expect(fal.submissions).toHaveLength(1);
	});

	it('is not needed for a file, but seen when it is sent', async () => {
		fal.options.durationMs = 0;
		const { requestId } = await submit(fal);
		await fal.waitForState(requestId, 'COMPLETED');
		const url = `${fal.mediaUrl}/files/${requestId}.mp4`;

		expect((await sendRaw('GET', url)).status).toBe(200);
		expect((await sendRaw('GET', url, { headers: AUTHORIZED })).status).toBe(200);
		const files = fal.log.filter(({ kind }) => kind === 'file');
		expect(files.map(({ headers }) => headers.authorization)).toEqual([
			undefined,
			'Key stand-in-key',
		]);
	});
});

describe('the queue', () => {
	it('runs as many as there is room for and counts the others', async () => {
		fal.options.capacity = 1;
		fal.options.durationMs = (_submission, index) => (index === 0 ? Infinity : 10);
		const first = await submit(fal);
		await fal.waitForState(0, 'IN_PROGRESS');
		const low = await submit(fal, { headers: { 'x-fal-queue-priority': 'low' } });
		const second = await submit(fal);
		const third = await submit(fal);

		expect([low, second, third].map(({ position }) => position)).toEqual([0, 0, 1]);
		const status = await sendRaw('GET', low.statusUrl, { headers: AUTHORIZED });
		expect(status.status).toBe(202);
		expect(jsonOf(status)).toMatchObject({ status: 'IN_QUEUE', queue_position: 2 });

		await sendRaw('PUT', first.cancelUrl, { headers: AUTHORIZED });
		await fal.waitForState(low.requestId, 'COMPLETED');
		const ended = [...fal.submissions].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
		expect(ended.map(({ requestId }) => requestId)).toEqual(
			[first, second, third, low].map(({ requestId }) => requestId),
		);
	});

	it('answers 202 until the request is complete, then 200', async () => {
		const { requestId, statusUrl, resultUrl } = await submit(fal);
		await fal.waitForState(requestId, 'IN_PROGRESS');
		const running = await sendRaw('GET', `${statusUrl}?logs=1`, { headers: AUTHORIZED });
		const early = await sendRaw('GET', resultUrl, { headers: AUTHORIZED });
		await fal.waitForState(requestId, 'COMPLETED');
		const complete = await sendRaw('GET', statusUrl, { headers: AUTHORIZED });
		const result = await sendRaw('GET', resultUrl, { headers: AUTHORIZED });

		expect(running.status).toBe(202);
		expect(jsonOf(running)).toMatchObject({
			status: 'IN_PROGRESS',
			logs: [{ message: 'Queued' }, { message: 'Generating the video' }],
		});
		expect(early.status).toBe(400);
		expect(complete.status).toBe(200);
		expect(jsonOf(complete)).toMatchObject({ status: 'COMPLETED', logs: null });
		expect(jsonOf(complete)).not.toHaveProperty('error');
		expect(result.status).toBe(200);
	});

	it('knows no request of another app, nor an unknown one', async () => {
		const { requestId } = await submit(fal);
		const other = `${fal.url}/fal-ai/other/requests/${requestId}`;
		const unknown = `${fal.url}/fal-ai/kling-video/requests/00000000-0000-0000-0000-000000000000`;
		for (const url of [other, unknown]) {
			const asked = [
				['GET', url],
				['GET', `${url}/status`],
				['GET', `${url}/status/stream`],
				['PUT', `${url}/cancel`],
			] as const;
			for (const [method, address] of asked) {
				const reply = await sendRaw(method, address, { headers: AUTHORIZED });
				expect(reply.status).toBe(404);
				expect(jsonOf(reply)).toEqual({ status: 'NOT_FOUND' });
			}
		}
	});

	it('takes no request for an unknown owner, nor one at a sub-path', async () => {
		const unknown = await sendRaw('POST', `${fal.url}/nobody/app`, {
			headers: AUTHORIZED,
			body: { prompt: 'x' },
		});
		expect(unknown.status).toBe(404);
		const { requestId } = await submit(fal);
		const url = `${fal.url}/fal-ai/kling-video/v2/master/text-to-video/requests/${requestId}/status`;
		expect((await sendRaw('GET', url, { headers: AUTHORIZED })).status).toBe(405);
		expect(fal.submissions).toHaveLength(1);
	});

	it('cancels: 200 in the queue, 202 while running, 400 when complete', async () => {
		fal.options.capacity = 1;
		const running = await submit(fal, { prompt: '[stuck]' });
		const waiting = await submit(fal);
		await fal.waitForState(0, 'IN_PROGRESS');
		const cancel = async (url: string) => {
			const reply = await sendRaw('PUT', url, { headers: AUTHORIZED });
			return [reply.status, jsonOf(reply)];
		};

		expect(await cancel(waiting.cancelUrl)).toEqual([200, { status: 'OK' }]);
		expect(await cancel(running.cancelUrl)).toEqual([202, { status: 'CANCELLATION_REQUESTED' }]);
		await fal.waitForState(0, 'COMPLETED');
		expect(await cancel(running.cancelUrl)).toEqual([400, { status: 'ALREADY_COMPLETED' }]);
	});

	it('names the public host in its URLs', async () => {
		fal.options.publicUrl = 'https://queue.fal.run';
		const { requestId, statusUrl } = await submit(fal);
		expect(statusUrl).toBe(`https://queue.fal.run/fal-ai/kling-video/requests/${requestId}/status`);
	});

	it('bills what was accepted, but no 5xx and nothing cancelled before its start', async () => {
		fal.options.durationMs = 0;
		const prompts = ['a boat', '[blocked]', '[downstream]', '[gen-timeout]', '[runner]'];
		for (const prompt of [...prompts, '[no-video]', '[stuck]']) await submit(fal, { prompt });
		await fal.waitUntil(
			() => fal.submissions.filter(({ state }) => state === 'COMPLETED').length === 6,
		);
		expect(fal.billed()).toBe(4);
		fal.options.queueMs = 60_000;
		const waiting = await submit(fal);
		expect(fal.billed()).toBe(5);
		await sendRaw('PUT', waiting.cancelUrl, { headers: AUTHORIZED });
		expect(fal.billed()).toBe(4);
	});

	it('ends as the option says, before it looks at the prompt', async () => {
		fal.options.durationMs = 0;
		fal.options.outcome = ({ body }) =>
			body.prompt === 'special' ? { status: 418, body: { detail: 'teapot' } } : undefined;
		const special = await submit(fal, { prompt: 'special' });
		const blocked = await submit(fal, { prompt: '[blocked]' });
		await fal.waitForState(1, 'COMPLETED');
		const statusOf = async (url: string) =>
			(await sendRaw('GET', url, { headers: AUTHORIZED })).status;
		expect(await statusOf(special.resultUrl)).toBe(418);
		expect(await statusOf(blocked.resultUrl)).toBe(422);
	});
});

describe('a marker in the prompt', () => {
	it.each([
		{ prompt: '[blocked]', status: 422, headers: { 'x-fal-retryable': 'false' } },
		{ prompt: '[downstream]', status: 500, headers: { 'x-fal-retryable': 'true' } },
		{ prompt: '[gen-timeout]', status: 504, headers: { 'x-fal-retryable': 'true' } },
		{ prompt: '[runner]', status: 503, headers: { 'x-fal-error-type': 'runner_disconnected' } },
		{ prompt: '[no-video]', status: 200, headers: { 'x-fal-billable-units': '5' } },
	])('$prompt decides status and headers', async ({ prompt, status, headers }) => {
		fal.options.durationMs = 0;
		const { requestId, resultUrl } = await submit(fal, { prompt: `A boat ${prompt}` });
		await fal.waitForState(requestId, 'COMPLETED');
		const result = await sendRaw('GET', resultUrl, { headers: AUTHORIZED });

		expect(result.status).toBe(status);
		const names = Object.keys(result.headers).filter((name) => name.startsWith('x-fal-'));
		expect(names.sort()).toEqual(['x-fal-request-id', ...Object.keys(headers)].sort());
		expect(result.headers).toMatchObject({ ...headers, 'x-fal-request-id': requestId });
		expect(jsonOf(result)).not.toHaveProperty('video');
	});

	it('[slow=…] decides how long it takes, along with another', async () => {
		await submit(fal, { prompt: '[slow=0.5] [blocked]' });
		const { startedAt = 0, completedAt = 0, outcome } = await fal.waitForState(0, 'COMPLETED');
		// A timer may be a millisecond early by the clock.
		expect(completedAt - startedAt).toBeGreaterThanOrEqual(499);
		expect(outcome.status).toBe(422);
	});
});

describe('waiting', () => {
	it('sees what has been logged and what is still to come', async () => {
		await submit(fal);
		expect(await fal.waitFor(({ kind }) => kind === 'submit')).toMatchObject({
			requestId: fal.submissions[0]?.requestId,
			answered: 200,
		});
		const coming = fal.waitFor(({ kind, answered }) => kind === 'other' && answered === 404);
		await sendRaw('GET', `${fal.url}/`, { headers: AUTHORIZED });
		expect(await coming).toMatchObject({ path: '/' });
	});

	it('is given up with a word on what there was', async () => {
		await submit(fal);
		await expect(fal.waitFor(({ kind }) => kind === 'file', 1)).rejects.toThrow('submit 200');
		await expect(fal.waitForState(5, 'COMPLETED', 1)).rejects.toThrow('is not COMPLETED');
	});
});

describe('pause', () => {
	it('refuses connections while requests go on, then is back at the same port', async () => {
		const { url } = fal;
		const { requestId, statusUrl } = await submit(fal);
		await fal.pause();
		await expect(sendRaw('GET', statusUrl, { headers: AUTHORIZED })).rejects.toMatchObject({
			code: 'ECONNREFUSED',
		});
		await fal.waitForState(requestId, 'COMPLETED');
		await fal.resume();
		expect(fal.url).toBe(url);
		expect((await sendRaw('GET', statusUrl, { headers: AUTHORIZED })).status).toBe(200);
	});

	it('breaks the connections that are open', async () => {
		fal.order({ on: 'status', fault: { type: 'hang' } });
		const { statusUrl } = await submit(fal);
		const reply = sendRaw('GET', statusUrl, { headers: AUTHORIZED });
		const broken = expect(reply).rejects.toMatchObject({ code: 'ECONNRESET' });
		await fal.waitFor(({ answered }) => answered === 'hang');
		await fal.pause();
		await broken;
		await fal.resume();
	});
});
