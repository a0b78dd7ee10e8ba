/** NaN for an empty list, as for the functions that follow. */
export function mean(numbers: number[]): number {
	return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** The middle one, or the mean of the two in the middle. */
export function median(numbers: number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? NaN;
	return mean(sorted.slice(middle - 1, middle + 1));
}

/** The largest; unlike `Math.max` it takes a list of any length. */
export function largest(numbers: number[]): number {
	return numbers.reduce(
		(max, each) => (each > max ? each : max),
		numbers.length > 0 ? -Infinity : NaN,
	);
}

/** How many of the spans (from, to) there are at the same moment at most; an end frees its place. */
export function mostAtOnce(spans: [from: number, to: number][]): number {
	const steps = spans.flatMap(([from, to]) => [
		{ at: from, step: 1 },
		{ at: to, step: -1 },
	]);
	steps.sort((a, b) => a.at - b.at || a.step - b.step);
	let running = 0;
	return steps.reduce((most, { step }) => {
		running += step;
		return Math.max(most, running);
	}, 0);
}

/** How many of the moments lie within any one window of this length at most; its end is not in it. */
export function mostWithin(windowMs: number, moments: number[]): number {
	const sorted = [...moments].sort((a, b) => a - b);
	let first = 0;
	let most = 0;
	for (const [index, moment] of sorted.entries()) {
		while (moment - (sorted[first] ?? moment) >= windowMs) first++;
		most = Math.max(most, index - first + 1);
	}
	return most;
}

/**
 * How much steeper a curve is in its last part than before: 1 for a straight line, whatever it starts
 * from; about 4 for a parabola through 10, 300 and 1,000.
 *
 * @param points three of them, in order
 */
export function steepening(...points: [Point, Point, Point]): number {
	const [first, middle, last] = points;
	return slope(middle, last) / slope(first, middle);
}

type Point = [x: number, y: number];

function slope([x1, y1]: Point, [x2, y2]: Point): number {
	return (y2 - y1) / (x2 - x1);
}
