import { z } from 'zod';
import { objectIn, read, textIn } from '../../queue/read';
import { lostNames } from '../checks';
import type { Form, ModelInput } from './model-input';

type Json = Record<string, unknown>;

/** How deep references may lead: a schema that names itself has no end. */
const deepest = 8;

/**
 * Reads a model's inputs from its OpenAPI document, in fal's own order.
 *
 * @param document what fal's catalogue gives for an endpoint
 * @returns `undefined` where it has no input that could be read
 */
export function inputsIn(document: unknown, endpointId: string): ModelInput[] | undefined {
	const root = objectIn(document);
	const input = root && inputSchema(root, endpointId);
	const properties = objectIn(input?.properties);
	if (root === undefined || input === undefined || properties === undefined) return undefined;
	const required = names(input.required);
	const order = names(input['x-fal-order-properties']);
	const all = Object.keys(properties).filter((name) => !lostNames.includes(name));
	const ordered = [...new Set([...order.filter((name) => all.includes(name)), ...all])];
	return ordered.flatMap((name) => {
		const property = resolved(root, properties[name]);
		if (property === undefined) return [];
		const description = textIn(property.description)?.trim();
		return [
			{
				name,
				title: textIn(property.title)?.trim() || titleOf(name),
				...(description ? { description } : {}),
				isRequired: required.includes(name),
				...(property.default === undefined || property.default === null
					? {}
					: { default: property.default }),
				forms: formsOf(root, property),
			},
		];
	});
}

// The schema of the body that the endpoint is sent. Some endpoints stand in their document under the
// name of the app behind them.
function inputSchema(root: Json, endpointId: string): Json | undefined {
	const paths = objectIn(root.paths) ?? {};
	const own = paths[`/${endpointId}`];
	for (const path of [own, ...Object.values(paths)]) {
		const post = objectIn(objectIn(path)?.post);
		const content = objectIn(objectIn(resolved(root, post?.requestBody))?.content);
		const schema = resolved(root, objectIn(content?.['application/json'])?.schema);
		if (schema && objectIn(schema.properties)) return schema;
	}
	return undefined;
}

// A schema with what it refers to put in its place.
function resolved(root: Json, value: unknown, depth = 0): Json | undefined {
	const schema = objectIn(value);
	if (schema === undefined || depth > deepest) return undefined;
	const reference = textIn(schema.$ref);
	if (reference !== undefined) {
		const own = without(schema, '$ref');
		const parts = reference.replace(/^#\//, '').split('/');
		let target: unknown = root;
		for (const part of parts) {
			target = objectIn(target)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
		}
		const other = resolved(root, target, depth + 1);
		return other && { ...other, ...own };
	}
	const all: unknown[] = Array.isArray(schema.allOf) ? schema.allOf : [];
	if (all.length === 0) return schema;
	const own = without(schema, 'allOf');
	const parts = all.map((part) => resolved(root, part, depth + 1) ?? {});
	return Object.assign({}, ...parts, own) as Json;
}

function formsOf(root: Json, schema: Json, depth = 0): Form[] {
	const alternatives: unknown[] = [schema.anyOf, schema.oneOf].flatMap((list) =>
		Array.isArray(list) ? (list as unknown[]) : [],
	);
	if (alternatives.length > 0 && depth < deepest) {
		const shared = without(schema, 'anyOf', 'oneOf', 'default');
		const forms = alternatives.flatMap((one) => {
			const alternative = resolved(root, one);
			return alternative ? formsOf(root, { ...shared, ...alternative }, depth + 1) : [];
		});
		return forms.length > 0 ? together(forms) : [{ type: 'any' }];
	}
	const types = typesOf(schema);
	const choices = choicesOf(schema);
	// Null says that the input may be left out.
	if (types.length === 1 && types[0] === 'null') return [];
	if (choices) return choices.length > 0 ? [formOfChoices(choices)] : [];
	const forms = types.flatMap((type) => formOf(root, type, schema, depth));
	return forms.length > 0 ? forms : [{ type: 'any' }];
}

// Choices that stand there each for itself are one list of them.
function together(forms: readonly Form[]): Form[] {
	const choices = forms.flatMap((form) => form.choices ?? []);
	const first = forms.find((form) => form.choices);
	return forms.flatMap((form) => {
		if (form === first) return [formOfChoices([...new Set(choices)])];
		return form.choices ? [] : [form];
	});
}

function typesOf(schema: Json): string[] {
	const { type } = schema;
	const given = (Array.isArray(type) ? type : [type]).flatMap((one) => textIn(one) ?? []);
	if (given.length > 0) return given;
	if (objectIn(schema.properties)) return ['object'];
	return 'items' in schema ? ['array'] : [];
}

function choicesOf(schema: Json): Array<string | number | boolean> | undefined {
	const list: unknown[] | undefined = Array.isArray(schema.enum)
		? (schema.enum as unknown[])
		: 'const' in schema
			? [schema.const]
			: undefined;
	return list?.filter(
		(one): one is string | number | boolean =>
			typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean',
	);
}

function formOfChoices(choices: Array<string | number | boolean>): Form {
	const kinds = new Set(choices.map((one) => typeof one));
	const type = kinds.size > 1 ? 'any' : kinds.has('number') ? 'number' : 'text';
	return { type: kinds.has('boolean') && kinds.size === 1 ? 'switch' : type, choices };
}

function formOf(root: Json, type: string, schema: Json, depth: number): Form[] {
	const limits = (least: string, most: string) => {
		const min = read(z.number(), schema[least]);
		const max = read(z.number(), schema[most]);
		return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
	};
	switch (type) {
		case 'string':
			return [{ type: 'text', ...limits('minLength', 'maxLength') }];
		case 'integer':
		case 'number':
			return [{ type, ...limits('minimum', 'maximum'), ...beyond(schema) }];
		case 'boolean':
			return [{ type: 'switch' }];
		case 'array': {
			const items = resolved(root, schema.items);
			const [form, ...others] = items && depth < deepest ? formsOf(root, items, depth + 1) : [];
			return [
				{
					type: 'list',
					...limits('minItems', 'maxItems'),
					...(form && others.length === 0 ? { items: form } : {}),
				},
			];
		}
		case 'object':
			return [{ type: 'object' }];
		default:
			return [];
	}
}

// OpenAPI 3.0 has yes or no beside the limit, 3.1 the limit itself.
function beyond(schema: Json): Partial<Form> {
	const form: Partial<Form> = {};
	const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
	if (above === true) form.beyondMin = true;
	else if (typeof above === 'number') Object.assign(form, { min: above, beyondMin: true });
	if (below === true) form.beyondMax = true;
	else if (typeof below === 'number') Object.assign(form, { max: below, beyondMax: true });
	return form;
}

const without = (schema: Json, ...keys: string[]): Json =>
	Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));

const names = (value: unknown): string[] => read(z.array(z.string()), value) ?? [];

/** The title of an input that has none: `negative_prompt` is "Negative Prompt". */
function titleOf(name: string): string {
	return name.replace(/_+/g, ' ').replace(/\b\w/g, (letter) => letter.toUpperCase());
}
