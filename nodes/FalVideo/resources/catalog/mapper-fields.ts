import type { INodePropertyOptions, ResourceMapperField } from 'n8n-workflow';
import { z } from 'zod';
import { read } from '../../queue/read';
import type { Source } from '../models';
import { type Form, type ModelInput, startPicture, takesPicture } from './model-input';
import { plain } from './plain';
import { limits } from './values';

/**
 * What is kept with a field of the mapper, which n8n saves in the workflow: so that running needs no
 * catalogue.
 */
interface Kept {
	/** The endpoint that it is an input of. */
	model: string;
	title: string;
	forms: Form[];
	/** Whether the model wants it; of one with a field of the node's own, n8n must not know. */
	isRequired?: true;
	/** The input is gone from the model, and stays because it has a value. */
	isGone?: true;
}

/** A field of the mapper. */
export type InputField = ResourceMapperField & { fal: Kept };

/** The longest name that n8n gives a field which a language model fills, in characters. */
const longestLabel = 60;

/** How long an explanation may be, in characters: it is saved with the workflow. */
const longestDescription = 300;

/**
 * The fields of a model's inputs. Those that have a field of the node's own, the prompt and the image
 * that the video is made of, are there for their limits, and not shown.
 *
 * @param source what the video is made of
 */
export function fieldsOfInputs(
	model: string,
	inputs: readonly ModelInput[],
	source: Source,
): InputField[] {
	const picture = source === 'image' ? startPicture(inputs) : undefined;
	const labels = new Set<string>();
	return inputs
		.filter(({ name }) => !name.startsWith('='))
		.map((input) => {
			const isOwn = input.name === 'prompt' || input === picture;
			const forms = input.forms.map(withoutExpressions);
			const { name, isRequired, description } = input;
			const choices = choicesIn(forms);
			const type = fieldType(forms);
			const start = startValue(input.default, type, choices);
			return {
				id: name,
				displayName: uniqueLabel({ ...input, forms }, labels),
				required: isRequired && !isOwn,
				defaultMatch: false,
				canBeUsedToMatch: false,
				display: !isOwn,
				removed: isOwn || !isRequired,
				type,
				...(type === 'options' ? { options: optionsOf(choices, input.default, description) } : {}),
				...(start === undefined ? {} : { defaultValue: start }),
				fal: {
					model,
					title: plain(input.title),
					forms,
					...(isRequired ? { isRequired: true as const } : {}),
				},
			};
		});
}

/** A field whose input the model no longer has, which stays because it has a value. */
export function goneField(field: InputField): InputField {
	const mark = ' (no longer an input of this model)';
	const displayName = field.displayName.endsWith(mark)
		? field.displayName
		: field.displayName + mark;
	return { ...field, displayName, required: false, fal: { ...field.fal, isGone: true } };
}

const formSchema: z.ZodType<Form, z.ZodTypeDef, unknown> = z.lazy(() =>
	z.object({
		type: z.enum(['text', 'number', 'integer', 'switch', 'list', 'object', 'any']),
		choices: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
		min: z.number().optional(),
		max: z.number().optional(),
		beyondMin: z.boolean().optional(),
		beyondMax: z.boolean().optional(),
		items: formSchema.optional(),
	}),
) as z.ZodType<Form, z.ZodTypeDef, unknown>;

const fieldSchema = z.object({
	id: z.string(),
	removed: z.boolean().optional(),
	fal: z.object({
		model: z.string(),
		title: z.string(),
		forms: z.array(formSchema),
		isRequired: z.boolean().optional(),
		isGone: z.boolean().optional(),
	}),
});

/** The inputs of a model, as a workflow has saved them. */
export interface SavedInputs {
	model: string;
	inputs: ModelInput[];
}

/** Reads the schema that a workflow has saved with its mapper; `undefined` where there is none. */
export function savedInputs(schema: unknown): SavedInputs | undefined {
	const fields = (Array.isArray(schema) ? schema : []).flatMap(
		(field) => read(fieldSchema, field) ?? [],
	);
	const model = fields[0]?.fal.model;
	if (model === undefined) return undefined;
	const inputs = fields
		.filter(({ fal }) => fal.model === model && !fal.isGone)
		.map(({ id, fal }) => ({
			name: id,
			title: fal.title,
			forms: fal.forms,
			isRequired: fal.isRequired === true,
		}));
	return { model, inputs };
}

