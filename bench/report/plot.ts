/** One line of measured points. */
export interface Panel {
	title: string;
	/** The unit of the values. */
	unit: string;
	points: [items: number, value: number][];
}

const panelWidth = 340;
const panelHeight = 260;
const margin = { left: 56, right: 16, top: 36, bottom: 40 };

/** Grey and blue that are legible on white and on black alike; there is no background. */
const ink = '#808890';
const accent = '#3d8bfd';

/** Panels side by side as an SVG picture: points, the line through them, axes from zero. */
export function plot(panels: Panel[]): string {
	const width = panelWidth * panels.length;
	const parts = panels.map(
		(panel, index) => `<g transform="translate(${index * panelWidth} 0)">\n${drawn(panel)}\n</g>`,
	);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${panelHeight}" width="${width}" height="${panelHeight}" font-family="sans-serif" font-size="11" fill="${ink}">
${parts.join('\n')}
</svg>
`;
}

function drawn({ title, unit, points }: Panel): string {
	const right = panelWidth - margin.right;
	const bottom = panelHeight - margin.bottom;
	const xTicks = ticks(Math.max(...points.map(([items]) => items)));
	const yTicks = ticks(Math.max(...points.map(([, value]) => value)));
	const x = scaleOf(xTicks, margin.left, right);
	const y = scaleOf(yTicks, bottom, margin.top);
	const line = points.map(([items, value]) => `${x(items)},${y(value)}`).join(' ');
	return [
		`<text x="${margin.left}" y="18" font-size="13">${title}</text>`,
		...yTicks.flatMap((tick) => [
			`<path d="M${margin.left} ${y(tick)}H${right}" stroke="${ink}" stroke-opacity="0.3"/>`,
			`<text x="${margin.left - 6}" y="${y(tick) + 4}" text-anchor="end">${label(tick)} ${unit}</text>`,
		]),
		...xTicks.map(
			(tick) =>
				`<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${label(tick)}</text>`,
		),
		`<text x="${(margin.left + right) / 2}" y="${bottom + 32}" text-anchor="middle">items</text>`,
		`<polyline points="${line}" fill="none" stroke="${accent}" stroke-width="2"/>`,
		...points.map(
			([items, value]) => `<circle cx="${x(items)}" cy="${y(value)}" r="3.5" fill="${accent}"/>`,
		),
	].join('\n');
}

/** Four or five round numbers from zero to at least the largest value. */
export function ticks(largest: number): number[] {
	const power = 10 ** Math.floor(Math.log10(largest / 4));
	const step = ([1, 2, 2.5, 5, 10].find((each) => each * power * 4 >= largest) ?? 10) * power;
	return [0, 1, 2, 3, 4].map((index) => index * step);
}

function scaleOf(ticks: number[], from: number, to: number): (value: number) => number {
	const largest = ticks.at(-1) ?? 1;
	return (value) => Math.round((from + ((to - from) * value) / largest) * 10) / 10;
}

function label(value: number): string {
	return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
