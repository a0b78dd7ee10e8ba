import type { QueueError } from '../../nodes/FalVideo/queue/errors';
import { KnownHost } from '../../nodes/FalVideo/queue/host';
import { pathsOf } from '../../nodes/FalVideo/queue/paths';
import { QueuedRequest } from '../../nodes/FalVideo/queue/queued-request';
import type { QueueRequest } from '../../nodes/FalVideo/queue/transport';
import { lost, reply, type Scripted, scriptedQueue } from './scripted-queue';
import { VirtualClock } from './virtual-clock';

const paths = pathsOf('/fal-ai/kling-video/requests/abc');
const video = { video: { url: 'https://media.test/a.mp4' } };
const minute = 60_000;

function wait(
	answer: (request: QueueRequest, count: number) => Scripted,
	{
		clock = new VirtualClock(),
		signal,
		maxWaitMs = 30 * minute,
	}: { clock?: VirtualClock; signal?: AbortSignal; maxWaitMs?: number } = {},
) {
	const queue = scriptedQueue(answer);
	const connection = {
		...queue,
		listen: () => Promise.resolve(false),
		host: new KnownHost(clock),
		clock,
	};
	const finished = new QueuedRequest(connection, paths, { isVideo: true, signal }).wait({
		deadline: clock.now() + maxWaitMs,
		pollIntervalMs: 2000,
		model: 'a model',
	});
	return { clock, finished, requests: queue.requests };
}

const isStatus = ({ path }: QueueRequest) => path === paths.status;
const completed = (request: QueueRequest) =>
	isStatus(request) ? reply(200, { status: 'COMPLETED' }) : reply(200, video);

async function failure(promise: Promise<unknown>): Promise<QueueError> {
	return await promise.then(
		() => Promise.reject(new Error('It did not fail')),
		(error: QueueError) => error,
	);
}

test('a request is asked for until it is complete, then its result is fetched once', async () => {
	const { finished, requests, clock } = wait((request, count) =>
		count < 4 ? reply(202, { status: 'IN_PROGRESS' }) : completed(request),
	);
	await expect(finished).resolves.toMatchObject({ result: video });
	expect(requests.map(({ path }) => path)).toEqual([
		...Array<string>(4).fill(paths.status),
		paths.response,
	]);
	expect(clock.pauses).toEqual([2000, 2000, 2000, 2000]);
});

test('ten minutes of outage in a wait of thirty do not cost the video', async () => {
	const clock = new VirtualClock();
	const start = clock.now();
	const { finished } = wait(
		(request) => {
			const age = clock.now() - start;
			if (age > minute && age < 11 * minute) return age % 2 ? lost : reply(502, '<html>');
			return age < 15 * minute ? reply(202, { status: 'IN_PROGRESS' }) : completed(request);
		},
		{ clock },
	);
	await expect(finished).resolves.toMatchObject({ result: video });
	// Nobody is kept waiting for longer than a pause and an interval after it is done.
	expect(clock.now() - start).toBeLessThan(15 * minute + 32_000);
});

test('an outage is asked about ever more rarely, up to every half minute', async () => {
	const { finished, clock } = wait(() => lost, { maxWaitMs: 10 * minute });
	await expect(finished).rejects.toMatchObject({ kind: 'timeout' });
	const pauses = clock.pauses.slice(1, -1);
	expect(pauses.slice(0, 4)).toEqual([375, 750, 1500, 3000]);
	expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
});

test('a 4xx without fal’s reason is somebody’s on the way, and passes', async () => {
	const { finished } = wait((request, count) =>
		count === 1 ? reply(405, '<html>') : completed(request),
	);
	await expect(finished).resolves.toMatchObject({ result: video });
});

test('one lost poll costs less than one interval', async () => {
	const { finished, clock } = wait((request, count) => (count === 1 ? lost : completed(request)));
	await finished;
	expect(clock.pauses[1]).toBeLessThan(2000);
});

