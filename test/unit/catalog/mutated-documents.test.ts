import { draw } from '../../../harness/standin/draw';
import {
	fieldsOfInputs,
	savedInputs,
} from '../../../nodes/FalVideo/resources/catalog/mapper-fields';
import { inputsIn } from '../../../nodes/FalVideo/resources/catalog/openapi';
import { InputError } from '../../../nodes/FalVideo/execution/errors/input-error';
import { valueFor } from '../../../nodes/FalVideo/resources/catalog/values';
import { documentOf } from '../../catalog/mapper';

const SEED = 1711;
const DOCUMENTS = 600;

const ids = [
	'fal-ai/veo3.1',
	'fal-ai/pixverse/v6/text-to-video',
	'xai/grok-imagine-video/text-to-video',
	'fal-ai/ltx-2.3-22b/image-to-video/lora',
	'fal-ai/kling-video/v1/standard/image-to-video',
];

const odd: unknown[] = [
	null,
	'',
	'={{ $env.SECRET }}',
	0,
	-1,
	1e99,
	true,
	[],
	[null],
	['=x', 5, null, {}],
	{},
	{ $ref: '#' },
	{ $ref: '#/components/schemas/None' },
	{ anyOf: [] },
	{ type: ['=x'] },
	'x'.repeat(500),
];

const number = (name: string, below: number) => Math.floor(draw(SEED, name) * below);

/** A copy with one of its parts replaced by something odd, or taken away. */
function mutated(value: unknown, name: string): unknown {
	const places: Array<{ holder: Record<string, unknown>; key: string }> = [];
	const copy = structuredClone(value);
	const visit = (one: unknown) => {
		if (typeof one !== 'object' || one === null) return;
		for (const key of Object.keys(one)) {
			places.push({ holder: one as Record<string, unknown>, key });
			visit((one as Record<string, unknown>)[key]);
		}
	};
	visit(copy);
	const place = places[number(`${name}/place`, places.length)];
	if (!place) return copy;
	const which = number(`${name}/which`, odd.length + 1);
	if (which === odd.length) delete place.holder[place.key];
	else place.holder[place.key] = odd[which];
	return copy;
}

const values: unknown[] = [
	'8',
	8,
	'8s',
	'',
	true,
	['8s'],
	[1, 2],
	{},
	'{"a": 1}',
	'[',
	'auto',
	null,
];

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, one]) => [key, ...textsIn(one)]);
}

test('whatever fal publishes is read as far as it goes, and no text of it is an expression', () => {
	let read = 0;
	for (let index = 0; index < DOCUMENTS; index++) {
		const id = ids[index % ids.length] ?? '';
		let document: unknown = documentOf(id);
		for (let turn = 0; turn < 4; turn++) document = mutated(document, `${index}/${turn}`);
		const inputs = inputsIn(document, id);
		if (inputs === undefined) continue;
		read++;
		const fields = fieldsOfInputs(id, inputs, index % 2 === 0 ? 'text' : 'image');
		for (const text of textsIn(fields)) {
			if (text.startsWith('=')) throw new Error(`${index}: ${text}`);
		}
		expect(new Set(fields.map(({ displayName }) => displayName)).size).toBe(fields.length);
		// As a workflow keeps it.
		const saved = savedInputs(JSON.parse(JSON.stringify(fields)));
		if (fields.length > 0) expect(saved?.inputs.length).toBe(fields.length);
		for (const input of saved?.inputs ?? []) {
			for (const value of values) {
				try {
					valueFor(input, value, id);
				} catch (error) {
					expect(error).toBeInstanceOf(InputError);
				}
			}
		}
	}
	expect(read).toBeGreaterThan(DOCUMENTS / 2);
});