// A text in the mapper that began so would be evaluated by n8n. A model with such a choice has its
// values sent as they are given.
function withoutExpressions(form: Form): Form {
	const { choices, items, ...others } = form;
	const isSafe = choices?.every((one) => !(typeof one === 'string' && one.startsWith('=')));
	return {
		...others,
		...(choices && isSafe ? { choices } : {}),
		...(items ? { items: withoutExpressions(items) } : {}),
	};
}

const choicesIn = (forms: readonly Form[]) => [
	...new Set(forms.flatMap(({ choices }) => choices ?? [])),
];

function fieldType(forms: readonly Form[]): NonNullable<ResourceMapperField['type']> {
	const [first, ...others] = forms;
	if (first === undefined) return 'string';
	const isChosen = forms.some(({ choices }) => choices);
	// A list, or an object beside it, which an expression can give.
	const isClosed = forms.every(({ choices, type }) => choices ?? ['object', 'list'].includes(type));
	if (isChosen && isClosed) return first.type === 'switch' ? 'boolean' : 'options';
	if (others.length > 0) return 'string';
	const types = {
		text: 'string',
		number: 'number',
		integer: 'number',
		switch: 'boolean',
		list: 'array',
		object: 'object',
		any: 'string',
	} as const;
	return types[first.type];
}

function optionsOf(
	choices: ReturnType<typeof choicesIn>,
	start: unknown,
	explanation: string | undefined,
): INodePropertyOptions[] {
	const about = plain((explanation ?? '').slice(0, longestDescription));
	return choices.map((value, index) => {
		const parts = [
			...(value === start ? ['The model’s default'] : []),
			...(index === 0 ? [about] : []),
		]
			.filter((part) => part !== '')
			.join('. ');
		return { name: String(value), value, ...(parts === '' ? {} : { description: parts }) };
	});
}

// What a field begins with when it is added: JSON and long texts are not repeated.
function startValue(
	value: unknown,
	type: string,
	choices: ReturnType<typeof choicesIn>,
): string | number | boolean | undefined {
	switch (type) {
		case 'options':
			return choices.find((choice) => choice === value);
		case 'boolean':
			return typeof value === 'boolean' ? value : undefined;
		case 'number': {
			const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
		}
		case 'string': {
			const text = typeof value === 'number' ? String(value) : value;
			return typeof text === 'string' && !text.startsWith('=') ? text : undefined;
		}
		default:
			return undefined;
	}
}

function uniqueLabel(input: ModelInput, labels: Set<string>): string {
	const label = labelOf(input);
	const marked = (mark: string) => `${label.slice(0, longestLabel - mark.length - 3)} (${mark})`;
	// Most are told apart by fal's names, and the others counted.
	let unique = label;
	for (let count = 1; labels.has(sentAs(unique)); count++) {
		const isNamed = count === 1 && input.name.length < longestLabel / 2;
		unique = marked(isNamed ? input.name : String(count));
	}
	labels.add(sentAs(unique));
	return unique;
}

// As n8n names it for a language model.
const sentAs = (label: string) => label.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, longestLabel);

function labelOf(input: ModelInput): string {
	const { forms, default: start } = input;
	const about = [
		...(takesPicture(input) ? ['an address or a file field'] : []),
		...(forms.length === 1 && forms[0] ? limitsIn(forms[0]) : []),
		...(isShort(start) ? [`default ${String(start)}`] : []),
	].join(', ');
	const label = `${plain(input.title)}${about === '' ? '' : ` (${about})`}`;
	return label.length <= longestLabel ? label : plain(input.title).slice(0, longestLabel);
}

function limitsIn(form: Form): string[] {
	if (form.choices) return [];
	const text = limits(
		form,
		form.type === 'text' ? ' characters' : form.type === 'list' ? ' items' : '',
	);
	return text === '' ? [] : [text.trim().replace(/^of |^from /, '')];
}

const isShort = (value: unknown): value is string | number | boolean =>
	typeof value === 'number' ||
	typeof value === 'boolean' ||
	(typeof value === 'string' && value !== '' && value.length <= 20);
