import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FalVideoApi } from '../../credentials/FalVideoApi.credentials';
import { FalVideo } from '../../nodes/FalVideo/FalVideo.node';
import { FalVideoTrigger } from '../../nodes/FalVideoTrigger/FalVideoTrigger.node';

// What n8n's guidelines ask of the texts in the editor, beyond what its lint looks at.

const properties = [
	...new FalVideo().description.properties,
	...new FalVideoTrigger().description.properties,
	...new FalVideoApi().properties,
];

/** Fields with those that collections hold. */
function withNested(fields: INodeProperties[]): INodeProperties[] {
	return fields.flatMap((field) => {
		const { type, options = [] } = field;
		if (type === 'collection') return [field, ...withNested(options as INodeProperties[])];
		if (type !== 'fixedCollection') return [field];
		const groups = options as Array<{ values: INodeProperties[] }>;
		return [field, ...withNested(groups.flatMap(({ values }) => values))];
	});
}

const fields = withNested(properties);
const textsOf = (part: 'hint' | 'placeholder', some = fields) =>
	some.flatMap((field) => field[part] ?? []);

test('a hint is one sentence, without a full stop', () => {
	const hints = textsOf('hint');
	expect(hints.length).toBeGreaterThan(10);
	expect(hints.filter((hint) => /[.!?]( |$)/.test(hint))).toEqual([]);
});

test('a text field’s placeholder is an example', () => {
	const placeholders = textsOf(
		'placeholder',
		fields.filter(({ type }) => type === 'string' || type === 'number'),
	);
	expect(placeholders.length).toBeGreaterThan(5);
	expect(placeholders.filter((text) => !text.startsWith('e.g. '))).toEqual([]);
});

test('a collection’s button says what it adds', () => {
	const buttons = textsOf(
		'placeholder',
		fields.filter(({ type }) => /collection/i.test(type)),
	);
	expect([...new Set(buttons)].sort()).toEqual(['Add Batching', 'Add Option', 'Add Shot']);
});

test('each operation has an action in words, and a description', () => {
	const operations = fields
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options }) => options as INodePropertyOptions[]);
	expect(operations.length).toBeGreaterThanOrEqual(6);
	for (const { name, action, description } of operations) {
		// A sentence with a verb, in lower case after its first letter: "Cancel a request".
		expect({ name, action }).toEqual({
			name,
			action: expect.stringMatching(/^[A-Z][a-z]+( [a-z]+)+$/) as string,
		});
		expect({ name, description }).toEqual({ name, description: expect.any(String) as string });
	}
});

test('a list whose values the model decides says what an expression has to give', () => {
	for (const name of [
		'model',
		'duration',
		'resolution',
		'aspectRatio',
		'generateAudio',
		'cameraControl',
	]) {
		const described = fields.filter((field) => field.name === name && field.type === 'options');
		expect(described.length).toBeGreaterThan(0);
		const silent = described.filter(
			({ description }) => !/An expression gives /.test(description ?? ''),
		);
		expect({ name, silent }).toEqual({ name, silent: [] });
	}
});

test('no output has more than ten fields, so none needs a Simplify switch', () => {
	const folder = 'nodes/FalVideo/__schema__/v1.0.0';
	for (const resource of readdirSync(folder)) {
		for (const file of readdirSync(join(folder, resource))) {
			const schema = JSON.parse(readFileSync(join(folder, resource, file), 'utf8')) as {
				properties: object;
			};
			const count = Object.keys(schema.properties).length;
			expect({ file, tooMany: count > 10 }).toEqual({ file, tooMany: false });
		}
	}
});