test('Retry-After is obeyed, and never taken for permission to hammer', async () => {
	const long = wait((request, count) =>
		count === 1 ? reply(429, '', { 'retry-after': '17' }) : completed(request),
	);
	await long.finished;
	expect(long.clock.pauses[1]).toBe(17_000);
	const hour = wait((request, count) =>
		count === 1 ? reply(429, '', { 'retry-after': '3600' }) : completed(request),
	);
	await hour.finished;
	expect(hour.clock.pauses[1]).toBe(30_000);
	const none = wait((request, count) =>
		count === 1 ? reply(429, '', { 'retry-after': '0' }) : completed(request),
	);
	await none.finished;
	expect(none.clock.pauses[1]).toBeGreaterThan(100);
});

test.each([
	[401, 'unauthorized'],
	[403, 'account'],
	[404, 'not-found'],
	// An id that is none: fal says so, and will say so again.
	[422, 'unavailable'],
])('HTTP %i is final at the first', async (status, kind) => {
	const { finished, requests } = wait(() => reply(status, { detail: 'no' }));
	await expect(finished).rejects.toMatchObject({ kind, facts: { requestId: 'abc' } });
	expect(requests).toHaveLength(1);
});

test.each([
	['X-Fal-Retryable: false', { 'x-fal-retryable': 'false' }, { detail: 'no' }, 'rejected'],
	['X-Fal-Retryable: true', { 'x-fal-retryable': 'true' }, { detail: 'no' }, 'failed'],
	['X-Fal-Error-Type', { 'x-fal-error-type': 'runner_disconnected' }, {}, 'failed'],
	['error_type', {}, { detail: 'gone', error_type: 'runner_disconnected' }, 'failed'],
	['a list of details', {}, { detail: [{ msg: 'x', type: 'internal_server_error' }] }, 'failed'],
])('a 500 on the result with %s is a verdict', async (_name, headers, body, kind) => {
	const { finished, requests } = wait((request) =>
		isStatus(request) ? completed(request) : reply(500, body, headers),
	);
	await expect(finished).rejects.toMatchObject({ kind });
	expect(requests).toHaveLength(2);
});

test('a 500 on the result without a mark of fal’s passes', async () => {
	const { finished } = wait((request, count) =>
		count === 2 ? reply(500, '') : completed(request),
	);
	await expect(finished).resolves.toMatchObject({ result: video });
});

test('a verdict’s message is fal’s sentence alone; its type, the input and the request stand beside it', async () => {
	const { finished } = wait((request) =>
		isStatus(request)
			? completed(request)
			: reply(422, {
					detail: [
						{ loc: ['body', 'prompt'], msg: 'It was flagged.', type: 'content_policy_violation' },
					],
				}),
	);
	expect(await failure(finished)).toMatchObject({
		message: 'It was flagged.',
		facts: { type: 'content_policy_violation', field: 'prompt', requestId: 'abc' },
	});
});

test('a status nobody knows is one that is not finished', async () => {
	const { finished, requests } = wait((request, count) =>
		count < 3 ? reply(200, { status: 'DREAMING' }) : completed(request),
	);
	await finished;
	expect(requests).toHaveLength(4);
});

test('a result that has no video is asked for again for a while, then it is an error, never an undefined', async () => {
	const { finished, requests } = wait((request) =>
		isStatus(request) ? completed(request) : reply(200, { images: [] }),
	);
	const error = await failure(finished);
	const asked = requests.filter(({ path }) => path === paths.response).length;
	expect(asked).toBeGreaterThanOrEqual(3);
	expect(asked).toBeLessThan(20);
	expect(error).toMatchObject({ kind: 'unexpected-reply' });
	expect(error.message).toContain('"video.url"');
});

test('a result that is not ready after all is waited for', async () => {
	const { finished } = wait((request, count) =>
		count === 2 ? reply(400, { detail: 'Request is still in progress' }) : completed(request),
	);
	await expect(finished).resolves.toMatchObject({ result: video });
});

test('the last question comes at the end of the longest wait', async () => {
	const clock = new VirtualClock();
	const end = clock.now() + 5000;
	const { finished } = wait(
		(request) => (clock.now() >= end ? completed(request) : reply(202, { status: 'IN_PROGRESS' })),
		{ clock, maxWaitMs: 5000 },
	);
	await expect(finished).resolves.toMatchObject({ result: video });
	expect(clock.now()).toBe(end);
});

