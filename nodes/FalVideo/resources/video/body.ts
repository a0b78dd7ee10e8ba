import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../execution/errors/input-error';
import { inputsField } from '../catalog/inputs-field';
import { customModel } from '../custom-model';
import { modelFields } from '../model-choice';
import { type Source, takes, type VideoModel } from '../models';
import { fieldsOf, inputOf } from './input';
import { inputs } from './inputs';
import { pictureFields } from './picture-fields';

/** The operations that submit a video: they share these fields. */
const show = {
	resource: ['video'],
	operation: ['generate', 'generateAndSuspend', 'generateFromImage'],
};

/** Where the models of each kind are listed. */
const ofKind: Array<{ source: Source; shows: Array<Record<string, string[]>> }> = [
	{
		source: 'text',
		shows: [{ operation: ['generate'] }, { operation: ['generateAndSuspend'], source: ['text'] }],
	},
	{
		source: 'image',
		shows: [
			{ operation: ['generateFromImage'] },
			{ operation: ['generateAndSuspend'], source: ['image'] },
		],
	},
];

const resource = ['video'];

/** The fields of a video; each declares what it sends. */
export const videoFields: INodeProperties[] = [
	{
		displayName: 'Make Video From',
		name: 'source',
		type: 'options',
		noDataExpression: true,
		default: 'text',
		description: 'What the video is made of',
		options: [
			{ name: 'Image', value: 'image', description: 'An image that is set in motion' },
			{ name: 'Text', value: 'text', description: 'A prompt alone' },
		],
		displayOptions: { show: { resource, operation: ['generateAndSuspend'] } },
	},
	...ofKind.flatMap(({ source, shows }) =>
		shows.flatMap((shown) =>
			modelFields(
				{ resource, ...shown },
				{
					model: 'Which of the Kling models makes the video',
					customModel:
						'Searched in fal’s catalogue, or given by its endpoint ID, as it stands at the top of the model’s page at fal',
					customHint: 'What it takes beside the prompt stands under Inputs',
				},
				source,
			),
		),
	),
	{
		displayName: 'See the model’s page at fal for its price.',
		name: 'customModelNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, model: [customModel] } },
	},
	...pictureFields({ resource, operation: ['generateFromImage'] }),
	...pictureFields({ resource, operation: ['generateAndSuspend'], source: ['image'] }),
	...inputs.flatMap((row) => fieldsOf(row, show)),
	inputsField({ ...show, model: [customModel] }),
];

/**
 * Makes of the body that the fields composed, and Extra Model Inputs, the body that is sent to a model of the
 * list. It follows the model, whatever fields the editor showed.
 *
 * @param written the node's fields as they stand there, expressions unread
 * @throws {InputError} naming the field, the value and what is allowed
 */
export function bodyFor(
	model: VideoModel,
	composed: Readonly<Record<string, unknown>>,
	extra: Readonly<Record<string, unknown>>,
	written: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
	const body: Record<string, unknown> = {};
	for (const row of inputs) {
		if (!takes(model, inputOf(row))) continue;
		const value = row.check({ value: composed[row.property], model, composed, extra, written });
		if (value !== undefined) body[row.property] = value;
	}
	for (const name of Object.keys(extra)) {
		// Shots may come from either; what Extra Model Inputs has of them has been read above.
		const isShots = name === 'multi_prompt' && composed.prompt_source !== 'shots';
		if (Object.hasOwn(body, name) && !isShots) {
			throw inFieldAlready(name);
		}
	}
	// In this order, with the shots as they were read.
	return { ...body, ...extra, ...body };
}

/** The error for an input in Extra Model Inputs that has a field of its own. */
export function inFieldAlready(name: string): InputError {
	return new InputError(
		`Extra Model Inputs has "${name}", which has a field of its own; it may have inputs without a field only`,
	);
}
