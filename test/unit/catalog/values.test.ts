import { InputError } from '../../../nodes/FalVideo/execution/errors/input-error';
import type { Form, ModelInput } from '../../../nodes/FalVideo/resources/catalog/model-input';
import { valueFor } from '../../../nodes/FalVideo/resources/catalog/values';

const inputOf = (forms: Form | Form[], name = 'x'): ModelInput => ({
	name,
	title: 'Title',
	isRequired: false,
	forms: Array.isArray(forms) ? forms : [forms],
});

const read = (forms: Form | Form[], value: unknown, name?: string) =>
	valueFor(inputOf(forms, name), value, 'fal-ai/model');

const choices = (...list: Array<string | number | boolean>): Form => ({
	type: typeof list[0] === 'number' ? 'number' : 'text',
	choices: list,
});

const veo = choices('4s', '6s', '8s');
const kling = choices('5', '10');
const wan = choices(5, 10, 15);
const pixverse = choices('360p', '540p', '1080p');
const shape = choices('auto', '16:9', '9:16');
const text: Form = { type: 'text' };
const number: Form = { type: 'number' };
const integer: Form = { type: 'integer' };
const flag: Form = { type: 'switch' };
const list = (items?: Form, more: Partial<Form> = {}): Form => ({
	type: 'list',
	...(items ? { items } : {}),
	...more,
});
const object: Form = { type: 'object' };

