import { InputError, shown } from '../../execution/errors/input-error';
import { asBoolean, isEmpty, theOnly } from '../checks';
import { linesMeant, secondsMeant, shapeMeant } from '../video/readings';
import type { Form, ModelInput } from './model-input';

/**
 * Brings a value of an item to the type that a model wants for an input, and holds it against the
 * model's limits: `8`, `"8"` and `"8s"` become the choice `"8s"` where that is the one there is.
 *
 * @param model what errors call the model
 * @returns `undefined` for a value that is empty: nothing is sent
 * @throws {InputError} naming the input, the value and what is allowed
 */
export function valueFor(input: ModelInput, value: unknown, model: string): unknown {
	if (isEmpty(value)) return undefined;
	const readings = nearestFirst(input.forms, value).map((form) => readAs(form, value, input));
	const fitting = readings.find((reading) => 'value' in reading);
	if (fitting && 'value' in fitting) return fitting.value;
	throw new InputError(
		`${input.title} (${input.name}) is ${shown(value)}; ${model} takes ${input.forms.map(wanted).join(', or ')}`,
	);
}

// A number stays one where the model takes a text, too; and a list of one is first a list.
function nearestFirst(forms: readonly Form[], value: unknown): Form[] {
	const given = parsed(value);
	const kinds = [kindOf(given), kindOf(theOnly(given))];
	const distance = ({ type }: Form) => {
		const place = kinds.indexOf(type === 'integer' ? 'number' : type);
		return place < 0 ? kinds.length : place;
	};
	return [...forms].sort((one, other) => distance(one) - distance(other));
}

function kindOf(value: unknown): Form['type'] {
	if (Array.isArray(value)) return 'list';
	const kinds: Record<string, Form['type']> = {
		string: 'text',
		number: 'number',
		boolean: 'switch',
		object: 'object',
	};
	return kinds[typeof value] ?? 'any';
}

type Reading = { value: unknown } | { unfit: true };

const unfit = { unfit: true } as const;

function readAs(form: Form, given: unknown, input: Pick<ModelInput, 'name'>): Reading {
	const { type, choices } = form;
	if (choices) return choiceMeant(choices, theOnly(given));
	switch (type) {
		case 'text':
			return textMeant(form, theOnly(given));
		case 'number':
		case 'integer':
			return numberMeant(form, theOnly(given), input);
		case 'switch': {
			const answer = asBoolean(given);
			return answer === undefined ? unfit : { value: answer };
		}
		case 'list':
			return listMeant(form, given, input);
		case 'object':
			return objectMeant(given);
		case 'any':
			return { value: parsed(given) };
	}
}

// As it is written, else in any case, else what both of them mean: "8" and "8s", "1080" and "1080p",
// "landscape" and "16:9".
function choiceMeant(choices: NonNullable<Form['choices']>, value: unknown): Reading {
	if (typeof value === 'object') return unfit;
	const same = choices.find((choice) => choice === value);
	if (same !== undefined) return { value: same };
	const text = small(value);
	const saysYesOrNo = (one: string) => small(asBoolean(one) ?? '');
	// Where they are "1", "2", "3", yes is none of them.
	const areYesAndNo = choices.every((choice) => saysYesOrNo(small(choice)) !== '');
	const readers = [
		(one: string) => one,
		secondsMeant,
		linesMeant,
		shapeMeant,
		...(areYesAndNo ? [saysYesOrNo] : []),
	];
	for (const read of readers) {
		const meant = read(text);
		if (meant === undefined || meant === '') continue;
		const alike = choices.filter((choice) => read(small(choice)) === meant);
		if (alike.length === 1) return { value: alike[0] };
	}
	return unfit;
}

const small = (value: unknown) => String(value).trim().toLowerCase();

function textMeant({ min, max }: Form, value: unknown): Reading {
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
		return unfit;
	}
	const text = String(value);
	return isWithin([...text].length, { min, max }) ? { value: text } : unfit;
}

function numberMeant(form: Form, value: unknown, { name }: Pick<ModelInput, 'name'>): Reading {
	const text = typeof value === 'string' ? withPoint(value.trim()) : value;
	const isNumber = typeof text === 'number' || (typeof text === 'string' && text !== '');
	const seconds = typeof text === 'string' && /duration|seconds/.test(name);
	const number = Number((seconds ? secondsMeant(text.toLowerCase()) : undefined) ?? text);
	if (!isNumber || !Number.isFinite(number)) return unfit;
	const isWhole = form.type === 'number' || Number.isInteger(number);
	return isWhole && isWithin(number, form) ? { value: number } : unfit;
}

// "1,000" may be one or a thousand.
function withPoint(text: string): string {
	return /^-?[1-9]\d*,\d{3}$/.test(text) ? text : text.replace(/^(-?\d+),(\d+)$/, '$1.$2');
}

function listMeant(form: Form, given: unknown, input: Pick<ModelInput, 'name'>): Reading {
	const value = parsed(given);
	const { items } = form;
	// One value where a list is wanted is a list of it, unless it is a text that was to be JSON.
	const isSimple = items !== undefined && !['list', 'object', 'any'].includes(items.type);
	const isOne = typeof value === 'string' ? isSimple && !/^\s*\[/.test(value) : true;
	const list: unknown[] = Array.isArray(value) ? value : [value];
	if ((!Array.isArray(value) && !isOne) || !isWithin(list.length, form)) return unfit;
	if (!items) return { value: list };
	const readings = list.map((one) => (isEmpty(one) ? unfit : readAs(items, one, input)));
	return readings.every((reading) => 'value' in reading)
		? { value: readings.map((reading) => ('value' in reading ? reading.value : undefined)) }
		: unfit;
}

function objectMeant(given: unknown): Reading {
	const value = theOnly(parsed(given));
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { value } : unfit;
}

/** JSON as an editor's field gives it: as text, where it is a list or an object. */
function parsed(value: unknown): unknown {
	if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return value;
	}
}

function isWithin(number: number, { min, max, beyondMin, beyondMax }: Partial<Form>): boolean {
	const isAbove = min === undefined || (beyondMin ? number > min : number >= min);
	return isAbove && (max === undefined || (beyondMax ? number < max : number <= max));
}

/** What a form allows, in words. */
export function wanted(form: Form): string {
	const { type, choices } = form;
	if (choices) return `one of these: ${choices.map((one) => JSON.stringify(one)).join(', ')}`;
	switch (type) {
		case 'text':
			return `a text${limits(form, ' characters')}`;
		case 'number':
			return `a number${limits(form)}`;
		case 'integer':
			return `a whole number${limits(form)}`;
		case 'switch':
			return 'true or false';
		case 'list':
			return `a JSON list${limits(form, ' items')}${form.items ? `, each item ${wanted(form.items)}` : ''}`;
		case 'object':
			return 'a JSON object such as {"width": 1280}';
		case 'any':
			return 'any value';
	}
}

/** Limits in words: ` from 1 to 8 items`. */
export function limits({ min, max, beyondMin, beyondMax }: Form, unit = ''): string {
	const count = (number: number) => number.toLocaleString('en-US');
	const above = beyondMin ? 'above ' : 'from ';
	if (min !== undefined && max !== undefined) {
		return ` ${above}${count(min)} ${beyondMax ? 'to below' : 'to'} ${count(max)}${unit}`;
	}
	if (max !== undefined) return ` of ${beyondMax ? 'less than' : 'at most'} ${count(max)}${unit}`;
	if (min !== undefined && (min > 0 || unit === '')) {
		return ` of ${beyondMin ? 'more than' : 'at least'} ${count(min)}${unit}`;
	}
	return '';
}
