import { KnownHost, limited } from '../../nodes/FalVideo/queue/host';
import { pathsOf } from '../../nodes/FalVideo/queue/paths';
import { QueuedRequest } from '../../nodes/FalVideo/queue/queued-request';
import { ConnectionFailure, type Listen } from '../../nodes/FalVideo/queue/transport';
import { EventClock } from './event-clock';
import { reply, type Scripted, scriptedQueue } from './scripted-queue';

const paths = pathsOf('/fal-ai/kling-video/requests/abc');
const video = { video: { url: 'https://media.test/a.mp4' } };
const second = 1000;

/** What a stream does. */
type Stream =
	| { kind: 'works' }
	| { kind: 'refused' }
	| { kind: 'fails' }
	| { kind: 'silent' }
	| { kind: 'garbage' }
	/** After its first event nothing comes through. */
	| { kind: 'held' }
	| { kind: 'cut'; afterMs: number; thenSilent?: boolean };

interface Scene {
	/** How long the video takes. */
	ms: number;
	stream?: Stream;
	clock?: EventClock;
	host?: KnownHost;
	queuedMs?: number;
	maxWaitMs?: number;
	submittedEarlier?: boolean;
	signal?: AbortSignal;
	/** In the place of the status, for the nth status request. */
	spoiled?: (count: number) => Scripted | undefined;
}

/** Waits for one video, and tells what it took. */
async function waitFor({
	ms,
	stream = { kind: 'works' },
	clock = new EventClock(),
	host = new KnownHost(clock),
	queuedMs = 0,
	maxWaitMs = 1800 * second,
	submittedEarlier = false,
	signal,
	spoiled = () => undefined,
}: Scene) {
	const submittedAt = clock.now();
	const doneAt = submittedAt + queuedMs + ms;
	const status = () => {
		if (clock.now() >= doneAt)
			return { status: 'COMPLETED', metrics: { inference_time: ms / 1000 } };
		return { status: clock.now() < submittedAt + queuedMs ? 'IN_QUEUE' : 'IN_PROGRESS' };
	};
	let asked = 0;
	const queue = scriptedQueue(({ path }) => {
		if (path !== paths.status) return reply(200, video);
		const said = status();
		return spoiled(++asked) ?? reply(said.status === 'COMPLETED' ? 200 : 202, said);
	});
	const streams = { opened: 0, open: 0 };
	const listen: Listen = async (request, onData) => {
		expect(request.path).toBe(`${paths.status}/stream`);
		streams.opened += 1;
		if (stream.kind === 'refused') return false;
		if (stream.kind === 'fails')
			throw new ConnectionFailure('the connection was cut', 'maybe-sent');
		streams.open += 1;
		const stopped = new ConnectionFailure('the request was ended', 'maybe-sent');
		try {
			const tell = () => onData(JSON.stringify(status()));
			if (stream.kind === 'garbage') onData('<html>');
			const silent =
				stream.kind === 'silent' ||
				(stream.kind === 'cut' && stream.thenSilent && streams.opened > 1);
			if (stream.kind !== 'garbage' && !silent) tell();
			if (stream.kind === 'cut' && !silent) {
				await clock.sleep(Math.min(stream.afterMs, doneAt - clock.now()), request.signal);
			} else if (stream.kind === 'works') {
				for (const at of [submittedAt + queuedMs, doneAt]) {
					if (clock.now() >= at) continue;
					await clock.sleep(at - clock.now(), request.signal);
					if (!request.signal.aborted) tell();
				}
				return true;
			} else {
				await clock.sleep(100_000 * second, request.signal);
			}
			if (request.signal.aborted) throw stopped;
			if (clock.now() < doneAt) throw new ConnectionFailure('the connection was cut', 'maybe-sent');
			tell();
			return true;
		} finally {
			streams.open -= 1;
		}
	};
	const connection = { send: limited(queue.send, host), listen, host, clock };
	const ending = clock
		.until(
			new QueuedRequest(connection, paths, { isVideo: true, signal }).wait({
				deadline: submittedAt + maxWaitMs,
				model: 'kling',
				seconds: 5,
				submittedEarlier,
			}),
		)
		.catch((error: Error) => error);
	const end = await ending;
	// What was aborted ends within the same moment.
	await new Promise((resolve) => setImmediate(resolve));
	return { end, asked, streams, lag: clock.now() - doneAt, host, clock };
}

