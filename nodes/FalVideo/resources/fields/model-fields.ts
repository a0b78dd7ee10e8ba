import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { customModel, defaultModel, videoModels } from './models';

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
				...videoModels.map(({ id, name, description }) => ({ name, value: id, description })),
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
export const modelExpression =
	'{{ $parameter.model === "custom" ? $parameter.customModel : $parameter.model }}';
