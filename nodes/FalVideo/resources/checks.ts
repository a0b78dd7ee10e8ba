import { InputError, shown } from '../execution/errors/input-error';

/** Whether a value is none: an expression without one, an empty cell, a list of nothing. */
export function isEmpty(value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0 || (value.length === 1 && isEmpty(value[0]));
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

/** Reads a value that is there; one that is not is `undefined`. */
export function ifGiven<Value>(value: unknown, read: () => Value): Value | undefined {
	return isEmpty(value) ? undefined : read();
}

/** How `checkNumber` reads a value. */
interface NumberRange {
	min: number;
	max: number;
	/** What it counts, in the plural, such as `seconds`. */
	unit?: string;
	/** Whether a comma is one of decimals: where no number is so large that it parts thousands. */
	comma?: boolean;
}

/**
 * A number from a field or an expression, where `0.7` and `"0.7"` are the same.
 *
 * @param field the field's name as the editor shows it
 * @throws {InputError} when it is no number, or out of range
 */
export function checkNumber(
	field: string,
	value: unknown,
	{ min, max, unit = '', comma = false }: NumberRange,
): number {
	const one = theOnly(value);
	const text = typeof one === 'string' && comma ? one.replace(',', '.') : one;
	const number = typeof text === 'string' && text.trim() !== '' ? Number(text) : text;
	if (typeof number !== 'number' || !(number >= min && number <= max)) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a number from ${min} to ${max}${unit && ` ${unit}`}`,
		);
	}
	return number;
}

/** How `checkChoice` reads a value. */
interface ChoiceReading {
	/** What the choices are those of, for the error, such as ` for Kling 3`. */
	where?: string;
	/** Makes a choice of another way to write it; the text comes trimmed and in small letters. */
	read?: (text: string) => string | undefined;
}

/**
 * One of the choices of a field, in any case, where `5`, `"5"` and a list of it are the same.
 *
 * @throws {InputError} when it is none of them
 */
export function checkChoice<Choice extends string>(
	field: string,
	value: unknown,
	choices: readonly Choice[],
	{ where = '', read = (text) => text }: ChoiceReading = {},
): Choice {
	const one = theOnly(value);
	const text = typeof one === 'number' || typeof one === 'string' ? String(one).trim() : undefined;
	const small = text?.toLowerCase();
	const meant = small === undefined ? undefined : (read(small) ?? small);
	const choice = choices.find((each) => each.toLowerCase() === meant);
	if (choice === undefined) {
		const list = choices.map((each) => `"${each}"`).join(', ');
		throw new InputError(`${field} is ${shown(value)}; it must be one of these${where}: ${list}`);
	}
	return choice;
}

const yes = ['true', 'yes', 'on', '1'];
const no = ['false', 'no', 'off', '0'];

/** Yes or no, however it is written; `undefined` when it is neither. */
export function asBoolean(value: unknown): boolean | undefined {
	const one = theOnly(value);
	if (typeof one === 'boolean') return one;
	const text = typeof one === 'number' || typeof one === 'string' ? String(one) : '';
	const word = text.trim().toLowerCase();
	if (yes.includes(word)) return true;
	return no.includes(word) ? false : undefined;
}

/**
 * Yes or no, where `true`, `"true"`, `"yes"`, `"on"` and `1` are the same.
 *
 * @throws {InputError} when it is neither
 */
export function checkBoolean(field: string, value: unknown): boolean {
	const answer = asBoolean(value);
	if (answer !== undefined) return answer;
	throw new InputError(`${field} is ${shown(value)}; it must be true or false`);
}

/**
 * A choice between the model's own way, on and off, where yes and no are on and off.
 *
 * @returns `undefined` for the model's own way
 * @throws {InputError} when it is none of them
 */
export function checkSwitch(field: string, value: unknown): boolean | undefined {
	const one = theOnly(value);
	if (isEmpty(one)) return undefined;
	if (typeof one === 'string' && one.trim().toLowerCase() === 'default') return undefined;
	const answer = asBoolean(one);
	if (answer !== undefined) return answer;
	throw new InputError(
		`${field} is ${shown(value)}; it must be one of these: "default", "on", "off", true or false`,
	);
}

/**
 * A text of at most `longest` characters (Unicode code points).
 *
 * @throws {InputError} when it is no text, or longer
 */
export function checkText(field: string, value: unknown, longest: number): string {
	if (typeof value !== 'string') {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a text of at most ${count(longest)} characters`,
		);
	}
	const length = [...value].length;
	if (length > longest) {
		throw new InputError(
			`${field} has ${count(length)} characters; it may have at most ${count(longest)}. It begins ${shown(value)}`,
		);
	}
	return value;
}

/**
 * A JSON object, as text or as an object; empty is `{}`.
 *
 * @throws {InputError} when it is anything else, or has a name such as `__proto__` anywhere in it
 */
export function checkObject(field: string, value: unknown): Record<string, unknown> {
	let object = value;
	if (value === undefined || value === null || value === '') return {};
	if (typeof value === 'string') {
		try {
			object = JSON.parse(value);
		} catch {
			object = undefined;
		}
	}
	if (typeof object !== 'object' || object === null || Array.isArray(object)) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a JSON object such as {"seed": 7}`,
		);
	}
	const lost = lostName(object);
	if (lost !== undefined) {
		throw new InputError(
			`${field} has the name "${lost}", which is no input of a model; leave it out`,
		);
	}
	return object as Record<string, unknown>;
}

/** Names that n8n's HTTP helper leaves out of a body without a word, at any depth. */
export const lostNames = ['__proto__', 'constructor', 'prototype'];

export function lostName(value: unknown): string | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const own = lostNames.find((name) => Object.hasOwn(value, name));
	if (own !== undefined) return own;
	for (const one of Object.values(value)) {
		const within = lostName(one);
		if (within !== undefined) return within;
	}
	return undefined;
}

// A lookup or a field for several choices gives a list, often of one.
export function theOnly(value: unknown): unknown {
	return Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
}

function count(number: number): string {
	return number.toLocaleString('en-US');
}
