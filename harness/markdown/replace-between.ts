/** The lines between which a page has a section that a command writes. */
export interface Markers {
	start: string;
	end: string;
}

/** @throws if the text does not have the two markers, in their order */
export function replaceBetween(text: string, { start, end }: Markers, section: string): string {
	const from = text.indexOf(start);
	const to = text.indexOf(end);
	if (from < 0 || to < from) throw new Error(`There is no "${start}" … "${end}"`);
	return `${text.slice(0, from + start.length)}\n\n${section.trim()}\n\n${text.slice(to)}`;
}
