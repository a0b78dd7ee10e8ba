import type { INodeParameters } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { itemsOf, workflowOf } from '../../harness/engine/workflow';
import { useFalEngine } from './use-fal-engine';

// The schemas that the editor shows before the first run, held against what really comes out.

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

function schemaOf(resource: string, operation: string): Schema {
	// As n8n finds it: beside the compiled node.
	const path = join('dist/nodes/FalVideo/__schema__/v1.0.0', resource, `${operation}.json`);
	return JSON.parse(readFileSync(path, 'utf8')) as Schema;
}

function typeOf(value: unknown, schema: Schema): string {
	if (Array.isArray(value)) return 'array';
	if (schema.type === 'integer' && Number.isInteger(value)) return 'integer';
	return typeof value;
}

/** The paths at which a value and its schema differ. */
function differences(value: unknown, schema: Schema, path = ''): string[] {
	const type = typeOf(value, schema);
	if (type !== schema.type) return [`${path} is ${type}, not ${schema.type}`];
	if (type !== 'object') return [];
	const object = value as Record<string, unknown>;
	const properties = schema.properties ?? {};
	const names = new Set([...Object.keys(object), ...Object.keys(properties)]);
	return [...names].flatMap((name) => {
		const below = `${path}/${name}`;
		const property = properties[name];
		if (!property) return [`${below} is not in the schema`];
		return name in object ? differences(object[name], property, below) : [`${below} is missing`];
	});
}

const bench = useFalEngine({ durationMs: 20, submitMs: 150 }, { keepsLog: true });
let requestId: string;

beforeAll(async () => {
	await bench.generate();
	requestId = bench.submissionOf('A paper boat').requestId;
});

test.each<[string, string, INodeParameters]>([
	['video', 'generate', { prompt: 'A paper boat' }],
	[
		'video',
		'generateFromImage',
		{ prompt: 'A boat', imageSource: 'url', imageUrl: 'https://example.com/a.png' },
	],
	['video', 'generateAndSuspend', { prompt: 'A paper boat [slow=0]' }],
	['request', 'getResult', {}],
	['request', 'getStatus', { options: { includeLogs: true } }],
	['request', 'cancel', {}],
])('%s > %s puts out what its schema says', async (resource, operation, parameters) => {
	const id = resource === 'request' ? { requestId } : {};
	const workflow = workflowOf({ resource, operation, ...id, ...parameters });
	const outcome = await bench.engine.run({ workflow, input: itemsOf({}) }).finished;
	const [json] = jsonsOf(outcome);
	// The position is told while a request waits, which one that is complete does not.
	const seen = operation === 'getStatus' ? { queue_position: 0, ...json } : json;
	expect(differences(seen, schemaOf(resource, operation))).toEqual([]);
});
