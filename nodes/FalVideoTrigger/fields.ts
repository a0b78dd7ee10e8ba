import type { INodeProperties } from 'n8n-workflow';
import { modelFields } from '../FalVideo/resources/fields/model-fields';

/** What a user can fill in. */
export const triggerFields: INodeProperties[] = [
	{
		displayName:
			'Give the Production URL above to Fal Video: Generate, with Wait Until Complete off, as its option Webhook URL. fal then starts this workflow when the video is finished, or has failed.',
		name: 'usage',
		type: 'notice',
		default: '',
	},
	...modelFields(
		{},
		{
			model:
				'Which model the requests were sent to. fal’s callback does not say it, and the request is looked up by it.',
			customModel: 'The endpoint ID that the requests were sent to',
			customHint: 'Its first two parts are the address of the requests',
		},
	),
	{
		displayName: 'Fetch Result',
		name: 'fetchResult',
		type: 'boolean',
		default: true,
		description:
			'Whether to fetch the result from fal, which also gives what the callback lacks, such as the metrics',
	},
];
