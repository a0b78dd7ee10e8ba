import type { Form } from '../../../nodes/FalVideo/resources/catalog/model-input';
import { inputsIn } from '../../../nodes/FalVideo/resources/catalog/openapi';

const ID = 'fal-ai/model';

interface Given {
	properties: object;
	required?: string[];
	order?: string[];
	schemas?: object;
	path?: string;
}

/** A document as fal's are: the questions about a request stand before the endpoint. */
function documentOf({ properties, required, order, schemas, path = `/${ID}` }: Given): object {
	const about = { get: { responses: {} } };
	return {
		openapi: '3.0.4',
		components: {
			schemas: {
				...schemas,
				Input: {
					type: 'object',
					properties,
					...(required ? { required } : {}),
					...(order ? { 'x-fal-order-properties': order } : {}),
				},
			},
		},
		paths: {
			[`${path}/requests/{request_id}/status`]: about,
			[path]: {
				post: {
					requestBody: {
						content: { 'application/json': { schema: { $ref: '#/components/schemas/Input' } } },
					},
				},
			},
			[`${path}/requests/{request_id}`]: about,
		},
	};
}

const schemas = {
	Size: { type: 'object', properties: { width: { type: 'integer' } } },
	Untyped: { properties: { width: { type: 'integer' } } },
	Mode: { type: 'string', enum: ['fast', 'good'], title: 'Mode', description: 'An enumeration.' },
	Tree: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
	Self: { $ref: '#/components/schemas/Self' },
	'a/b~c': { type: 'integer' },
};

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const nothing = { type: 'null' };

const forms: Array<{ what: string; schema: object; forms: Form[] }> = [
	{ what: 'a text', schema: { type: 'string' }, forms: [{ type: 'text' }] },
	{
		what: 'a text with a length',
		schema: { type: 'string', minLength: 1, maxLength: 9 },
		forms: [{ type: 'text', min: 1, max: 9 }],
	},
	{ what: 'yes or no', schema: { type: 'boolean' }, forms: [{ type: 'switch' }] },
	{
		what: 'a whole number within limits',
		schema: { type: 'integer', minimum: 0, maximum: 5 },
		forms: [{ type: 'integer', min: 0, max: 5 }],
	},
	{
		what: 'limits beyond which it must be, of OpenAPI 3.0',
		schema: { type: 'number', minimum: 0, exclusiveMinimum: true, exclusiveMaximum: false },
		forms: [{ type: 'number', min: 0, beyondMin: true }],
	},
	{
		what: 'limits beyond which it must be, of JSON Schema',
		schema: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 20 },
		forms: [{ type: 'number', min: 0, beyondMin: true, max: 20, beyondMax: true }],
	},
	{
		what: 'choices that are texts',
		schema: { type: 'string', enum: ['4s', '8s'] },
		forms: [{ type: 'text', choices: ['4s', '8s'] }],
	},
	{
		what: 'choices that are numbers',
		schema: { type: 'integer', enum: [4, 8] },
		forms: [{ type: 'number', choices: [4, 8] }],
	},
	{
		what: 'choices of both kinds, and null',
		schema: { enum: ['auto', 4, null] },
		forms: [{ type: 'any', choices: ['auto', 4] }],
	},
	{ what: 'one that is fixed', schema: { const: 'a' }, forms: [{ type: 'text', choices: ['a'] }] },
	{
		what: 'each choice for itself',
		schema: { anyOf: [{ const: '480p' }, { const: '720p' }, nothing] },
		forms: [{ type: 'text', choices: ['480p', '720p'] }],
	},
	{
		what: 'choices, with null beside',
		schema: { anyOf: [{ enum: ['a', 'b'], type: 'string' }, nothing] },
		forms: [{ type: 'text', choices: ['a', 'b'] }],
	},
	{
		what: 'a number, with null beside and the limits around',
		schema: { maximum: 7, anyOf: [{ type: 'integer' }, nothing] },
		forms: [{ type: 'integer', max: 7 }],
	},
	{
		what: 'null in a list of types, as OpenAPI 3.1 has it',
		schema: { type: ['string', 'null'] },
		forms: [{ type: 'text' }],
	},
	{
		what: 'a word or a number',
		schema: {
			anyOf: [
				{ type: 'string', enum: ['auto'] },
				{ type: 'integer', minimum: 1 },
			],
		},
		forms: [
			{ type: 'text', choices: ['auto'] },
			{ type: 'integer', min: 1 },
		],
	},
	{
		what: 'an object or choices',
		schema: { anyOf: [ref('Size'), { type: 'string', enum: ['square'] }] },
		forms: [{ type: 'object' }, { type: 'text', choices: ['square'] }],
	},
	{
		what: 'what a reference leads to',
		schema: ref('Mode'),
		forms: [{ type: 'text', choices: ['fast', 'good'] }],
	},
	{
		what: 'a reference in allOf, as older documents have it',
		schema: { title: 'Mode', allOf: [ref('Mode')] },
		forms: [{ type: 'text', choices: ['fast', 'good'] }],
	},
	{
		what: 'a reference with signs in its name',
		schema: ref('a~1b~0c'),
		forms: [{ type: 'integer' }],
	},
	{ what: 'an object without a type', schema: ref('Untyped'), forms: [{ type: 'object' }] },
	{
		what: 'a list of texts',
		schema: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 },
		forms: [{ type: 'list', min: 1, max: 3, items: { type: 'text' } }],
	},
	{
		what: 'a list of objects, with null beside',
		schema: { anyOf: [{ type: 'array', items: ref('Size') }, nothing] },
		forms: [{ type: 'list', items: { type: 'object' } }],
	},
	{
		what: 'a list of things of several forms',
		schema: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
		forms: [{ type: 'list' }],
	},
	{ what: 'nothing that is known', schema: {}, forms: [{ type: 'any' }] },
	{ what: 'a type that is not known', schema: { type: 'quaternion' }, forms: [{ type: 'any' }] },
	{ what: 'null alone', schema: { anyOf: [nothing] }, forms: [{ type: 'any' }] },
];

