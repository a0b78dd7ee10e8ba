import { adviceFor } from '../../nodes/FalVideo/execution/errors/advice';
import type { QueueError } from '../../nodes/FalVideo/queue/errors';
import { KnownHost } from '../../nodes/FalVideo/queue/host';
import { pathsOfReply } from '../../nodes/FalVideo/queue/paths';
import { QueuedRequest } from '../../nodes/FalVideo/queue/queued-request';
import type { QueueReply } from '../../nodes/FalVideo/queue/transport';
import { reply, scriptedQueue } from './scripted-queue';
import { VirtualClock } from './virtual-clock';

const model = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const short = '/fal-ai/kling-video/requests/abc';
const long = `/${model}/requests/abc`;
const video = { video: { url: 'https://media.test/a.mp4' } };
const COMPLETED = { status: 'COMPLETED' };

/** A request of which each path's replies are scripted; the last one is repeated. */
function requestWith(
	replies: Record<string, QueueReply[]>,
	{
		isVideo = true,
		response_url = undefined as string | undefined,
		isFal = true,
		isSaidToHaveEnded = false,
	} = {},
) {
	const clock = new VirtualClock();
	const asked = new Map<string, number>();
	const queue = scriptedQueue(({ path }) => {
		const count = (asked.get(path) ?? 0) + 1;
		asked.set(path, count);
		const script = replies[path] ?? [reply(404, '404 page not found')];
		return script[Math.min(count, script.length) - 1] ?? reply(500, '');
	});
	const connection = {
		...queue,
		listen: () => Promise.resolve(false),
		host: new KnownHost(clock, isFal ? 'fal' : 'gateway.test', isFal),
		clock,
	};
	const paths = pathsOfReply({ request_id: 'abc', response_url }, model, '');
	const request = new QueuedRequest(connection, paths, {
		isVideo,
		wasAccepted: true,
		isSaidToHaveEnded,
	});
	const startedAt = clock.now();
	const wait = async (maxWaitMs = 1_800_000) =>
		await request.wait({
			deadline: clock.now() + maxWaitMs,
			pollIntervalMs: 2000,
			model,
		});
	return { request, wait, clock, requests: queue.requests, took: () => clock.now() - startedAt };
}

/** Runs until it is complete or ends in an error. */
async function endOf(given: ReturnType<typeof requestWith>) {
	try {
		return { result: (await given.wait()).result };
	} catch (error) {
		const { kind, message } = error as QueueError;
		return { kind, message };
	}
}

describe('an end that only words tell of', () => {
	const failed = reply(200, { detail: 'The generation failed' });

	test('is believed when it is told for some seconds', async () => {
		const given = requestWith({
			[`${short}/status`]: [reply(200, COMPLETED)],
			[short]: [failed],
		});
		expect(await endOf(given)).toMatchObject({
			kind: 'rejected',
			message: expect.stringContaining('The generation failed') as string,
		});
		expect(given.took()).toBeGreaterThan(20_000);
		expect(given.took()).toBeLessThan(50_000);
	});

	test('is not believed when something else is told in between', async () => {
		const given = requestWith({
			[`${short}/status`]: [reply(200, COMPLETED)],
			[short]: [failed, failed, reply(502, ''), failed, failed, reply(200, video)],
		});
		expect(await endOf(given)).toMatchObject({ result: video });
	});

	test('is believed after a minute where the words could mean anything', async () => {
		const given = requestWith({
			[`${short}/status`]: [reply(200, COMPLETED)],
			[short]: [reply(200, { detail: 'Thank you for your patience' })],
		});
		expect(await endOf(given)).toMatchObject({ kind: 'rejected' });
		expect(given.took()).toBeGreaterThan(60_000);
		expect(given.took()).toBeLessThan(120_000);
	});

	test('is what Max Wait tells, where it comes before that is certain; nothing says that it goes on', async () => {
		const given = requestWith(
			{
				[`${short}/status`]: [
					reply(200, { status: 'IN_PROGRESS' }),
					reply(200, { status: 'error', error: 'The generation failed' }),
				],
			},
			{ isFal: false },
		);
		const timeout = await given.wait(15_000).catch((error: QueueError) => error);
		expect(timeout).toMatchObject({
			kind: 'timeout',
			message: 'Max Wait was over before it was certain how request abc ended',
			facts: { toldEnd: expect.stringContaining('The generation failed') as string },
		});
		expect(timeout).not.toHaveProperty('facts.lastStatus');
		expect(adviceFor(timeout as QueueError)).toContain('The generation failed');
		expect(adviceFor(timeout as QueueError)).not.toMatch(/goes on|is finished/);
	});

	test('is not what Max Wait tells, where the host has said since that it goes on', async () => {
		const given = requestWith(
			{
				[`${short}/status`]: [
					reply(200, { status: 'error', error: 'The generation failed' }),
					reply(200, { status: 'IN_PROGRESS' }),
				],
			},
			{ isFal: false },
		);
		await expect(given.wait(15_000)).rejects.toMatchObject({
			kind: 'timeout',
			message: 'Request abc was not complete within Max Wait',
			facts: { lastStatus: 'IN_PROGRESS' },
		});
	});

	test('is told as such to who asks now, not waits', async () => {
		const given = requestWith({ [`${short}/status`]: [reply(200, COMPLETED)], [short]: [failed] });
		await expect(given.request.result()).rejects.toMatchObject({ kind: 'rejected' });
	});
});

