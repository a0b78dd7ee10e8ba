import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { InputError, shown } from '../execution/errors/input-error';
import {
	defaultModel,
	defaultModels,
	modelDescription,
	modelsFrom,
	type Source,
	type VideoModel,
	videoModel,
	videoModels,
} from './models';
import { customChoiceOf, customModel, isEndpointId } from './custom-model';
import { findAnyModel, findModel } from './models/find-model';

/** The editor's list of other models, by the kind that is wanted. */
const searchMethods: Record<Source | 'any', string> = {
	text: 'searchTextModels',
	image: 'searchImageModels',
	any: 'searchModels',
};

/**
 * The model's list and the field for one that is not on it, for the operations of `show`.
 *
 * @param source the kind of models that are listed; without it, all
 */
export function modelFields(
	show: NonNullable<IDisplayOptions['show']>,
	texts: { model: string; customModel: string; customHint: string },
	source?: Source,
): INodeProperties[] {
	const models = source === undefined ? videoModels : modelsFrom(source);
	const start = defaultModels[source ?? 'text'];
	return [
		{
			displayName: 'Model',
			name: 'model',
			type: 'options',
			default: start,
			description: `${texts.model}. An expression gives its endpoint ID, its name, or a short form such as kling 3 pro.`,
			options: [
				...models.map((model) => ({
					// Both kinds have the same names.
					name:
						source === undefined && model.from === 'image' ? `${model.name} (Image)` : model.name,
					value: model.id,
					description: modelDescription(model),
				})),
				{
					name: 'Other Model',
					value: customModel,
					description: 'Any other video model of fal: Veo, Seedance, Wan, Hailuo, LTX and more',
				},
			],
			displayOptions: { show },
		},
		{
			displayName: 'Other Model',
			name: 'customModel',
			type: 'resourceLocator',
			// Not `required`: where Model is an expression, n8n counts this as shown, and would refuse to
			// start any workflow that leaves it empty. It is checked before anything is sent.
			default: { mode: 'list', value: '' },
			description: texts.customModel,
			hint: texts.customHint,
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					typeOptions: {
						searchListMethod: searchMethods[source ?? 'any'],
						searchable: true,
						// fal's catalogue is public.
						skipCredentialsCheckInRLC: true,
					},
				},
				{
					displayName: 'By ID',
					name: 'id',
					type: 'string',
					placeholder: 'e.g. fal-ai/veo3.1',
				},
			],
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
	const choice = trimmed(context.getNodeParameter('model', undefined));
	if (choice === customModel) return customChoice(context);
	const listed = typeof choice === 'string' ? findAnyModel(choice) : undefined;
	return listed
		? { id: listed.id, listed, isVideo: true }
		: { id: checkEndpointId('Model', choice), listed: undefined, isVideo: false };
}

function customChoice(context: Parameters): ChosenModel {
	const given = context.getNodeParameter('customModel', undefined);
	const id = checkEndpointId('Other Model', customChoiceOf(given));
	return { id, listed: undefined, isVideo: videoModel(id) !== undefined };
}

const kinds: Record<Source, string> = {
	text: 'makes video from text alone',
	image: 'makes video from an image',
};

const quoted = ({ id, name }: VideoModel) => `${name} ("${id}")`;

/**
 * Reads the two fields of an item that is to be submitted, for which a choice must be on the list: by
 * its endpoint id, its name or a short form of it.
 *
 * @param source what the item makes a video of
 * @throws {InputError} when it is not, naming what is nearest; or Other Model is no endpoint id
 */
export function modelToSubmit(context: Parameters, source: Source): ChosenModel {
	const choice = trimmed(context.getNodeParameter('model', undefined));
	if (choice === customModel) return customChoice(context);
	const allowed = `it must be the ID or the name of a model on the list, or Other Model ("${customModel}" in an expression) with an endpoint ID`;
	if (typeof choice !== 'string' || choice.trim() === '') {
		throw new InputError(
			`Model is ${shown(choice)}; ${allowed}. An ID is, for example, "${defaultModels[source]}"`,
		);
	}
	const found = findModel(choice, source);
	if ('model' in found) return { id: found.model.id, listed: found.model, isVideo: true };
	if ('nearest' in found) {
		throw new InputError(
			`Model is ${shown(choice)}; ${allowed}. The nearest are ${found.nearest.map(quoted).join(', ')}`,
		);
	}
	const { otherKind, counterpart } = found;
	const instead = counterpart
		? `The same model from ${source === 'text' ? 'text' : 'an image'} is ${quoted(counterpart)}`
		: `There is none of that name from ${source === 'text' ? 'text' : 'an image'}`;
	throw new InputError(
		`Model is ${shown(choice)}, which ${kinds[otherKind.from]}; ${allowed}. ${instead}`,
	);
}

// As of every choice: a cell or a pasted line has blanks and line breaks around it.
function trimmed(value: unknown): unknown {
	return typeof value === 'string' ? value.trim() : value;
}

function checkEndpointId(field: string, value: unknown): string {
	if (!isEndpointId(value)) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a fal endpoint ID such as "${defaultModel}"`,
		);
	}
	return value;
}
