import { Places } from '../../nodes/FalVideo/queue/places';

test('no more than there are places are in at once, and each gets in, first come, first served', async () => {
	const places = new Places(3);
	let inside = 0;
	let most = 0;
	const order: number[] = [];
	await Promise.all(
		Array.from({ length: 10 }, async (_, index) => {
			expect(await places.enter()).toBe(true);
			order.push(index);
			inside += 1;
			most = Math.max(most, inside);
			await Promise.resolve();
			inside -= 1;
			places.leave();
		}),
	);
	expect(most).toBe(3);
	expect(order).toEqual([...order].sort((one, other) => one - other));
});

test('who leaves the line takes no place', async () => {
	const places = new Places(1);
	await places.enter();
	const stop = new AbortController();
	const [impatient, patient] = [places.enter(stop.signal), places.enter()];
	stop.abort();
	expect(await impatient).toBe(false);
	places.leave();
	expect(await patient).toBe(true);
	places.leave();
	expect(places.take()).toBe(true);
	expect(places.take()).toBe(false);
	expect(await places.enter(stop.signal)).toBe(false);
});
