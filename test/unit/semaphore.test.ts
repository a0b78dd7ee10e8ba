import { Semaphore } from '../../nodes/FalVideo/queue/limits';

test('no more than there are permits are held at once, and each gets in, first come, first served', async () => {
	const semaphore = new Semaphore(3);
	let inside = 0;
	let most = 0;
	const order: number[] = [];
	await Promise.all(
		Array.from({ length: 10 }, async (_, index) => {
			expect(await semaphore.acquire()).toBe(true);
			order.push(index);
			inside += 1;
			most = Math.max(most, inside);
			await Promise.resolve();
			inside -= 1;
			semaphore.release();
		}),
	);
	expect(most).toBe(3);
	expect(order).toEqual([...order].sort((one, other) => one - other));
});

test('who leaves the line takes no place', async () => {
	const semaphore = new Semaphore(1);
	await semaphore.acquire();
	const stop = new AbortController();
	const [impatient, patient] = [semaphore.acquire(stop.signal), semaphore.acquire()];
	stop.abort();
	expect(await impatient).toBe(false);
	semaphore.release();
	expect(await patient).toBe(true);
	semaphore.release();
	expect(semaphore.tryAcquire()).toBe(true);
	expect(semaphore.tryAcquire()).toBe(false);
	expect(await semaphore.acquire(stop.signal)).toBe(false);
});
