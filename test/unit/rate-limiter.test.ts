import { RateLimiter } from '../../nodes/FalVideo/queue/limits';
import { EventClock } from './event-clock';

/** The most that came within any second. */
function mostInASecond(times: number[]): number {
	return Math.max(
		...times.map((start) => times.filter((time) => time >= start && time < start + 1000).length),
	);
}

test('in no second are there more than fifty, and a thousand are through as soon as that allows', async () => {
	const clock = new EventClock();
	const limiter = new RateLimiter(50, 10, clock);
	const start = clock.now();
	const turns: number[] = [];
	const order: number[] = [];
	await clock.until(
		Promise.all(
			Array.from({ length: 1000 }, async (_, index) => {
				await limiter.acquire();
				turns.push(clock.now());
				order.push(index);
			}),
		),
	);
	expect(mostInASecond(turns)).toBeLessThanOrEqual(50);
	expect(mostInASecond(turns)).toBeGreaterThan(45);
	expect(order).toEqual(order.map((_, index) => index));
	expect(clock.now() - start).toBeLessThan(25_500);
});

test('a few go at once, also after a long pause, and then the others in turn', async () => {
	const clock = new EventClock();
	const limiter = new RateLimiter(50, 10, clock);
	const turns: number[] = [];
	const round = async () =>
		await clock.until(
			Promise.all(
				Array.from({ length: 60 }, async () => {
					await limiter.acquire();
					turns.push(clock.now());
				}),
			),
		);
	await round();
	await clock.until(clock.sleep(60_000));
	await round();
	expect(turns.slice(0, 10)).toEqual(Array(10).fill(turns[0]));
	expect(turns.slice(60, 70)).toEqual(Array(10).fill(turns[60]));
	expect(mostInASecond(turns)).toBeLessThanOrEqual(50);
});

test('who leaves the line is not waited for', async () => {
	const clock = new EventClock();
	const limiter = new RateLimiter(12, 10, clock);
	for (let count = 0; count < 10; count++) expect(await limiter.acquire()).toBe(true);
	const stop = new AbortController();
	const line = Array.from({ length: 100 }, () => limiter.acquire(stop.signal));
	const last = limiter.acquire();
	stop.abort();
	expect(await Promise.all(line)).toEqual(Array(100).fill(false));
	const before = clock.now();
	expect(await clock.until(last)).toBe(true);
	expect(clock.now() - before).toBeLessThanOrEqual(500);
});

test('a party of one does not wait behind a party of six hundred', async () => {
	const clock = new EventClock();
	const limiter = new RateLimiter(45, 5, clock);
	const start = clock.now();
	const crowd = Array.from({ length: 600 }, () => limiter.acquire(undefined, 'crowd'));
	let waited = Infinity;
	const single = limiter.acquire(undefined, 'single').then(() => {
		waited = clock.now() - start;
	});
	await clock.until(Promise.all([...crowd, single]));
	expect(waited).toBeLessThan(100);
	// In all it takes as long as before.
	expect(clock.now() - start).toBeLessThan(15_500);
});
