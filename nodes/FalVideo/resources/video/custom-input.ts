import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { InputError, shown } from '../../execution/errors/input-error';
import type { QueueClient } from '../../execution/transport/queue-client';
import { objectIn } from '../../queue/read';
import { savedInputs } from '../catalog/mapper-fields';
import { type ModelInput, startPicture, takesPicture } from '../catalog/model-input';
import { valueFor } from '../catalog/values';
import { ifGiven, isEmpty, lostName } from '../checks';
import type { Source } from '../models';
import { inFieldAlready } from './body';
import { type Pictures, readEither, readPicture } from './picture-fields';
import { readText } from './texts';

/** An item for an endpoint that is not on the list. */
interface CustomItem {
	/** The endpoint id. */
	model: string;
	/** What the video is made of. */
	source: Source;
	/** What n8n composed of the declared fields. */
	composed: Readonly<Record<string, unknown>>;
	/** The option Extra Model Inputs. */
	extra: Readonly<Record<string, unknown>>;
	/** The node's fields as they stand there, expressions unread. */
	written: Readonly<Record<string, unknown>>;
}

/** A prompt for an endpoint of which no limit is known: this only stops accidents. */
const longestCustomPrompt = 100_000;

/** The input that a picture goes into where the model's inputs are not known: the most common name. */
const customPictureInput = 'image_url';

/**
 * What is sent to an endpoint that is not on the list: the prompt, the inputs that the user has added,
 * and Extra Model Inputs. Where the workflow has saved the endpoint's schema, each value is brought to
 * the type that it wants; where it has not, they are sent as they are given.
 *
 * @throws {InputError} naming the input, the value and what is allowed
 */
export async function customInput(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	item: CustomItem,
): Promise<CustomInput> {
	const { model, extra } = item;
	const { schema, values } = readMapper(context);
	for (const name of Object.keys(values)) {
		if (Object.hasOwn(extra, name)) throw inFieldAlready(name);
	}
	const saved = savedInputs(schema);
	const inputs = saved?.model === model ? saved.inputs : undefined;
	const prompt = promptFor(item, inputs);
	const { body, pictures } = inputs
		? await bySchema(context, client, item, inputs, values)
		: await asGiven(context, client, item, values);
	return { body: { ...(prompt === undefined ? {} : { prompt }), ...body, ...extra }, pictures };
}

/** What is sent: the body, and the pictures that go into it. */
interface CustomInput {
	body: Record<string, unknown>;
	pictures: Pictures;
}

async function asGiven(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ source, extra }: CustomItem,
	values: Record<string, unknown>,
): Promise<CustomInput> {
	// Another endpoint may have its picture under a name of its own.
	const isGiven = Object.keys({ ...extra, ...values }).some((key) => /image.*url/.test(key));
	const pictures: Pictures =
		source === 'image' && !isGiven
			? { [customPictureInput]: await readPicture(context, client) }
			: {};
	return { body: values, pictures };
}

async function bySchema(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	item: CustomItem,
	inputs: readonly ModelInput[],
	values: Record<string, unknown>,
): Promise<CustomInput> {
	const { model, extra } = item;
	const start = startOf(item, inputs);
	const body: Record<string, unknown> = {};
	const pictures: Pictures = {};
	if (start && !Object.hasOwn(extra, start.name)) {
		const picture = await readPicture(context, client);
		pictures[start.name] = takesList(start) ? [picture] : picture;
	}
	for (const input of inputs) {
		const { name } = input;
		if (name === 'prompt' || input === start) continue;
		const value = valueFor(input, values[name], model);
		if (value === undefined) {
			if (input.isRequired && !Object.hasOwn(extra, name)) throw missing(input, model);
			continue;
		}
		// In JSON that was a text until here.
		checkNames(value);
		if (!takesPicture(input)) body[name] = value;
		else pictures[name] = await readPictures(context, client, input, value);
	}
	// An input that the model had once, and that still has a value, is sent as it is given.
	const known = new Set(inputs.map(({ name }) => name));
	const others = Object.entries(values).filter(([name]) => !known.has(name));
	return { body: { ...body, ...Object.fromEntries(others) }, pictures };
}

/** The input that the image goes into which the video is made of; none for a video of text. */
function startOf(
	{ model, source, extra }: CustomItem,
	inputs: readonly ModelInput[],
): ModelInput | undefined {
	if (source === 'text') return undefined;
	const start = startPicture(inputs);
	// The model may have its picture within something else, in Extra Model Inputs.
	const isElsewhere = Object.keys(extra).some((key) => /image/.test(key));
	if (start || isElsewhere) return start;
	throw new InputError(
		`Other Model is "${model}", which takes no image; choose one that makes video from an image, or the operation Generate`,
	);
}

const takesList = ({ forms }: ModelInput) => forms.every(({ type }) => type === 'list');

async function readPictures(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ title, name }: ModelInput,
	value: unknown,
): Promise<Pictures[string]> {
	const label = `${title} (${name})`;
	if (!Array.isArray(value)) return await readEither(context, client, label, value);
	const list = [];
	for (const one of value) list.push(await readEither(context, client, label, one));
	return list;
}

function promptFor(
	{ composed, written, model, extra }: CustomItem,
	inputs: readonly ModelInput[] | undefined,
): string | undefined {
	const input = inputs?.find(({ name }) => name === 'prompt');
	const longest = Math.min(
		longestCustomPrompt,
		...(input?.forms ?? []).flatMap(({ type, max }) => (type === 'text' ? (max ?? []) : [])),
	);
	const prompt = ifGiven(composed.prompt, () =>
		readText('Prompt', composed.prompt, longest, written.prompt),
	);
	if (inputs && !input && prompt) {
		throw new InputError(
			`Prompt is ${shown(prompt)}; "${model}" has no such input and would make its video without it. Leave it empty, and put what the model takes under Inputs`,
		);
	}
	if (input?.isRequired && !prompt && !Object.hasOwn(extra, 'prompt')) {
		throw new InputError(`Prompt is empty; "${model}" cannot do without one`);
	}
	return prompt === '' ? undefined : prompt;
}

function missing({ title, name }: ModelInput, model: string): InputError {
	return new InputError(
		`${title} (${name}) is empty; "${model}" cannot do without it. If fal has changed the model, choose Refresh Input List in the menu of Inputs`,
	);
}

/** What an item gives for the mapper: the values of the fields that the user has added. */
function readMapper(context: IExecuteSingleFunctions): {
	schema: unknown;
	values: Record<string, unknown>;
} {
	const mapper = objectIn(context.getNodeParameter('modelInputs', {}));
	const { value, schema } = mapper ?? {};
	// A switch that was not added has a value all the same.
	const removed = new Set(
		(Array.isArray(schema) ? (schema as unknown[]) : [])
			.map((field) => objectIn(field))
			.filter((field) => field?.removed === true)
			.map((field) => field?.id),
	);
	const values = Object.fromEntries(
		Object.entries(objectIn(value) ?? {}).filter(
			([name, one]) => !removed.has(name) && !isEmpty(one),
		),
	);
	checkNames(values);
	return { schema, values };
}

function checkNames(values: unknown): void {
	const lost = lostName(values);
	if (lost === undefined) return;
	throw new InputError(`Inputs has the name "${lost}", which is no input of a model; leave it out`);
}
