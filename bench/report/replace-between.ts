/** The lines between which the page has the benchmark's section. */
export const markers = {
	start: '<!-- benchmark: written by npm run bench -->',
	end: '<!-- benchmark: end -->',
};

/** @throws if the text does not have the two markers, in their order */
export function replaceBetween(text: string, section: string): string {
	const { start, end } = markers;
	const from = text.indexOf(start);
	const to = text.indexOf(end);
	if (from < 0 || to < from) throw new Error(`There is no "${start}" … "${end}"`);
	return `${text.slice(0, from + start.length)}\n\n${section.trim()}\n\n${text.slice(to)}`;
}