const sent: Array<{
	what: string;
	forms: Form | Form[];
	name?: string;
	as: Array<[unknown, unknown]>;
}> = [
	{
		what: 'seconds with an s',
		forms: veo,
		as: [
			['8s', '8s'],
			[8, '8s'],
			['8', '8s'],
			['8 sec', '8s'],
			['8 seconds', '8s'],
			[' 8S ', '8s'],
			[['8s'], '8s'],
			[[8], '8s'],
			['8.0', '8s'],
		],
	},
	{
		what: 'seconds as texts',
		forms: kling,
		as: [
			[5, '5'],
			['5', '5'],
			['5s', '5'],
			[['10'], '10'],
		],
	},
	{
		what: 'seconds as numbers',
		forms: wan,
		as: [
			[5, 5],
			['5', 5],
			['5s', 5],
			['15 seconds', 15],
			[['10'], 10],
		],
	},
	{
		what: 'a word or a whole number',
		forms: [choices('auto'), integer],
		name: 'duration',
		as: [
			['auto', 'auto'],
			['Auto', 'auto'],
			[6, 6],
			['6', 6],
			['6s', 6],
		],
	},
	{
		what: 'a text or a number, each as it is given',
		forms: [text, integer],
		as: [
			['eight', 'eight'],
			['8', '8'],
			[8, 8],
		],
	},
	{
		what: 'a number or a text, each as it is given',
		forms: [number, text],
		as: [
			[8, 8],
			['8', '8'],
			['eight', 'eight'],
		],
	},
	{
		what: 'lines',
		forms: pixverse,
		as: [
			['1080p', '1080p'],
			['1080P', '1080p'],
			[1080, '1080p'],
			['360', '360p'],
		],
	},
	{
		what: 'shapes',
		forms: shape,
		as: [
			['16:9', '16:9'],
			['16x9', '16:9'],
			['landscape', '16:9'],
			['16:9 (Landscape)', '16:9'],
			['Portrait', '9:16'],
			['auto', 'auto'],
		],
	},
	{
		what: 'choices that say yes and no',
		forms: choices('enabled', 'on', 'off'),
		as: [
			['ON', 'on'],
			['enabled', 'enabled'],
		],
	},
	{
		what: 'on and off',
		forms: choices('on', 'off'),
		as: [
			[true, 'on'],
			['yes', 'on'],
			[false, 'off'],
		],
	},
	{
		what: 'texts',
		forms: text,
		as: [
			['a text', 'a text'],
			[['one'], 'one'],
			[5, '5'],
			[true, 'true'],
			['😀😀', '😀😀'],
		],
	},
	{
		what: 'a text as long as it may be, counted as people do',
		forms: { type: 'text', max: 2 },
		as: [['😀😀', '😀😀']],
	},
	{
		what: 'numbers',
		forms: number,
		as: [
			[0.7, 0.7],
			['0.7', 0.7],
			['0,7', 0.7],
			[' 3 ', 3],
			['-1', -1],
			[['0.5'], 0.5],
			['0,125', 0.125],
			[0, 0],
		],
	},
	{
		what: 'whole numbers',
		forms: integer,
		as: [
			['7', 7],
			[7, 7],
			['7.0', 7],
			[['7'], 7],
		],
	},
	{
		what: 'numbers at their limits',
		forms: { type: 'number', min: 0, max: 1 },
		as: [
			[0, 0],
			['1', 1],
		],
	},
	{
		what: 'yes and no',
		forms: flag,
		as: [
			[true, true],
			['yes', true],
			['true', true],
			[1, true],
			['off', false],
			[false, false],
			[['no'], false],
		],
	},
	{
		what: 'lists of texts',
		forms: list(text),
		as: [
			[
				['a', 'b'],
				['a', 'b'],
			],
			['["a", "b"]', ['a', 'b']],
			['a', ['a']],
			[['a'], ['a']],
		],
	},
	{
		what: 'lists of numbers',
		forms: list(integer),
		as: [
			['[1, "2"]', [1, 2]],
			[3, [3]],
			['3', [3]],
		],
	},
	{
		what: 'lists of choices',
		forms: list(choices('zoom-in', 'pan-left')),
		as: [
			['zoom-in', ['zoom-in']],
			['["Zoom-In", "pan-left"]', ['zoom-in', 'pan-left']],
		],
	},
	{
		what: 'lists of objects',
		forms: list(object),
		as: [
			['[{"path": "x"}]', [{ path: 'x' }]],
			[{ path: 'x' }, [{ path: 'x' }]],
			['{"path": "x"}', [{ path: 'x' }]],
			['\n[{"path": "x"}]', [{ path: 'x' }]],
		],
	},
	{ what: 'lists of anything', forms: list(), as: [['[1, "a"]', [1, 'a']]] },
	{
		what: 'objects',
		forms: object,
		as: [
			['{"width": 512}', { width: 512 }],
			[{ width: 512 }, { width: 512 }],
			[[{ width: 512 }], { width: 512 }],
		],
	},
	{
		what: 'an object or a choice',
		forms: [object, choices('square_hd', 'landscape_16_9')],
		as: [
			['square_hd', 'square_hd'],
			['{"width": 512, "height": 512}', { width: 512, height: 512 }],
		],
	},
	{
		what: 'anything',
		forms: { type: 'any' },
		as: [
			['a', 'a'],
			[5, 5],
			['{"a": 1}', { a: 1 }],
			['{not json', '{not json'],
		],
	},
];

const rows = sent.flatMap(({ what, forms, name, as }) =>
	as.map(([value, expected]) => ({ what, forms, name, value, expected })),
);

test.each(rows)('$what: $value is sent as $expected', ({ forms, name, value, expected }) => {
	expect(read(forms, value, name)).toEqual(expected);
});

const everyForm: Form[] = [veo, text, number, integer, flag, list(text), object, { type: 'any' }];

test.each(['', ' ', '\n', undefined, null, [], [''], [null]])('of %j nothing is sent', (value) => {
	for (const form of everyForm) expect(read(form, value)).toBeUndefined();
});

