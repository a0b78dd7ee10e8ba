import { InputError, shown } from '../execution/errors/input-error';

/**
 * A number from a field or an expression, where `0.7` and `"0.7"` are the same.
 *
 * @param field the field's name as the editor shows it
 * @throws {InputError} when it is no number, or out of range
 */
export function checkNumber(
	field: string,
	value: unknown,
	{ min, max, unit = '' }: { min: number; max: number; unit?: string },
): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number !== 'number' || !(number >= min && number <= max)) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a number from ${min} to ${max}${unit && ` ${unit}`}`,
		);
	}
	return number;
}

/**
 * One of the choices of a field, where `5` and `"5"` are the same.
 *
 * @throws {InputError} when it is none of them
 */
export function checkChoice<Choice extends string>(
	field: string,
	value: unknown,
	choices: readonly Choice[],
	where = '',
): Choice {
	const text = typeof value === 'number' ? String(value) : value;
	const choice = choices.find((one) => one === (typeof text === 'string' ? text.trim() : text));
	if (choice === undefined) {
		const list = choices.map((one) => `"${one}"`).join(', ');
		throw new InputError(`${field} is ${shown(value)}; it must be one of these${where}: ${list}`);
	}
	return choice;
}

/**
 * Yes or no, where `true` and `"true"` are the same.
 *
 * @throws {InputError} when it is neither
 */
export function checkBoolean(field: string, value: unknown): boolean {
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new InputError(`${field} is ${shown(value)}; it must be true or false`);
}

/**
 * A choice between the model's own way, on and off, where yes and no are on and off.
 *
 * @returns `undefined` for the model's own way
 * @throws {InputError} when it is none of them
 */
export function checkSwitch(field: string, value: unknown): boolean | undefined {
	if (value === undefined || value === null || value === 'default') return undefined;
	if (value === 'on') return true;
	if (value === 'off') return false;
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
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
 * @throws {InputError} when it is anything else
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
	return object as Record<string, unknown>;
}

function count(number: number): string {
	return number.toLocaleString('en-US');
}