test('at the end of the longest wait the error has the request, the last status and the last fault', async () => {
	const { finished } = wait(
		(_request, count) => (count === 2 ? reply(503, '') : reply(202, { status: 'IN_QUEUE' })),
		{ maxWaitMs: 9000 },
	);
	await expect(finished).rejects.toMatchObject({
		kind: 'timeout',
		facts: { requestId: 'abc', lastStatus: 'IN_QUEUE', lastFault: 'HTTP 503 without a reason' },
	});
});

test('a stop ends the wait at once', async () => {
	const stop = new AbortController();
	const { finished, requests } = wait(
		() => {
			stop.abort();
			return reply(202, { status: 'IN_PROGRESS' });
		},
		{ signal: stop.signal },
	);
	await expect(finished).rejects.toMatchObject({ kind: 'stopped' });
	expect(requests).toHaveLength(1);
});

test('a page in the place of an answer is nobody’s verdict, whatever its status', async () => {
	const { finished } = wait((request, count) => {
		if (count === 1) return reply(404, '<html>');
		return count === 3 ? reply(451, '<html>') : completed(request);
	});
	await expect(finished).resolves.toMatchObject({ result: video });
});

test('a result that is late is asked for beyond the longest wait', async () => {
	const { finished } = wait(
		(request, count) => (count === 2 || count === 3 ? reply(502, '') : completed(request)),
		{ maxWaitMs: 2000 },
	);
	await expect(finished).resolves.toMatchObject({ result: video });
});

test('a detail of the status that is off does not hide that it is complete', async () => {
	const { finished } = wait((request) =>
		isStatus(request)
			? reply(200, { status: 'COMPLETED', logs: 'none', metrics: 7, error_type: 0 })
			: reply(200, video),
	);
	await expect(finished).resolves.toMatchObject({ result: video });
});

test('a request that is complete, but whose result never is, does not keep the wait going', async () => {
	const { finished, clock } = wait(
		(request) =>
			isStatus(request)
				? reply(200, { status: 'COMPLETED' })
				: clock.pauses.length < 500
					? reply(400, { detail: 'Request is still in progress' })
					: reply(200, video),
		{ maxWaitMs: minute },
	);
	await expect(finished).rejects.toMatchObject({ kind: 'timeout' });
});

test('a lock of the account and a middlebox’s page are waited out: the request is paid for', async () => {
	const { finished, requests } = wait((request, count) => {
		if (count === 1) return reply(403, { detail: 'User is locked. Reason: Exhausted balance.' });
		if (count === 2) return reply(403, '<html><title>Blocked</title></html>');
		return completed(request);
	});
	await expect(finished).resolves.toMatchObject({ result: video });
	expect(requests).toHaveLength(4);
});

describe('a request that this node saw accepted', () => {
	const accepted = (answer: (request: QueueRequest, age: number) => Scripted) => {
		const clock = new VirtualClock();
		const start = clock.now();
		const queue = scriptedQueue((request) => answer(request, clock.now() - start));
		const connection = {
			...queue,
			listen: () => Promise.resolve(false),
			host: new KnownHost(clock),
			clock,
		};
		const options = { isVideo: true, wasAccepted: true };
		const finished = new QueuedRequest(connection, paths, options).wait({
			deadline: start + 30 * minute,
			pollIntervalMs: 2000,
			model: 'a model',
		});
		return { finished, age: () => clock.now() - start };
	};

	test('may be said to be unknown for a while', async () => {
		const { finished } = accepted((request, age) =>
			age < 50_000 ? reply(404, { status: 'NOT_FOUND' }) : completed(request),
		);
		await expect(finished).resolves.toMatchObject({ result: video });
	});

	test('is given up when it stays unknown for a minute', async () => {
		const { finished, age } = accepted(() => reply(404, { detail: 'Request not found' }));
		await expect(finished).rejects.toMatchObject({ kind: 'not-found' });
		expect(age()).toBeGreaterThan(minute);
		expect(age()).toBeLessThan(2 * minute);
	});
});

