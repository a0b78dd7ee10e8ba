import type { INodeParameters, ResourceMapperFields } from 'n8n-workflow';
import { type FalEngine, jsonsOf } from '../../harness/engine/fal-engine';
import { CREDENTIAL_ID } from '../../harness/engine/workflow';
import type { InputFacts } from '../../harness/standin/catalog/endpoints';
import type { JsonObject } from '../../harness/standin/json';
import type { InputField } from '../../nodes/FalVideo/resources/catalog/mapper-fields';
import { chosen, documentOf, factsOf, filled, isFromImage, savedMapper } from './mapper';
import { faultsOf } from './schema-of';

const PROMPT = 'A paper boat';
const PICTURE = 'https://example.com/start.png';

/** The input that the image goes into which the video is made of. */
function startOf(id: string): string | undefined {
	if (!isFromImage(id)) return undefined;
	const names = factsOf(id).input.map(({ name }) => name);
	return ['image_url', 'start_image_url'].find((name) => names.includes(name));
}

const takesPrompt = (id: string) => factsOf(id).input.some(({ name }) => name === 'prompt');

/** The inputs that have no field of the node's own. */
const inMapper = (id: string) =>
	factsOf(id).input.filter(({ name }) => name !== 'prompt' && name !== startOf(id));

const operationFor = (id: string): INodeParameters =>
	isFromImage(id)
		? { operation: 'generateFromImage', imageSource: 'url', imageUrl: PICTURE }
		: { operation: 'generate' };

/** The fields that the editor shows for an endpoint. */
export async function fieldsInEditor(bench: FalEngine, id: string): Promise<InputField[]> {
	const answer = await bench.engine.askForEditor({
		type: 'n8n-nodes-fal-video.falVideo',
		parameters: { resource: 'video', ...operationFor(id), ...chosen(id) },
		credentials: { falVideoApi: { id: CREDENTIAL_ID, name: 'fal' } },
		ask: { fields: 'getModelInputs' },
	});
	return (answer as ResourceMapperFields).fields as InputField[];
}

/** What of a field the facts decide, as the editor should have it. */
function expectedField(
	id: string,
	{ name, type, enum: choices, default: usual, required }: InputFacts,
) {
	const isOwn = name === 'prompt' || name === startOf(id);
	const types = { string: 'string', url: 'string', number: 'number', boolean: 'boolean' };
	const sizes = typeof usual === 'string' || name.endsWith('_size');
	const json = sizes ? 'options' : expect.stringMatching(/^(array|object)$/);
	const fieldType: unknown = choices ? 'options' : type === 'json' ? json : types[type];
	return {
		id: name,
		type: fieldType,
		required: required === true && !isOwn,
		isRequired: required === true,
		display: !isOwn,
		...(choices ? { choices } : {}),
		default: usual,
	};
}

/** Compares the fields that the editor shows with the facts. */
export function compareFields(id: string, fields: readonly InputField[]): void {
	const found = fields.map(({ id: name, type, required, display, options, defaultValue, fal }) => ({
		id: name,
		type,
		required,
		isRequired: fal.isRequired === true,
		display,
		...(factsOf(id).input.find((one) => one.name === name)?.enum
			? { choices: options?.map((option) => 'value' in option && option.value) }
			: {}),
		default: defaultValue,
	}));
	const byName = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
	expect(found.sort(byName)).toEqual(
		factsOf(id)
			.input.map((input) => expectedField(id, input))
			.sort(byName),
	);
}

/**
 * Runs an endpoint in n8n's engine, and compares what was sent with what should be, and with the
 * endpoint's own schema.
 *
 * @param fields those that the editor has shown, and the workflow has saved
 * @param how with the fields alone that must be filled, or with each filled
 */
export async function runEndpoint(
	bench: FalEngine,
	id: string,
	fields: readonly InputField[],
	how: 'defaults' | 'filled',
): Promise<void> {
	const inputs = inMapper(id).filter(({ required }) => how === 'filled' || required);
	const given = Object.fromEntries(inputs.map((input) => [input.name, filled(input).given]));
	const sent = Object.fromEntries(inputs.map((input) => [input.name, filled(input).sent]));
	const outcome = await bench.generate({
		parameters: {
			...operationFor(id),
			...chosen(id),
			modelInputs: savedMapper(fields, given),
			prompt: takesPrompt(id) ? PROMPT : '',
		},
	});
	expect(outcome.error()).toBeUndefined();
	expect(jsonsOf(outcome)).toMatchObject([{ model: id, status: 'COMPLETED' }]);
	const body: JsonObject = bench.fal.submissions.at(-1)?.body ?? {};
	const start = startOf(id);
	expect(body).toEqual({
		...(takesPrompt(id) ? { prompt: PROMPT } : {}),
		...(start ? { [start]: PICTURE } : {}),
		...sent,
	});
	expect(faultsOf(documentOf(id), body)).toEqual([]);
}
