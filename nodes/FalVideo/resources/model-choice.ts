import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { InputError, shown } from '../execution/errors/input-error';
import { defaultModel, modelDescription, type VideoModel, videoModel, videoModels } from './models';

/** The choice in the list that stands for any other endpoint. */
export const customModel = 'custom';

/** The model's list and the field for one that is not on it, for the operations of `show`. */
export function modelFields(
	show: NonNullable<IDisplayOptions['show']>,
	texts: { model: string; customModel: string; customHint: string },
): INodeProperties[] {
	return [
		{
			displayName: 'Model',
			name: 'model',
			type: 'options',
			default: defaultModel,
			description: texts.model,
			options: [
				...videoModels.map((model) => ({
					name: model.name,
					value: model.id,
					description: modelDescription(model),
				})),
				{
					name: 'Custom Endpoint',
					value: customModel,
					description: 'Any other fal endpoint, by its ID',
				},
			],
			displayOptions: { show },
		},
		{
			displayName: 'Custom Model',
			name: 'customModel',
			type: 'string',
			// Not `required`: where Model is an expression, n8n counts this as shown, and would refuse to
			// start any workflow that leaves it empty. It is checked before anything is sent.
			default: '',
			placeholder: 'e.g. fal-ai/kling-video/v3/pro/text-to-video',
			description: texts.customModel,
			hint: texts.customHint,
			displayOptions: { show: { ...show, model: [customModel] } },
		},
	];
}

/** The expression that gives the endpoint id which the two fields name. */
export const modelExpression = `{{ $parameter.model === "${customModel}" ? $parameter.customModel : $parameter.model }}`;

/** The model that the two fields name. */
export interface ChosenModel {
	/** The endpoint id. */
	id: string;
	/** Its row in the table; `undefined` for a custom one. */
	listed: VideoModel | undefined;
	/** Whether its result must be a video; of other models' results nothing is known. */
	isVideo: boolean;
}

/** What is read here of an item or a webhook. */
interface Parameters {
	getNodeParameter(name: string, fallback?: unknown): unknown;
}

/**
 * Reads the two fields: the one place that tells a listed model from a custom one.
 *
 * @throws {InputError} when the model is no endpoint id
 */
export function chosenModel(context: Parameters): ChosenModel {
	const choice = context.getNodeParameter('model', undefined);
	if (choice === customModel) {
		const id = checkEndpointId('Custom Model', context.getNodeParameter('customModel', undefined));
		return { id, listed: undefined, isVideo: videoModel(id) !== undefined };
	}
	const id = checkEndpointId('Model', choice);
	const listed = videoModel(id);
	return { id, listed, isVideo: listed !== undefined };
}

/**
 * Reads the two fields of an item that is to be submitted, for which a choice must be on the list.
 *
 * @throws {InputError} when it is not, or Custom Model is no endpoint id
 */
export function modelToSubmit(context: Parameters): ChosenModel {
	const choice = context.getNodeParameter('model', undefined);
	if (choice !== customModel && videoModel(choice) === undefined) {
		const list = videoModels.map(({ id }) => `"${id}"`).join(', ');
		throw new InputError(
			`Model is ${shown(choice)}; it must be one of ${list}, or "${customModel}" with the endpoint in Custom Model`,
		);
	}
	return chosenModel(context);
}

const endpointId = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

// An endpoint id becomes the path of requests, so nothing else is let through.
function checkEndpointId(field: string, value: unknown): string {
	if (typeof value !== 'string' || !endpointId.test(value)) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a fal endpoint id such as "${defaultModel}"`,
		);
	}
	return value;
}