test.each(forms)('reads $what', ({ schema, forms: expected }) => {
	const inputs = inputsIn(documentOf({ properties: { x: schema }, schemas }), ID);
	expect(inputs?.map((one) => one.forms)).toEqual([expected]);
});

test('a schema that names itself is read to an end', () => {
	const properties = {
		tree: ref('Tree'),
		self: ref('Self'),
		none: ref('None'),
		x: { type: 'string' },
	};
	const inputs = inputsIn(documentOf({ properties, schemas }), ID);
	expect(inputs?.map(({ name }) => name)).toEqual(['tree', 'x']);
	expect(inputs?.[0]?.forms[0]?.type).toBe('list');
});

test('the order is fal’s, and what it leaves out comes after', () => {
	const properties = { a: {}, b: {}, c: {}, d: {} };
	const names = (order: string[]) =>
		inputsIn(documentOf({ properties, order }), ID)?.map(({ name }) => name);
	expect(names(['c', 'gone', 'a', 'c'])).toEqual(['c', 'a', 'b', 'd']);
	expect(names([])).toEqual(['a', 'b', 'c', 'd']);
});

test('titles, descriptions, defaults and what must be there', () => {
	const properties = {
		negative_prompt: { type: 'string', default: '', description: '  What not to show  ' },
		num_frames: { title: ' Frames ', type: 'integer', default: 0 },
		seed: { type: 'integer', default: null },
		mode: { ...ref('Mode'), description: 'How well', default: 'good' },
	};
	const document = documentOf({ properties, schemas, required: ['seed', 'gone'] });
	expect(inputsIn(document, ID)).toEqual([
		{
			name: 'negative_prompt',
			title: 'Negative Prompt',
			description: 'What not to show',
			isRequired: false,
			default: '',
			forms: [{ type: 'text' }],
		},
		{
			name: 'num_frames',
			title: 'Frames',
			isRequired: false,
			default: 0,
			forms: [{ type: 'integer' }],
		},
		{ name: 'seed', title: 'Seed', isRequired: true, forms: [{ type: 'integer' }] },
		{
			name: 'mode',
			title: 'Mode',
			description: 'How well',
			isRequired: false,
			default: 'good',
			forms: [{ type: 'text', choices: ['fast', 'good'] }],
		},
	]);
});

test('an endpoint under another name in its document is found, too', () => {
	const document = documentOf({
		properties: { x: { type: 'string' } },
		path: '/fal-ai/app-behind',
	});
	expect(inputsIn(document, ID)).toHaveLength(1);
});

test.each([
	['null', null],
	['a page', '<html></html>'],
	['nothing', {}],
	['no paths', { openapi: '3.0.4', paths: {} }],
	['a reply that says that there is none', { error: { code: 'expansion_failed' } }],
	['an endpoint without a body', { paths: { [`/${ID}`]: { post: {} } } }],
	['paths of an odd kind', { paths: ['x'] }],
	['a body of an odd kind', { paths: { [`/${ID}`]: { post: { requestBody: 'x' } } } }],
])('of %s it says that there is none', (_, document) => {
	expect(inputsIn(document, ID)).toBeUndefined();
});

test('names that a body would lose are no inputs', () => {
	const properties = JSON.parse('{"__proto__": {}, "constructor": {}, "x": {}}') as object;
	expect(inputsIn(documentOf({ properties }), ID)?.map(({ name }) => name)).toEqual(['x']);
});