const ways: Array<{ name: string; stream: Stream; lag: number; most: number }> = [
	{ name: 'works', stream: { kind: 'works' }, lag: 0, most: 10 },
	{ name: 'is refused', stream: { kind: 'refused' }, lag: 8, most: 30 },
	{ name: 'cannot be opened', stream: { kind: 'fails' }, lag: 8, most: 30 },
	{ name: 'is silent', stream: { kind: 'silent' }, lag: 8, most: 30 },
	{ name: 'tells nonsense', stream: { kind: 'garbage' }, lag: 8, most: 30 },
	{
		name: 'is cut after ten seconds',
		stream: { kind: 'cut', afterMs: 10 * second },
		lag: 8,
		most: 30,
	},
	{ name: 'is cut after one second', stream: { kind: 'cut', afterMs: second }, lag: 8, most: 30 },
	{ name: 'is held back', stream: { kind: 'held' }, lag: 25, most: 30 },
];

describe.each(ways)('a stream that $name', ({ stream, lag, most }) => {
	test.each([0, 0.2, 5, 60, 200])(
		'costs a video of %d s neither itself nor much time',
		async (seconds) => {
			const seen = await waitFor({ ms: seconds * second, stream });
			expect(seen.end).toMatchObject({ result: video });
			// The lag is of the order of what the video itself took; one that is done at once has 3 s.
			expect(seen.lag).toBeLessThanOrEqual(
				Math.max((lag / 60) * seconds * second, lag && 3 * second),
			);
			expect(seen.asked + seen.streams.opened).toBeLessThanOrEqual(Math.max(most, seconds / 4));
			expect(seen.streams.open).toBe(0);
		},
	);
});

test('what the stream tells is fetched at once, with the metrics that it told', async () => {
	const { end, asked, lag } = await waitFor({ ms: 30 * second });
	expect(end).toMatchObject({ status: { metrics: { inference_time: 30 } } });
	expect(lag).toBe(0);
	expect(asked).toBeLessThanOrEqual(6);
});

test('three streams in a row that were of no use: the next wait does not try one; after a while it does', async () => {
	const clock = new EventClock();
	const host = new KnownHost(clock);
	const refused = async () =>
		(await waitFor({ ms: 5 * second, stream: { kind: 'refused' }, clock, host })).streams.opened;
	expect([await refused(), await refused(), await refused(), await refused()]).toEqual([
		1, 1, 1, 0,
	]);
	await clock.until(clock.sleep(601 * second));
	expect((await waitFor({ ms: 5 * second, clock, host })).streams.opened).toBe(1);
	expect((await waitFor({ ms: 5 * second, clock, host })).streams.opened).toBe(1);
});

test('streams that are held back are given up, too', async () => {
	const clock = new EventClock();
	const host = new KnownHost(clock);
	const opened: number[] = [];
	for (let count = 0; count < 5; count++) {
		const seen = await waitFor({ ms: 60 * second, stream: { kind: 'held' }, clock, host });
		opened.push(seen.streams.opened);
	}
	expect(opened).toEqual([1, 1, 1, 0, 0]);
});

test('a stream that was cut is opened again in the place of a status request', async () => {
	const { streams, asked } = await waitFor({
		ms: 60 * second,
		stream: { kind: 'cut', afterMs: 10 * second },
	});
	expect(streams.opened).toBeGreaterThan(3);
	expect(asked).toBeLessThan(8);
});

test('a stop closes the stream, and ends the wait at once', async () => {
	const stop = new AbortController();
	const clock = new EventClock();
	void clock.sleep(30 * second).then(() => stop.abort());
	const start = clock.now();
	const seen = await waitFor({ ms: 600 * second, clock, signal: stop.signal });
	expect(seen.end).toMatchObject({ kind: 'stopped' });
	expect(clock.now() - start).toBe(30 * second);
	expect(seen.streams).toEqual({ opened: 1, open: 0 });
});

test('the longest wait closes the stream, after a last question', async () => {
	const seen = await waitFor({ ms: 600 * second, maxWaitMs: 30 * second });
	expect(seen.end).toMatchObject({ kind: 'timeout', facts: { lastStatus: 'IN_PROGRESS' } });
	expect(seen.streams.open).toBe(0);
	expect(seen.lag).toBe(-570 * second);
});

test('the last question is a status request, whatever the stream does', async () => {
	// Done in the last moment, while the stream still says otherwise.
	const seen = await waitFor({
		ms: 30 * second,
		maxWaitMs: 30 * second,
		stream: { kind: 'held' },
	});
	expect(seen.end).toMatchObject({ result: video });
	expect(seen.lag).toBe(0);
});

