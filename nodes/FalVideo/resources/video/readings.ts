/**
 * How forms, sheets and language models write what the fields have a list for. Each takes a text,
 * trimmed and in small letters, and gives the choice that is meant, or `undefined`.
 */

/** Seconds: `5`, `5.0`, `5s`, `5 sec`, `5 seconds`. */
export function secondsMeant(text: string): string | undefined {
	const number = /^0*(\d+)(?:[.,]0+)?\s*(?:s|secs?|seconds?)?\.?$/.exec(text)?.[1];
	return number;
}

const words: Record<string, string> = {
	landscape: '16:9',
	horizontal: '16:9',
	widescreen: '16:9',
	portrait: '9:16',
	vertical: '9:16',
	square: '1:1',
};

/** A shape: `16:9`, `16x9`, `16/9`, `landscape`, `16:9 (landscape)`, `landscape (16:9)`. */
export function shapeMeant(text: string): string | undefined {
	const parts = /^(?<first>[^()]*?)\s*(?:\((?<second>[^()]*)\))?$/.exec(text)?.groups;
	const shapes = [parts?.first, parts?.second]
		.filter((part) => part !== undefined && part !== '')
		.map((part = '') => ratio(part) ?? words[part.trim()]);
	const [shape] = shapes;
	// Both parts must say the same: "16:9 (portrait)" cannot be meant.
	return shapes.every((one) => one === shape) ? shape : undefined;
}

function ratio(text: string): string | undefined {
	const [, width, height] = /^\s*(\d+)\s*[:x×/]\s*(\d+)\s*$/.exec(text) ?? [];
	return width === undefined ? undefined : `${width}:${height}`;
}

/** Lines of a picture: `1080p`, `1080`. */
export function linesMeant(text: string): string | undefined {
	const lines = /^(\d+)\s*p?$/.exec(text)?.[1];
	return lines === undefined ? undefined : `${lines}p`;
}