describe('a gateway without a status endpoint', () => {
	const site = reply(200, '<!doctype html><title>Console</title>', { 'content-type': 'text/html' });
	const gateway = (answer: (request: QueueRequest, age: number) => Scripted) => {
		const clock = new VirtualClock();
		const start = clock.now();
		const queue = scriptedQueue((request) => answer(request, clock.now() - start));
		const host = new KnownHost(clock, 'api.gateway.test', false);
		const connection = { ...queue, listen: () => Promise.resolve(false), host, clock };
		const request = () => new QueuedRequest(connection, paths, { isVideo: true });
		const wait = async () =>
			await request().wait({
				deadline: clock.now() + 30 * minute,
				pollIntervalMs: 2000,
				model: 'a model',
			});
		return { clock, requests: queue.requests, request, wait };
	};
	const behind = (doneAt: number) => (request: QueueRequest, age: number) => {
		if (request.path !== paths.response) return site;
		return age < doneAt ? reply(200, { status: 'IN_PROGRESS' }) : reply(200, video);
	};

	test('has its result polled, after one look for the status', async () => {
		const { wait, requests, clock } = gateway(behind(20_000));
		await expect(wait()).resolves.toMatchObject({ status: { status: 'COMPLETED' }, result: video });
		expect(requests.filter(({ path }) => path === paths.status)).toHaveLength(1);
		// Every one of them within the limit of polls.
		expect(requests.every(({ isPoll }) => isPoll)).toBe(true);
		expect(clock.pauses.every((ms) => ms === 2000)).toBe(true);

		await wait();
		expect(requests.filter(({ path }) => path === paths.status)).toHaveLength(1);
		await clock.sleep(11 * minute);
		await wait();
		expect(requests.filter(({ path }) => path === paths.status)).toHaveLength(2);
	});

	test('answers Get Status and Get Result', async () => {
		const { request, clock } = gateway(behind(20_000));
		await expect(request().status()).resolves.toMatchObject({ status: 'IN_PROGRESS' });
		await expect(request().result()).resolves.toMatchObject({ status: { status: 'IN_PROGRESS' } });
		await clock.sleep(20_000);
		await expect(request().status()).resolves.toMatchObject({ status: 'COMPLETED' });
		await expect(request().result()).resolves.toMatchObject({ result: video });
	});

	test('has no cancel, which is said at once', async () => {
		const { request, requests } = gateway(behind(20_000));
		await request().status();
		const before = requests.length;
		await expect(request().cancel()).resolves.toMatchObject({ outcome: 'not-offered' });
		expect(requests).toHaveLength(before + 1);
	});

	test('is not taken for one where the result makes no sense either', async () => {
		const { wait, requests } = gateway((request, age) => {
			if (age < 60_000) return site;
			return completed(request);
		});
		await expect(wait()).resolves.toMatchObject({ result: video });
		expect(requests.at(-2)?.path).toBe(paths.status);
	});

	test('is none that has answered with a status: then a page is a fault that passes', async () => {
		const { wait, requests } = gateway((request, age) => {
			if (age < 10_000) return reply(202, { status: 'IN_PROGRESS' });
			return age < 20_000 ? site : completed(request);
		});
		await expect(wait()).resolves.toMatchObject({ result: video });
		expect(requests.filter(({ path }) => path === paths.response)).toHaveLength(1);
	});
});

test('fal itself is never taken for a host without a status endpoint', async () => {
	const { finished, requests } = wait((request, count) =>
		count < 4 ? reply(200, '<html>') : completed(request),
	);
	await expect(finished).resolves.toMatchObject({ result: video });
	expect(requests.filter(({ path }) => path === paths.response)).toHaveLength(1);
});

test('a failure beside COMPLETED makes the first error of the result the verdict', async () => {
	const { finished, requests } = wait((request) =>
		isStatus(request)
			? reply(200, { status: 'COMPLETED', error: 'It broke', error_type: 'runner_disconnected' })
			: reply(502, '<html>'),
	);
	await expect(finished).rejects.toMatchObject({
		kind: 'failed',
		message: expect.stringContaining('It broke') as string,
	});
	expect(requests).toHaveLength(2);
});