test('a minute of 404 is counted from the last other answer', async () => {
	const unknown = reply(404, { status: 'NOT_FOUND' });
	const given = requestWith({
		[`${short}/status`]: [
			unknown,
			...Array<QueueReply>(9).fill(reply(502, '')),
			unknown,
			reply(200, COMPLETED),
		],
		[short]: [reply(200, video)],
	});
	expect(await endOf(given)).toMatchObject({ result: video });
	expect(given.took()).toBeGreaterThan(60_000);
});

describe('a request that the host calls complete with a failure', () => {
	const status = reply(200, {
		...COMPLETED,
		error: 'The prompt was flagged',
		error_type: 'content_policy_violation',
	});

	test.each([
		['a fault of a proxy', reply(503, { detail: 'Service is at capacity' })],
		['a locked account', reply(403, { detail: 'User is locked' })],
		['a page', reply(502, '<html></html>')],
	])('ends with that failure, although the result is %s', async (_what, result) => {
		const given = requestWith({ [`${short}/status`]: [status], [short]: [result] });
		expect(await endOf(given)).toMatchObject({
			kind: 'rejected',
			message: expect.stringContaining('The prompt was flagged') as string,
		});
	});
});

describe('the result of a model of any kind, complete', () => {
	test.each([
		['a message', { message: 'hello' }, { message: 'hello' }],
		['a code', { code: 'print(1)' }, { code: 'print(1)' }],
		['a list', ['a'], { result: ['a'] }],
		['an empty list', [], { result: [] }],
		['nothing in an object', {}, {}],
		['a status of its own, with logs', { status: 'failed', logs: [] }, { status: 'failed' }],
		['a status of its own', { status: 'pending' }, { status: 'pending' }],
		['null', null, { result: null }],
		['a text', 'A boat on a river', { result: 'A boat on a river' }],
		[
			'a video in an envelope, with other fields',
			{ data: video, seed: 7 },
			{ data: video, seed: 7, ...video },
		],
	])('may be %s', async (_what, body, result) => {
		const given = requestWith(
			{ [`${short}/status`]: [reply(200, COMPLETED)], [short]: [reply(200, body)] },
			{ isVideo: false },
		);
		expect(await endOf(given)).toMatchObject({ result });
		expect(given.requests.length).toBeLessThanOrEqual(12);
	});

	test('is not an error', async () => {
		const given = requestWith(
			{
				[`${short}/status`]: [reply(200, COMPLETED)],
				[short]: [reply(200, { detail: [{ msg: 'Too dark', type: 'image_too_dark' }] })],
			},
			{ isVideo: false },
		);
		expect(await endOf(given)).toMatchObject({ kind: 'rejected' });
	});

	test('is not JSON that was cut once', async () => {
		const given = requestWith(
			{
				[`${short}/status`]: [reply(200, COMPLETED)],
				[short]: [reply(200, '{"images":[{"url'), reply(200, { images: [] })],
			},
			{ isVideo: false },
		);
		expect(await endOf(given)).toMatchObject({ result: { images: [] } });
	});
});

describe('a reply to the POST that names URLs which the host does not serve', () => {
	const response_url = `https://queue.fal.run${long}/response`;

	test.each([
		['fal', true],
		['a gateway', false],
	])('%s: the request is found where its model’s are', async (_name, isFal) => {
		const given = requestWith(
			{ [`${short}/status`]: [reply(200, COMPLETED)], [short]: [reply(200, video)] },
			{ response_url, isFal },
		);
		expect(await endOf(given)).toMatchObject({ result: video });
		expect(given.took()).toBeLessThan(60_000);
	});

	test('and where the host serves them, nothing else is asked', async () => {
		const given = requestWith(
			{
				[`${long}/status`]: [reply(202, { status: 'IN_PROGRESS' }), reply(200, COMPLETED)],
				[`${long}/response`]: [reply(200, video)],
			},
			{ response_url },
		);
		expect(await endOf(given)).toMatchObject({ result: video });
		expect(given.requests.map(({ path }) => path)).toEqual([
			`${long}/status`,
			`${long}/status`,
			`${long}/response`,
		]);
	});
});

