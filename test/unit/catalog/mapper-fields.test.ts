import { endpoints } from '../../../harness/standin/catalog/endpoints';
import { openApiDocument } from '../../../harness/standin/catalog/openapi-document';
import {
	fieldsOfInputs,
	goneField,
	type InputField,
	savedInputs,
} from '../../../nodes/FalVideo/resources/catalog/mapper-fields';
import type { Form, ModelInput } from '../../../nodes/FalVideo/resources/catalog/model-input';
import { inputsIn } from '../../../nodes/FalVideo/resources/catalog/openapi';

const MODEL = 'fal-ai/model';

const inputOf = (forms: Form[], more: Partial<ModelInput> = {}): ModelInput => ({
	name: 'x',
	title: 'X',
	isRequired: false,
	forms,
	...more,
});

const fieldOf = (input: ModelInput) => {
	const [field] = fieldsOfInputs(MODEL, [input], 'text');
	if (!field) throw new Error('There is no field');
	return field;
};

const types: Array<[string, Form[], string]> = [
	['a text', [{ type: 'text' }], 'string'],
	['a number', [{ type: 'number' }], 'number'],
	['a whole number', [{ type: 'integer' }], 'number'],
	['yes or no', [{ type: 'switch' }], 'boolean'],
	['choices', [{ type: 'text', choices: ['a', 'b'] }], 'options'],
	['yes or no as choices', [{ type: 'switch', choices: [true, false] }], 'boolean'],
	['a list', [{ type: 'list' }], 'array'],
	['an object', [{ type: 'object' }], 'object'],
	['anything', [{ type: 'any' }], 'string'],
	['nothing', [], 'string'],
	['an object or choices', [{ type: 'object' }, { type: 'text', choices: ['a'] }], 'options'],
	['a word or a number', [{ type: 'text', choices: ['auto'] }, { type: 'integer' }], 'string'],
	['a text or a number', [{ type: 'text' }, { type: 'number' }], 'string'],
];

test.each(types)('%s is a field of the right type', (_, forms, type) => {
	expect(fieldOf(inputOf(forms)).type).toBe(type);
});

test('choices keep their types, and say which is the default and what they are for', () => {
	const choices = inputOf([{ type: 'number', choices: [4, 6] }], {
		default: 6,
		description: 'How long it is',
	});
	expect(fieldOf(choices)).toMatchObject({
		displayName: 'X (default 6)',
		defaultValue: 6,
		options: [
			{ name: '4', value: 4, description: 'How long it is' },
			{ name: '6', value: 6, description: 'The model’s default' },
		],
	});
});

test.each<[string, Partial<ModelInput>, Form[], string]>([
	['its limits', {}, [{ type: 'integer', min: 1, max: 60 }], 'X (1 to 60)'],
	[
		'limits and default',
		{ default: 24 },
		[{ type: 'integer', min: 1 }],
		'X (at least 1, default 24)',
	],
	['the longest text', {}, [{ type: 'text', max: 2500 }], 'X (at most 2,500 characters)'],
	['how many', {}, [{ type: 'list', min: 1, max: 6 }], 'X (1 to 6 items)'],
	['yes', { default: true }, [{ type: 'switch' }], 'X (default true)'],
	[
		'what an image may be',
		{ name: 'end_image_url' },
		[{ type: 'text' }],
		'X (an address or a file field)',
	],
	['no long default', { default: 'blur, distort, and low quality' }, [{ type: 'text' }], 'X'],
	['no empty default', { default: '' }, [{ type: 'text' }], 'X'],
	['no default that is an object', { default: { a: 1 } }, [{ type: 'object' }], 'X'],
])('the label says %s', (_, more, forms, label) => {
	expect(fieldOf(inputOf(forms, more)).displayName).toBe(label);
});

test.each<[string, unknown, Form, unknown]>([
	['a text', 'none', { type: 'text' }, 'none'],
	['an empty text', '', { type: 'text' }, ''],
	['a number', 0.5, { type: 'number' }, 0.5],
	['a number written as a text', '5', { type: 'integer' }, 5],
	['yes', true, { type: 'switch' }, true],
	['a choice', '8s', { type: 'text', choices: ['4s', '8s'] }, '8s'],
	['a choice that there is not', '9s', { type: 'text', choices: ['4s', '8s'] }, undefined],
	['a list', ['a'], { type: 'list' }, undefined],
	['a text for a list', 'a', { type: 'list' }, undefined],
	['a word for yes or no', 'yes', { type: 'switch' }, undefined],
	['none', undefined, { type: 'text' }, undefined],
])('a field that is added begins with the default: %s', (_, usual, form, start) => {
	expect(fieldOf(inputOf([form], { default: usual })).defaultValue).toBe(start);
});

