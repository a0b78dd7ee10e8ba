import {
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { noRegistration } from '../FalVideo/execution/webhook/respond';
import { catalogMethods } from '../FalVideo/resources/catalog/methods';
import { modelFields } from '../FalVideo/resources/model-choice';
import { receiveCallback } from './receive-callback';

/** What a user can fill in. */
const triggerFields: INodeProperties[] = [
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
				'Which model the requests were sent to. fal’s callback does not say it, and the request is looked up by it',
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
			'Whether to fetch the result from fal, which also gives what the callback lacks, such as the metrics. A request that the credential’s key does not know starts nothing then.',
	},
];

/** What the trigger is. It registers nothing: fal is told its URL with each request. */
export class FalVideoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fal Video Trigger',
		name: 'falVideoTrigger',
		icon: {
			light: 'file:../FalVideo/falVideo.svg',
			dark: 'file:../FalVideo/falVideo.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: 'video finished or failed',
		// n8n's panel of nodes has one entry for a node and its trigger, and shows this text there, not the
		// node's. So it begins with what both are for.
		description:
			'Turn text and images into video with Kling at fal, or start when a video is finished',
		eventTriggerDescription: 'Waiting for fal to call the Test URL',
		activationMessage:
			'fal can now call the Production URL: give it to Generate as its option Webhook URL.',
		defaults: { name: 'Fal Video Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'falVideoApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: 'Taken',
				path: 'webhook',
			},
		],
		properties: triggerFields,
	};

	methods = { listSearch: catalogMethods.listSearch };

	webhookMethods = noRegistration;

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}
}
