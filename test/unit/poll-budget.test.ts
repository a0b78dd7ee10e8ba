import { KnownHost, limited } from '../../nodes/FalVideo/queue/host';
import { pathsOf } from '../../nodes/FalVideo/queue/paths';
import { PollBudget } from '../../nodes/FalVideo/queue/polling';
import { EventClock } from './event-clock';
import { reply, scriptedQueue } from './scripted-queue';

test('few requests make the pauses that they want', () => {
	const budget = new PollBudget(35);
	const pauses = Array.from({ length: 30 }, () => budget.plan(1000).pauseMs);
	expect(pauses).toEqual(Array(30).fill(1000));
});

test('many share what there is, and what one gives back is there for others', () => {
	const budget = new PollBudget(35);
	const plans = Array.from({ length: 70 }, () => budget.plan(1000));
	expect(plans.at(-1)?.pauseMs).toBeCloseTo(2000);
	// Whose video is likelier to be ready has the larger share still.
	const rare = budget.plan(10_000);
	expect(rare.pauseMs).toBeGreaterThan(20_000);
	for (const plan of [...plans, ...plans, rare]) plan.end();
	expect(budget.plan(1000).pauseMs).toBe(1000);
});

test('status requests wait for their turn; a result and a cancel do not', async () => {
	const clock = new EventClock();
	const paths = pathsOf('/fal-ai/kling-video/requests/abc');
	const queue = scriptedQueue(() => reply(200, {}));
	const send = limited(queue.send, new KnownHost(clock));
	const start = clock.now();
	const asked = Promise.all(
		Array.from({ length: 100 }, () => send({ method: 'GET', path: paths.status, isPoll: true })),
	);
	await send({ method: 'GET', path: paths.response });
	await send({ method: 'PUT', path: paths.cancel });
	expect(clock.now()).toBe(start);
	await clock.until(asked);
	expect(clock.now() - start).toBeGreaterThan(2000);
	expect(queue.requests).toHaveLength(102);
});

test('a status request whose wait was stopped leaves the line', async () => {
	const clock = new EventClock();
	const queue = scriptedQueue(() => reply(200, {}));
	const send = limited(queue.send, new KnownHost(clock));
	const stop = new AbortController();
	const ask = () =>
		send({ method: 'GET', path: '/a/b/requests/c/status', isPoll: true, signal: stop.signal });
	const asked = Promise.allSettled(Array.from({ length: 100 }, ask));
	stop.abort();
	const ends = await clock.until(asked);
	expect(ends.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(80);
	expect(queue.requests.length).toBeLessThan(20);
});