test('it is so too where the stream was cut, and could be opened again', async () => {
	const stream: Stream = { kind: 'cut', afterMs: 18 * second, thenSilent: true };
	const seen = await waitFor({ ms: 20 * second, maxWaitMs: 20 * second, stream });
	expect(seen.end).toMatchObject({ result: video });
});

test('news in the last pause do not end the wait', async () => {
	const seen = await waitFor({ ms: 5 * second, queuedMs: 10 * second, maxWaitMs: 16 * second });
	expect(seen.end).toMatchObject({ result: video });
	expect(seen.lag).toBe(0);
});

test('what a stream tells is learned as it was, without the time in the queue', async () => {
	const clock = new EventClock();
	const host = new KnownHost(clock);
	for (let count = 0; count < 20; count++) {
		await waitFor({ ms: 60 * second, queuedMs: 300 * second, clock, host });
	}
	const { medianMs } = host.durations.expected('kling 5', 5);
	expect(medianMs).toBeGreaterThan(59 * second);
	expect(medianMs).toBeLessThan(61.5 * second);
});

test('a status request that meets faults does not disturb the stream', async () => {
	const seen = await waitFor({ ms: 60 * second, spoiled: () => reply(502, '<html>') });
	expect(seen.end).toMatchObject({ result: video });
	expect(seen.lag).toBe(0);
});

test('no more streams are open than there are places, and who has none asks', async () => {
	const clock = new EventClock();
	const host = new KnownHost(clock);
	while (host.streams.tryAcquire());
	const seen = await waitFor({ ms: 20 * second, clock, host });
	expect(seen.end).toMatchObject({ result: video });
	expect(seen.streams.opened).toBe(0);
	expect(seen.asked).toBeGreaterThan(3);
	host.streams.release();
	expect((await waitFor({ ms: 20 * second, clock, host })).streams.opened).toBe(1);
	// Its place is free again.
	expect(host.streams.tryAcquire()).toBe(true);
});

describe('without a stream', () => {
	const none: Stream = { kind: 'refused' };

	test('what is learned from some videos makes the next be noticed sooner, with few questions', async () => {
		const clock = new EventClock();
		const host = new KnownHost(clock);
		const times = [60, 52, 71, 58, 66, 47, 62, 75, 55, 61].map((seconds) => seconds * second);
		const round = async () => {
			const lags: number[] = [];
			const questions: number[] = [];
			for (const ms of times) {
				const { lag, asked } = await waitFor({ ms, stream: none, clock, host });
				lags.push(lag);
				questions.push(asked);
			}
			const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
			return { lag: mean(lags), asked: mean(questions) };
		};
		await round();
		const learned = await round();
		expect(learned.lag).toBeLessThan(1500);
		expect(learned.asked).toBeLessThan(22);
	});

	test('a request that stays in the queue is asked about rarely, and its video is noticed all the same', async () => {
		const seen = await waitFor({ ms: 60 * second, queuedMs: 600 * second, stream: none });
		expect(seen.end).toMatchObject({ result: video });
		expect(seen.asked).toBeLessThan(80);
		expect(seen.lag).toBeLessThan(10 * second);
	});

	test('one that is long overdue is asked about ever more rarely', async () => {
		const seen = await waitFor({ ms: 1500 * second, stream: none });
		expect(seen.end).toMatchObject({ result: video });
		expect(seen.asked).toBeLessThan(90);
		expect(seen.lag).toBeLessThanOrEqual(30 * second);
	});

	test('one that takes far longer than those before is noticed within a tenth of its time', async () => {
		const clock = new EventClock();
		const host = new KnownHost(clock);
		for (const ms of [5000, 4500, 5600, 5200, 4800])
			await waitFor({ ms, stream: none, clock, host });
		const { lag } = await waitFor({ ms: 61.3 * second, stream: none, clock, host });
		expect(lag).toBeLessThanOrEqual(7 * second);
	});

	test('one that was submitted earlier is asked about at once, and teaches nothing', async () => {
		const clock = new EventClock();
		const host = new KnownHost(clock);
		const before = host.durations.expected('kling 5', 5);
		const seen = await waitFor({ ms: 0, stream: none, clock, host, submittedEarlier: true });
		expect(seen.asked).toBe(1);
		expect(seen.lag).toBe(0);
		const later = await waitFor({
			ms: 20 * second,
			stream: none,
			clock,
			host,
			submittedEarlier: true,
		});
		expect(later.lag).toBeLessThan(6 * second);
		expect(host.durations.expected('kling 5', 5)).toEqual(before);
	});
});
