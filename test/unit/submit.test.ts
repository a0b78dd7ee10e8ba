import { KnownHost, limited } from '../../nodes/FalVideo/queue/host';
import { submit } from '../../nodes/FalVideo/queue/submit';
import { ConnectionFailure, type SendRequest } from '../../nodes/FalVideo/queue/transport';
import { lost, refused, reply, type Scripted, scriptedQueue } from './scripted-queue';
import { VirtualClock } from './virtual-clock';

/** A connection that sends through a function. */
const through = (send: SendRequest, clock = new VirtualClock(), host = new KnownHost(clock)) => ({
	send,
	listen: () => Promise.resolve(false),
	host,
	clock,
});

const url = 'https://queue.fal.run/fal-ai/kling-video/requests/abc';
const accepted = reply(200, {
	status: 'IN_QUEUE',
	request_id: 'abc',
	response_url: url,
	status_url: `${url}/status`,
	cancel_url: `${url}/cancel`,
});

function submitWith(answer: (count: number) => Scripted, signal?: AbortSignal) {
	const clock = new VirtualClock();
	const queue = scriptedQueue((_request, count) => answer(count));
	const submission = { model: 'fal-ai/kling-video/x', body: { prompt: 'a boat' } };
	return {
		clock,
		requests: queue.requests,
		reply: submit(through(queue.send, clock), submission, signal),
	};
}

test.each([
	['429', reply(429, { detail: 'slow down' })],
	['425', reply(425, '')],
	['503 in the host’s own form', reply(503, { detail: 'at capacity' })],
	['503 with Retry-After', reply(503, '<html>', { 'retry-after': '1' })],
	['a gateway without a channel', reply(500, { error: { code: 'get_channel_failed' } })],
	['a refused connection', refused],
])('%s was not accepted, so it is sent again', async (_name, fault) => {
	const { reply: got, requests } = submitWith((count) => (count < 3 ? fault : accepted));
	await expect(got).resolves.toMatchObject({ request_id: 'abc' });
	expect(requests).toHaveLength(3);
});

test('Retry-After is obeyed between attempts', async () => {
	const { reply: got, clock } = submitWith((count) =>
		count === 1 ? reply(429, '', { 'retry-after': '23' }) : accepted,
	);
	await got;
	expect(clock.pauses).toEqual([23_000]);
});

test('after a bounded number of attempts the user hears that nothing was accepted', async () => {
	const { reply: got, requests } = submitWith(() => reply(429, { detail: 'slow down' }));
	await expect(got).rejects.toMatchObject({
		kind: 'not-accepted',
		message: expect.stringContaining('slow down') as string,
	});
	expect(requests).toHaveLength(6);
});

test.each([
	['a connection cut after sending', lost],
	['no answer in time', new ConnectionFailure('no answer within 30 s', 'maybe-sent')],
	['500', reply(500, '')],
	['502', reply(502, '<html>')],
	['504', reply(504, '')],
	['408', reply(408, '')],
	['503 of a proxy', reply(503, 'upstream connect error or disconnect/reset before headers')],
	['503 without a word', reply(503, '')],
	['200 with something else', reply(200, { ok: true })],
])('%s may have been accepted, so it is not sent again', async (_name, fault) => {
	const { reply: got, requests } = submitWith(() => fault);
	await expect(got).rejects.toMatchObject({
		kind: 'maybe-submitted',
		message: expect.stringContaining('it may be running') as string,
	});
	expect(requests).toHaveLength(1);
});

test.each([
	[401, 'unauthorized'],
	[402, 'account'],
	[403, 'account'],
	[404, 'rejected'],
	[422, 'rejected'],
	[302, 'wrong-host'],
	[405, 'wrong-host'],
	[407, 'wrong-host'],
])('HTTP %i is final, and nothing was accepted', async (status, kind) => {
	const { reply: got, requests } = submitWith(() => reply(status, { detail: 'because' }));
	await expect(got).rejects.toMatchObject({ kind, facts: { httpStatus: status } });
	expect(requests).toHaveLength(1);
});

test('nothing is sent after a stop', async () => {
	const stop = new AbortController();
	stop.abort();
	const { reply: got, requests } = submitWith(() => accepted, stop.signal);
	await expect(got).rejects.toMatchObject({ kind: 'stopped' });
	expect(requests).toHaveLength(0);
});

test('a stop between two attempts ends them', async () => {
	const stop = new AbortController();
	const { reply: got, requests } = submitWith(() => {
		stop.abort();
		return refused;
	}, stop.signal);
	await expect(got).rejects.toMatchObject({ kind: 'stopped' });
	expect(requests).toHaveLength(1);
});

test('an accepted request keeps its id, whatever else of the reply is off', async () => {
	const { reply: got } = submitWith(() =>
		reply(200, { request_id: 'abc', status: null, queue_position: '0', status_url: '/relative' }),
	);
	await expect(got).resolves.toMatchObject({ request_id: 'abc' });
});

test('a stop while it waits in line for its place keeps it from being sent', async () => {
	const clock = new VirtualClock();
	const host = new KnownHost(clock);
	while (host.submits.tryAcquire());
	const queue = scriptedQueue(() => accepted);
	const stop = new AbortController();
	const got = submit(
		through(limited(queue.send, host), clock, host),
		{ model: 'fal-ai/kling-video/x', body: {} },
		stop.signal,
	);
	stop.abort();
	await expect(got).rejects.toMatchObject({
		kind: 'stopped',
		message: expect.stringContaining('nothing was sent'),
	});
	host.submits.release();
	expect(queue.requests).toEqual([]);
});

test('a place is given back whatever became of the request', async () => {
	const clock = new VirtualClock();
	const host = new KnownHost(clock);
	const queue = scriptedQueue(() => lost);
	const connection = through(limited(queue.send, host), clock, host);
	for (let count = 0; count < 50; count++) {
		const got = submit(connection, { model: 'fal-ai/kling-video/x', body: {} });
		await expect(got).rejects.toMatchObject({ kind: 'maybe-submitted' });
	}
	expect(queue.requests).toHaveLength(50);
});

test.each([200, 403, 404])(
	'a web page with HTTP %i says that the base URL is wrong',
	async (status) => {
		const { reply: got, requests } = submitWith(() => reply(status, '<html><title>Home</title>'));
		await expect(got).rejects.toMatchObject({
			kind: 'wrong-host',
			message: expect.stringContaining('"Home"'),
		});
		expect(requests).toHaveLength(1);
	},
);
