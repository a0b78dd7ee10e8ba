import { largest, mean, median, mostAtOnce, mostWithin, steepening } from '../../bench/statistics';

test('mean, median and largest', () => {
	expect(mean([1, 2, 6])).toBe(3);
	expect(median([9, 1, 2])).toBe(2);
	expect(median([9, 1, 2, 4])).toBe(3);
	expect(largest([-3, -1, -2])).toBe(-1);
	for (const figure of [mean, median, largest]) expect(figure([])).toBeNaN();
});

test('spans at once: one that begins when another ends takes its place', () => {
	expect(mostAtOnce([])).toBe(0);
	expect(
		mostAtOnce([
			[0, 10],
			[5, 15],
			[10, 20],
		]),
	).toBe(2);
	expect(
		mostAtOnce([
			[0, Infinity],
			[5, 7],
			[6, 8],
		]),
	).toBe(3);
});

test('moments within a second: any second, its end left out, in whatever order they come', () => {
	expect(mostWithin(1000, [])).toBe(0);
	expect(mostWithin(1000, [0, 1000, 2000])).toBe(1);
	expect(mostWithin(1000, [1400, 600, 500, 1499, 1500])).toBe(4);
});

test('a straight line does not get steeper, wherever it starts; a parabola does', () => {
	expect(steepening([10, 25], [300, 315], [1000, 1015])).toBe(1);
	expect(steepening([10, 100], [300, 90_000], [1000, 1_000_000])).toBeCloseTo(4.19);
});
