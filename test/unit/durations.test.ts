import { Durations } from '../../nodes/FalVideo/queue/durations';

test('before any is known, five seconds take a minute and a half, and ten take longer', () => {
	const durations = new Durations();
	const five = durations.expected('kling 5', 5);
	expect(five.medianMs).toBeCloseTo(90_000, -3);
	expect(durations.expected('kling 10', 10).medianMs).toBeGreaterThan(five.medianMs);
	expect(durations.expected('custom', undefined).medianMs).toBeCloseTo(90_000, -3);
	expect(five.spread).toBeGreaterThan(0.4);
});

test('what a few took is what is expected of the next, the more sharply the more there were', () => {
	const durations = new Durations();
	durations.learn('kling 5', 20_000);
	const one = durations.expected('kling 5', 5);
	for (const ms of [18_000, 22_000, 19_000, 21_000, 20_000, 23_000]) durations.learn('kling 5', ms);
	const seven = durations.expected('kling 5', 5);
	expect(one.medianMs).toBeLessThan(30_000);
	expect(seven.medianMs).toBeGreaterThan(19_000);
	expect(seven.medianMs).toBeLessThan(23_000);
	expect(seven.spread).toBeLessThan(one.spread);
	// Another kind has nothing of it.
	expect(durations.expected('kling 10', 5).medianMs).toBeGreaterThan(60_000);
});

test('a model that has become faster is soon known to be', () => {
	const durations = new Durations();
	for (let count = 0; count < 500; count++) durations.learn('kling 5', 120_000);
	for (let count = 0; count < 100; count++) durations.learn('kling 5', 30_000);
	expect(durations.expected('kling 5', 5).medianMs).toBeLessThan(50_000);
});

test('of very many kinds, those seen last are kept', () => {
	const durations = new Durations();
	for (let kind = 0; kind < 1000; kind++) durations.learn(`custom/${kind}`, 10_000);
	expect(durations.expected('custom/999', undefined).medianMs).toBeLessThan(20_000);
	expect(durations.expected('custom/0', undefined).medianMs).toBeGreaterThan(80_000);
});

test('a time that is none is not learned from', () => {
	const durations = new Durations();
	for (const ms of [0, -5, Number.NaN]) durations.learn('kling 5', ms);
	expect(durations.expected('kling 5', 5)).toEqual(new Durations().expected('kling 5', 5));
});
