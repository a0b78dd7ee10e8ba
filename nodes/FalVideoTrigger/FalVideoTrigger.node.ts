import {
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { testKey } from '../FalVideo/execution/access/test-key';
import { noRegistration } from '../FalVideo/execution/webhook/no-registration';
import { triggerFields } from './fields';
import { receiveCallback } from './receive-callback';

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
		description: 'Starts the workflow when fal has finished a video that was not waited for',
		eventTriggerDescription: 'Waiting for fal to call the Test URL',
		activationMessage:
			'fal can now call the Production URL: give it to Generate as its option Webhook URL.',
		defaults: { name: 'Fal Video Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'falVideoApi', required: true, testedBy: 'testKey' }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		properties: triggerFields,
	};

	webhookMethods = noRegistration;

	methods = { credentialTest: { testKey } };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}
}
