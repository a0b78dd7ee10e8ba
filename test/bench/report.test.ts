import { plot, ticks } from '../../bench/report/plot';

test('the ticks of an axis are round, begin at zero and reach the largest value', () => {
	expect(ticks(1000)).toEqual([0, 250, 500, 750, 1000]);
	expect(ticks(37)).toEqual([0, 10, 20, 30, 40]);
	expect(ticks(0.9)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('a plot shows each point, in proportion from the corner of the axes', () => {
	const svg = plot([
		{
			title: 'Memory',
			unit: 'MB',
			points: [
				[0, 0],
				[500, 50],
				[1000, 100],
			],
		},
	]);
	const circles = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
	const [first = [], middle = [], last = []] = circles.map(([, x, y]) => [Number(x), Number(y)]);
	expect(circles).toHaveLength(3);
	expect(middle[0]).toBeCloseTo(((first[0] ?? NaN) + (last[0] ?? NaN)) / 2);
	expect(middle[1]).toBeCloseTo(((first[1] ?? NaN) + (last[1] ?? NaN)) / 2);
	expect(last[0]).toBeGreaterThan(first[0] ?? NaN);
	expect(last[1]).toBeLessThan(first[1] ?? NaN);
});
