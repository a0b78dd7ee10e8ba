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
			'Copy the Production URL above. In the node Fal Video, operation Generate, turn Wait Until Complete off, choose Options > Add Option > Webhook URL, and paste it there. fal then starts this workflow when the video is finished, or has failed. This n8n needs an address on the internet for that, where fal can call it.',
		name: 'usage',
		type: 'notice',
		default: '',
	},
	...modelFields(
		{},
		{
			model:
				'Which model makes the videos. fal does not say it when it calls, and the video cannot be fetched without it',
			customModel: 'The model that makes the videos: from fal’s catalogue, or by its endpoint ID',
			customHint: 'The same as in the node that makes the videos',
		},
	),
	{
		displayName: 'Fetch Result',
		name: 'fetchResult',
		type: 'boolean',
		default: true,
		description:
			'Whether to fetch the video’s data from fal, instead of taking what its call says. It is safer, since the video of somebody else’s account starts nothing then, and it tells more, such as how long the video took.',
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
			'fal can now call the Production URL. Paste it in Fal Video, operation Generate, under Options > Add Option > Webhook URL.',
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