const refused: Array<{
	what: string;
	forms: Form | Form[];
	name?: string;
	values: unknown[];
	says: string;
}> = [
	{
		what: 'a choice that there is not',
		forms: veo,
		values: ['5', 5, '5s', 'auto', 'long', true, ['4s', '6s'], {}, '4s, 6s'],
		says: '; fal-ai/model takes one of these: "4s", "6s", "8s"',
	},
	{
		what: 'a number that is no choice',
		forms: wan,
		values: ['7', 7, true, false, 'yes'],
		says: '; fal-ai/model takes one of these: 5, 10, 15',
	},
	{
		what: 'yes or no, where the choices are counted',
		forms: choices('1', '2', '3'),
		values: [true, 'yes', 'on'],
		says: '; fal-ai/model takes one of these: "1", "2", "3"',
	},
	{
		what: 'a word',
		forms: [choices('auto'), { type: 'integer', min: 1, max: 10 }],
		name: 'duration',
		values: ['long', 11, 2.5],
		says: '; fal-ai/model takes one of these: "auto", or a whole number from 1 to 10',
	},
	{
		what: 'a text that is too long',
		forms: { type: 'text', max: 3 },
		values: ['four', '😀😀😀😀', 1234],
		says: '; fal-ai/model takes a text of at most 3 characters',
	},
	{
		what: 'no text',
		forms: text,
		values: [{ a: 1 }, ['a', 'b']],
		says: '; fal-ai/model takes a text',
	},
	{
		what: 'a number beyond its limits',
		forms: { type: 'number', min: 0, max: 20, beyondMin: true },
		values: [0, '0', 21, -1, 'seven', NaN, true, {}, [1, 2], '7 or 8'],
		says: '; fal-ai/model takes a number above 0 to 20',
	},
	{
		what: 'a number that can be read in two ways',
		forms: number,
		values: ['1,000', '12,345'],
		says: '; fal-ai/model takes a number',
	},
	{
		what: 'no whole number',
		forms: integer,
		values: ['7.5', 7.5, '0,7', 'eight'],
		says: '; fal-ai/model takes a whole number',
	},
	{
		what: 'seconds where none are meant',
		forms: integer,
		values: ['8s'],
		says: '; fal-ai/model takes a whole number',
	},
	{
		what: 'neither yes nor no',
		forms: flag,
		values: ['maybe', 2, {}],
		says: 'takes true or false',
	},
	{
		what: 'lists',
		forms: list(text, { min: 1, max: 2 }),
		values: [['a', 'b', 'c'], '["a"', '[broken', [{ a: 1 }], ['a', '']],
		says: '; fal-ai/model takes a JSON list from 1 to 2 items, each item a text',
	},
	{
		what: 'lists of objects',
		forms: list(object),
		values: ['a', '[1]', '{"a": ', 5],
		says: '; fal-ai/model takes a JSON list, each item a JSON object',
	},
	{
		what: 'objects',
		forms: object,
		values: ['a', '{"a": ', '[1]', 5, [1, 2]],
		says: '; fal-ai/model takes a JSON object such as',
	},
];

const refusals = refused.flatMap(({ values, ...row }) =>
	values.map((value) => ({ ...row, value })),
);

test.each(refusals)('$what: $value is refused', ({ forms, name = 'x', value, says }) => {
	const act = () => read(forms, value, name);
	expect(act).toThrow(InputError);
	expect(act).toThrow(`Title (${name}) is `);
	expect(act).toThrow(says);
});

test.each<[Form, string]>([
	[{ type: 'integer', min: 2 }, 'a whole number of at least 2'],
	[{ type: 'integer', max: 2 }, 'a whole number of at most 2'],
	[{ type: 'number', min: 0, beyondMin: true }, 'a number of more than 0'],
	[{ type: 'number', max: 9, beyondMax: true }, 'a number of less than 9'],
	[{ type: 'number', min: 0, max: 9, beyondMax: true }, 'a number from 0 to below 9'],
	[{ type: 'integer', max: 2147483647 }, 'a whole number of at most 2,147,483,647'],
])('%j is said as "%s"', (form, says) => {
	expect(() => read(form, 'no number')).toThrow(`takes ${says}`);
});