describe('a gateway whose errors are those of its framework', () => {
	test.each([
		['FastAPI', 404, { detail: 'Not Found' }],
		['Spring', 404, { timestamp: '2026', status: 404, error: 'Not Found', path: '/x' }],
		['ASP.NET', 404, { type: 'about:blank', title: 'Not Found', status: 404 }],
		['Express', 404, { status: 'error', message: 'Route not found' }],
		['new-api', 400, { error: { message: 'model is required' } }],
		['AWS', 403, { message: 'Missing Authentication Token' }],
	])('%s: without a status endpoint, its result is asked', async (_name, status, body) => {
		const given = requestWith(
			{ [`${short}/status`]: [reply(status, body)], [short]: [reply(200, video)] },
			{ isFal: false },
		);
		expect(await endOf(given)).toMatchObject({ result: video });
		expect(given.took()).toBeLessThan(10_000);
	});
});

describe('an error in the place of the status', () => {
	test.each([
		['499', reply(499, { error: { code: 499, message: 'The operation was cancelled.' } })],
		['500 of fal’s own kind', reply(500, { detail: 'x', error_type: 'internal_error' })],
		['503 with fal’s header', reply(503, { detail: 'x' }, { 'x-fal-needs-retry': '1' })],
		['504', reply(504, { error: { message: 'Gateway timeout', type: 'request_timeout' } })],
	])('%s: the result decides, and the video comes', async (_name, odd) => {
		const given = requestWith({
			[`${short}/status`]: [reply(202, { status: 'IN_PROGRESS' }), odd, reply(200, COMPLETED)],
			[short]: [reply(400, { detail: 'Request is still in progress' }), reply(200, video)],
		});
		expect(await endOf(given)).toMatchObject({ result: video });
	});
});

test.each([
	['a failure whose text differs each time', 400],
	['the same with 200', 200],
])('%s is believed all the same', async (_name, status) => {
	let count = 0;
	const replies = Array.from({ length: 60 }, () =>
		reply(status, {
			error: { message: `Video generation failed (request id: 2026x${(count += 1)}b)` },
		}),
	);
	const given = requestWith({ [`${short}/status`]: [reply(200, COMPLETED)], [short]: replies });
	expect(await endOf(given)).toMatchObject({ kind: 'rejected' });
	expect(given.took()).toBeLessThan(60_000);
});

test.each([
	['no video yet', reply(200, { video: null })],
	['an upstream that is late', reply(400, { error: { message: 'upstream error: deadline' } })],
	['words in another language', reply(400, { message: '任务处理中' })],
	['words of going on with 202', reply(202, { detail: 'Result not available yet' })],
	['a task’s state', reply(200, { code: 0, data: { task_status: 'processing' } })],
])('a finished request whose result is late, %s: the video comes', async (_name, late) => {
	const given = requestWith({
		[`${short}/status`]: [reply(200, COMPLETED)],
		[short]: [late, late, late, reply(200, video)],
	});
	expect(await endOf(given)).toMatchObject({ result: video });
});

test.each([
	['a time-out in words of going on', reply(422, { detail: 'Timed out, it is still processing' })],
	['a failure told by a message alone', reply(200, { success: false, message: 'It failed' })],
	['FAILED for a reason of the moment', reply(200, { status: 'FAILED', error: 'Rate limit' })],
	['a word of others', reply(200, { status: 'TIMEOUT' })],
])(
	'a request that has failed, %s, is not waited for until the longest wait',
	async (_name, end) => {
		const given = requestWith({ [`${short}/status`]: [reply(200, COMPLETED)], [short]: [end] });
		expect(await endOf(given)).toMatchObject({ kind: 'rejected' });
		expect(given.took()).toBeLessThan(120_000);
	},
);

describe('a request that the host has called about', () => {
	const ended = { isSaidToHaveEnded: true };

	test('its end is believed at once, whatever tells of it', async () => {
		const given = requestWith(
			{
				[`${short}/status`]: [reply(200, COMPLETED)],
				[short]: [reply(400, { detail: 'Too dark' })],
			},
			ended,
		);
		await expect(given.request.state()).rejects.toMatchObject({ kind: 'rejected' });
		expect(given.requests).toHaveLength(2);
	});

	test('its video may come a moment later, and is not waited for long', async () => {
		const late = reply(200, { video: null });
		const given = requestWith(
			{ [`${short}/status`]: [reply(200, COMPLETED)], [short]: [late, late, reply(200, video)] },
			ended,
		);
		expect(await endOf(given)).toMatchObject({ result: video });
		const never = requestWith(
			{ [`${short}/status`]: [reply(200, COMPLETED)], [short]: [late] },
			ended,
		);
		expect(await endOf(never)).toMatchObject({ kind: 'unexpected-reply' });
		expect(never.took()).toBeLessThan(6_000);
	});
});
