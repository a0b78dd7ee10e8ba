import { InputError, shown } from '../../execution/errors/input-error';
import { checkText } from '../checks';

/** What opens and what closes a quotation. */
const quotes = [
	['"', '"'],
	["'", "'"],
	['“', '”'],
	['„', '“'],
	['„', '”'],
	['«', '»'],
	['‘', '’'],
] as const;

/**
 * A prompt, as it is meant: without blanks at its ends, and without the code fence or the quotation
 * marks that a language model puts around its whole answer.
 *
 * @param field what errors call it
 * @param written the field as it stands in the node, an expression or not: for what to write instead
 * @throws {InputError} when it is no text, or longer than `longest` characters
 */
export function readText(
	field: string,
	value: unknown,
	longest: number,
	written: unknown = undefined,
): string {
	if (typeof value === 'object' && value !== null) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a text of at most ${longest.toLocaleString('en-US')} characters. ${insteadOf(value, written)}`,
		);
	}
	if (typeof value === 'string' && value.includes('[object Object]')) {
		throw new InputError(
			`${field} is ${shown(value)}, in which an object stands for a text; it must be a text of at most ${longest.toLocaleString('en-US')} characters. Write the field of the object that holds the text, such as {{ $json.output.prompt }}`,
		);
	}
	const text = typeof value === 'string' ? unquoted(unfenced(value.trim())) : value;
	return checkText(field, text, longest);
}

// Only where the fence is the whole text: one within it may be meant.
function unfenced(text: string): string {
	const inner = /^```(?:[\w-]*\s*\n)?(.*?)```$/s.exec(text)?.[1];
	return inner === undefined || inner.includes('```') ? text : inner.trim();
}

// Only where both belong together: `"Stop," she says, "stop"` begins and ends with one, too.
function unquoted(text: string): string {
	for (const [open, close] of quotes) {
		if (text.length < 2 || !text.startsWith(open) || !text.endsWith(close)) continue;
		const inner = text.slice(1, -1);
		if (!inner.includes(open) && !inner.includes(close)) return inner.trim();
	}
	return text;
}

/** The names under which language models and forms give a prompt. */
const usual = /^(prompt|video_?prompt|text|content|description|output|message)$/i;

/** What to write in the place of an expression that gives an object or a list. */
function insteadOf(value: object, written: unknown): string {
	const texts = textsWithin(value);
	const [best = texts[0]] = texts.filter(({ name }) => usual.test(name));
	if (best === undefined) {
		return 'Write an expression that gives a text, such as {{ $json.output.prompt }}';
	}
	// A plain path, such as $json.output: another expression may not be one that a path can follow.
	const path =
		typeof written === 'string' ? /^=\s*\{\{\s*([$\w.[\]"'()-]+)\s*\}\}\s*$/.exec(written) : null;
	const instead = `{{ ${path?.[1] ?? '$json.output'}${best.path} }}`;
	if (path === null) return `Write the part of it that is the text, as in ${instead}`;
	return texts.length === 1 ? `Write ${instead}` : `Write one of its texts, such as ${instead}`;
}

interface TextWithin {
	/** The name of the field that it is in; of a list, that of the list. */
	name: string;
	/** How an expression goes on to it, such as `.message.content`. */
	path: string;
}

/** How deep an object is looked into, and how many entries of a list. */
const deepest = 3;
const mostEntries = 3;

function textsWithin(value: unknown, name = '', path = '', depth = 0): TextWithin[] {
	if (typeof value === 'string') return value.trim() === '' ? [] : [{ name, path }];
	if (typeof value !== 'object' || value === null || depth > deepest) return [];
	if (Array.isArray(value)) {
		return value
			.slice(0, mostEntries)
			.flatMap((one, index) => textsWithin(one, name, `${path}[${index}]`, depth + 1));
	}
	return Object.entries(value).flatMap(([key, one]) =>
		textsWithin(
			one,
			key,
			path + (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`),
			depth + 1,
		),
	);
}
