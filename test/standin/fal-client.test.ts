import { ApiError, createFalClient, ValidationError, type QueueStatus } from '@fal-ai/client';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { readMp4 } from '../../harness/standin/mp4';

/**
 * fal's own client against the stand-in: what the client makes of fal, it must make of the
 * stand-in. Its host is fixed, so each request is led to the stand-in just before it is sent.
 */
const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const MODEL_V3 = 'fal-ai/kling-video/v3/pro/text-to-video';

let fal: FalStandIn;

beforeAll(async () => {
	fal = await FalStandIn.start();
});
afterAll(async () => await fal.close());
afterEach(() => fal.reset());

/** The stand-in's URL for one of fal's. */
function here(input: string | URL | Request): string {
	const asked = input instanceof Request ? input.url : input.toString();
	const url = asked.replace('https://queue.fal.run', fal.url);
	if (!url.startsWith(fal.url)) throw new Error(`The client went to ${asked}.`);
	return url;
}

function client(credentials = 'stand-in-key') {
	return createFalClient({
		credentials,
		requestMiddleware: (request) => Promise.resolve({ ...request, url: here(request.url) }),
		// The stream of events goes past the middleware.
		fetch: async (input, init) => await fetch(here(input), init),
	});
}

/** What the promise rejects with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
	return await promise.then(
		() => {
			throw new Error('It did not fail.');
		},
		(error: unknown) => error,
	);
}

describe('a video from start to end', () => {
	it('is subscribed to by polling', async () => {
		const seen: QueueStatus[] = [];
		const { data, requestId } = await client().subscribe(MODEL, {
			input: { prompt: 'A paper boat on a river' },
			logs: true,
			pollInterval: 50,
			onQueueUpdate: (status) => seen.push(status),
		});

		expect(requestId).toBe(fal.submissions[0]?.requestId);
		expect(data.video).toMatchObject({ content_type: 'video/mp4', file_name: 'output.mp4' });
		expect(seen.map(({ status }) => status)).toEqual(
			expect.arrayContaining(['IN_PROGRESS', 'COMPLETED']),
		);
		const last = seen[seen.length - 1];
		if (last?.status !== 'COMPLETED') throw new Error(`It ended ${last?.status}.`);
		expect(last.metrics?.inference_time).toBeGreaterThan(0);
		expect(last.logs.map(({ message }) => message)).toContain('Generating the video');
	});

	it('is subscribed to by a stream of events', async () => {
		const seen: string[] = [];
		const { data } = await client().subscribe(MODEL, {
			input: { prompt: 'A paper boat on a river' },
			mode: 'streaming',
			onQueueUpdate: ({ status }) => seen.push(status),
		});

		expect(data.video.url).toContain(fal.mediaUrl);
		expect(seen).toEqual(expect.arrayContaining(['IN_PROGRESS', 'COMPLETED']));
		expect(fal.count('stream')).toBe(1);
		expect(fal.count('status')).toBe(0);
	});

	it('is had by submit, status and result', async () => {
		fal.options.queueMs = 200;
		const { queue } = client();
		const enqueued = await queue.submit(MODEL, {
			input: { prompt: 'A paper boat on a river' },
			webhookUrl: 'http://127.0.0.1:1/callback',
			priority: 'low',
			startTimeout: 60,
		});

		expect(enqueued).toEqual({
			status: 'IN_QUEUE',
			request_id: fal.submissions[0]?.requestId,
			gateway_request_id: fal.submissions[0]?.requestId,
			response_url: `${fal.url}/fal-ai/kling-video/requests/${enqueued.request_id}`,
			status_url: `${fal.url}/fal-ai/kling-video/requests/${enqueued.request_id}/status`,
			cancel_url: `${fal.url}/fal-ai/kling-video/requests/${enqueued.request_id}/cancel`,
			queue_position: 0,
			logs: null,
			metrics: {},
		});
		expect(fal.submissions[0]).toMatchObject({
			endpoint: MODEL,
			body: { prompt: 'A paper boat on a river' },
			webhookUrl: 'http://127.0.0.1:1/callback',
			headers: { 'x-fal-queue-priority': 'low', 'x-fal-request-timeout': '60' },
		});

		const requestId = enqueued.request_id;
		expect(await queue.status(MODEL, { requestId })).toMatchObject({ status: 'IN_QUEUE' });
		const early = await rejection(queue.result(MODEL, { requestId }));
		expect(early).toMatchObject({ status: 400, body: { detail: 'Request is still in progress' } });
		await fal.waitForState(requestId, 'COMPLETED');
		expect(await queue.status(MODEL, { requestId })).toMatchObject({ status: 'COMPLETED' });
		const { data } = await queue.result(MODEL, { requestId });
		expect(data.video.file_size).toBeGreaterThan(1000);
	});

	it.each([
		{ model: MODEL, duration: '5', aspect_ratio: '16:9', width: 320, height: 180 },
		{ model: MODEL, duration: '10', aspect_ratio: '9:16', width: 180, height: 320 },
		{ model: MODEL_V3, duration: '3', aspect_ratio: '1:1', width: 240, height: 240 },
		{ model: MODEL_V3, duration: '15', aspect_ratio: '16:9', width: 320, height: 180 },
	] as const)('has $duration s of $aspect_ratio', async ({ model, width, height, ...asked }) => {
		fal.options.durationMs = 0;
		const { data } = await client().subscribe(model, {
			input: { prompt: 'A lighthouse', ...asked },
			pollInterval: 20,
		});
		const reply = await fetch(data.video.url);
		const file = Buffer.from(await reply.arrayBuffer());

		expect(reply.headers.get('content-type')).toBe('video/mp4');
		expect(file.length).toBe(data.video.file_size);
		const facts = readMp4(file);
		expect(facts).toMatchObject({ width, height, videoCodec: 'avc1' });
		expect(facts.durationSeconds).toBeCloseTo(Number(asked.duration), 1);
	});
});

describe('an error', () => {
	it('shows a blocked prompt only when the result is fetched', async () => {
		const { queue } = client();
		const { request_id: requestId } = await queue.submit(MODEL, {
			input: { prompt: 'Something [blocked]' },
		});
		await fal.waitForState(requestId, 'COMPLETED');

		const status = await queue.status(MODEL, { requestId });
		expect(status).toMatchObject({ status: 'COMPLETED', error_type: 'content_policy_violation' });
		const error = await rejection(queue.result(MODEL, { requestId }));
		if (!(error instanceof ValidationError)) throw new Error(`It failed with ${String(error)}.`);
		expect(error.status).toBe(422);
		expect(error.requestId).toBe(requestId);
		const [detail, ...others] = error.getFieldErrors('prompt');
		expect(detail?.type).toBe('content_policy_violation');
		expect(detail?.msg).toContain('flagged by a content checker');
		expect(others).toEqual([]);
	});

	it.each([
		{ what: 'no prompt', input: {}, field: 'prompt', type: 'missing' },
		{
			what: 'a long prompt',
			input: { prompt: 'x'.repeat(2501) },
			field: 'prompt',
			type: 'sequence_too_long',
		},
		{
			what: 'a length the model does not make',
			input: { prompt: 'x', duration: '7' },
			field: 'duration',
			type: 'one_of',
		},
		{
			what: 'a length as a number',
			input: { prompt: 'x', duration: 5 },
			field: 'duration',
			type: 'one_of',
		},
		{
			what: 'an unknown shape',
			input: { prompt: 'x', aspect_ratio: '4:3' },
			field: 'aspect_ratio',
			type: 'one_of',
		},
		{
			what: 'too large a scale',
			input: { prompt: 'x', cfg_scale: 1.5 },
			field: 'cfg_scale',
			type: 'less_than_equal',
		},
		{
			what: 'too small a scale',
			input: { prompt: 'x', cfg_scale: -1 },
			field: 'cfg_scale',
			type: 'greater_than_equal',
		},
	])('names the field of $what', async ({ input, field, type }) => {
		// The id as a plain string: the client's types would not let the wrong input through.
		const model: string = MODEL;
		const error = await rejection(client().subscribe(model, { input, pollInterval: 20 }));
		if (!(error instanceof ValidationError)) throw new Error(`It failed with ${String(error)}.`);
		expect(error.fieldErrors).toEqual([expect.objectContaining({ loc: ['body', field], type })]);
	});

	it.each([
		{ marker: '[downstream]', status: 500, type: 'downstream_service_unavailable' },
		{ marker: '[gen-timeout]', status: 504, type: 'generation_timeout' },
		{ marker: '[runner]', status: 503, type: 'runner_disconnected' },
	])('ends $marker with $status', async ({ marker, status, type }) => {
		const { queue } = createFalClient({
			credentials: 'stand-in-key',
			// Only once: the client would try a 503 again, and wait before it does.
			fetch: async (input, init) => {
				const reply = await fetch(here(input), init);
				if (reply.status < 500) return reply;
				const { status: actual, headers } = reply;
				const body: unknown = await reply.json();
				throw Object.assign(new Error('verdict'), { status: actual, headers, body });
			},
		});
		const { request_id: requestId } = await queue.submit(MODEL, {
			input: { prompt: `A boat ${marker}` },
		});
		await fal.waitForState(requestId, 'COMPLETED');

		expect(await queue.status(MODEL, { requestId })).toMatchObject({ error_type: type });
		const error = await rejection(queue.result(MODEL, { requestId }));
		expect(error).toMatchObject({ message: 'verdict', status });
		expect(JSON.stringify(error)).toContain(type);
		expect(fal.billed()).toBe(0);
	});

	it('refuses a wrong key', async () => {
		const error = await rejection(client('wrong').queue.submit(MODEL, { input: { prompt: 'x' } }));
		if (!(error instanceof ApiError)) throw new Error(`It failed with ${String(error)}.`);
		expect(error.status).toBe(401);
		expect(fal.submissions).toHaveLength(0);
	});

	it('is a 504 that the client takes for its own deadline', async () => {
		fal.options.capacity = 0;
		const { queue } = client();
		const { request_id: requestId } = await queue.submit(MODEL, {
			input: { prompt: 'x' },
			startTimeout: 1.001,
		});
		await fal.waitForState(requestId, 'COMPLETED');
		const error = await rejection(queue.result(MODEL, { requestId }));
		if (!(error instanceof ApiError)) throw new Error(`It failed with ${String(error)}.`);
		expect(error.isUserTimeout).toBe(true);
		expect(error.body).toMatchObject({ error_type: 'request_timeout' });
		expect(fal.billed()).toBe(0);
	});

	it('is none when a request is cancelled, from the queue or while it runs', async () => {
		fal.options.capacity = 1;
		const { queue } = client();
		const input = { prompt: 'A boat [stuck]' };
		const running = await queue.submit(MODEL, { input });
		const waiting = await queue.submit(MODEL, { input });
		await fal.waitForState(running.request_id, 'IN_PROGRESS');
		await queue.cancel(MODEL, { requestId: waiting.request_id });
		await queue.cancel(MODEL, { requestId: running.request_id });
		await fal.waitForState(running.request_id, 'COMPLETED');

		expect(fal.submissions.map(({ cancelled }) => cancelled)).toEqual(['IN_PROGRESS', 'IN_QUEUE']);
		expect(fal.billed()).toBe(1);
		const again = await rejection(queue.cancel(MODEL, { requestId: running.request_id }));
		expect(again).toMatchObject({ status: 400, body: { status: 'ALREADY_COMPLETED' } });
		const error = await rejection(queue.result(MODEL, { requestId: running.request_id }));
		expect(error).toMatchObject({ status: 499, body: { error_type: 'client_cancelled' } });
	});
});
