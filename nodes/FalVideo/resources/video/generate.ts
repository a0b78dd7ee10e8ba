import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { modelExpression } from '../fields/model-fields';
import { deliveryFields, optionFields, optionsCollection } from '../fields/option-fields';
import { runGenerate } from './run-generate';

const show = { resource: ['video'], operation: ['generate'] };

/** The operation: one POST per item, which `runGenerate` carries on to the finished video. */
export const generateOperation: INodePropertyOptions = {
	name: 'Generate',
	value: 'generate',
	action: 'Generate a video from text',
	description: 'Make a video from a prompt and wait until it is complete',
	routing: {
		request: {
			method: 'POST',
			url: `=/${modelExpression}`,
		},
		send: { paginate: true },
		operations: { pagination: runGenerate },
	},
};

/** How the video is waited for and delivered. */
export const generateFields: INodeProperties[] = [
	...deliveryFields(show, {
		waitDescription:
			'Whether to wait for the video. Without waiting, the item is fal’s reply: the ID and the URLs of the request.',
		downloadWhen: { waitUntilComplete: [true] },
	}),
	{
		displayName:
			'The workflow goes on at once, and the video is billed all the same. Collect it later with Request > Get Result.',
		name: 'notWaitingNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, waitUntilComplete: [false] } },
	},
	optionsCollection(show, [
		optionFields.cancelOnStop,
		optionFields.extraInput,
		optionFields.maxWaitSeconds,
		optionFields.onTimeout,
		optionFields.pollIntervalSeconds,
		optionFields.priority,
		optionFields.binaryPropertyName,
		optionFields.startTimeoutSeconds,
		optionFields.webhookUrl,
	]),
];