test('what has a field of the node’s own is not shown, whatever the model says of it', () => {
	const text: Form[] = [{ type: 'text' }];
	const inputs = [
		inputOf(text, { name: 'prompt', isRequired: true }),
		inputOf(text, { name: 'image_url', isRequired: true }),
		inputOf(text, { name: 'end_image_url' }),
	];
	const shown = (source: 'text' | 'image') =>
		fieldsOfInputs(MODEL, inputs, source).map(({ id, display, required, removed, fal }) => [
			id,
			display,
			required,
			removed,
			fal.isRequired,
		]);
	expect(shown('text')).toEqual([
		['prompt', false, false, true, true],
		['image_url', true, true, false, true],
		['end_image_url', true, false, true, undefined],
	]);
	expect(shown('image')).toEqual([
		['prompt', false, false, true, true],
		['image_url', false, false, true, true],
		['end_image_url', true, false, true, undefined],
	]);
});

const expression = '={{ $json.secret }}';

test('no text of the catalogue is an expression to n8n', () => {
	const hostile: ModelInput[] = [
		inputOf([{ type: 'text' }], { name: expression }),
		inputOf([{ type: 'text' }], { name: 'title', title: expression, default: expression }),
		inputOf([{ type: 'text' }], { name: 'title_too', title: expression, default: expression }),
		inputOf([{ type: 'text', choices: ['a', expression] }], {
			name: 'choices',
			description: expression,
			default: expression,
		}),
		inputOf([{ type: 'text', choices: ['a'] }], { name: 'explained', description: expression }),
		inputOf([{ type: 'list', items: { type: 'text', choices: [expression] } }], { name: 'list' }),
	];
	const fields = fieldsOfInputs(MODEL, hostile, 'text');
	expect(fields).toHaveLength(5);
	const gone = fields.map(goneField);
	for (const text of textsIn([fields, gone])) expect(text.startsWith('=')).toBe(false);
	// Of a list with such a choice nothing is checked, so that what is given is sent.
	expect(fields.find(({ id }) => id === 'choices')?.type).toBe('string');
});

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, one]) => [key, ...textsIn(one)]);
}

/** As n8n's editor names what a language model fills. */
const namedByEditor = (label: string) => label.slice(0, 63).replace(/[^a-zA-Z0-9-]/g, '_');

test('labels are unique, also as n8n names them for a language model', () => {
	const long = 'A title that goes on and on, longer than any name that n8n would ever keep of it';
	const titles = ['Same', 'Same', 'same!', long, long, `${long} 2`, 'Größe', 'Grösse', 'ÄÖ', 'ÜÖ'];
	const inputs = titles.map((title, n) =>
		inputOf([{ type: 'text' }], { title, name: `input_${n}` }),
	);
	const names = fieldsOfInputs(MODEL, inputs, 'text').map(({ displayName }) =>
		namedByEditor(displayName),
	);
	expect(new Set(names).size).toBe(titles.length);
	for (const name of names) expect(name.length).toBeLessThan(64);
});

test('labels are unique where even the names are long and alike', () => {
	const start = 'a_name_that_goes_on_and_on_longer_than_any_that_n8n_would_keep';
	const inputs = ['a', 'b', 'c'].map((end) =>
		inputOf([{ type: 'text' }], { name: `${start}_${end}`, title: 'Same' }),
	);
	const names = fieldsOfInputs(MODEL, inputs, 'text').map(({ displayName }) =>
		namedByEditor(displayName),
	);
	expect(new Set(names).size).toBe(3);
});

test.each(Object.entries(endpoints))('labels of %s are unique and short', (id, facts) => {
	const fields = fieldsOfInputs(id, inputsIn(openApiDocument(id, facts), id) ?? [], 'text');
	const names = fields.map(({ displayName }) => namedByEditor(displayName));
	expect(new Set(names).size).toBe(facts.input.length);
	for (const { displayName } of fields) expect(displayName.length).toBeLessThanOrEqual(60);
});

test.each(Object.entries(endpoints))('%s is read back as it was saved', (id, facts) => {
	const inputs = inputsIn(openApiDocument(id, facts), id) ?? [];
	const fields = fieldsOfInputs(id, inputs, 'text');
	const saved = savedInputs(JSON.parse(JSON.stringify(fields)));
	expect(saved).toEqual({
		model: id,
		inputs: inputs.map(({ name, title, forms, isRequired }) => ({
			name,
			title,
			forms,
			isRequired,
		})),
	});
});

describe('a field whose input is gone', () => {
	const field: InputField = fieldOf(inputOf([{ type: 'text' }], { isRequired: true }));

	test('stays marked, once, and is not checked any more', () => {
		const gone = goneField(field);
		expect(gone).toMatchObject({
			displayName: 'X (no longer an input of this model)',
			required: false,
		});
		expect(goneField(gone).displayName).toBe(gone.displayName);
		expect(savedInputs([fieldOf(inputOf([], { name: 'y' })), gone])?.inputs).toMatchObject([
			{ name: 'y' },
		]);
	});
});

test.each([
	['nothing', undefined],
	['null', null],
	['a text', 'x'],
	['an empty list', []],
	['fields of other makers', [{ id: 'x', displayName: 'X', type: 'string' }]],
	['fields that somebody has changed', [{ id: 'x', fal: { model: 5 } }, null, 7]],
])('of %s it reads no schema', (_, schema) => {
	expect(savedInputs(schema)).toBeUndefined();
});
