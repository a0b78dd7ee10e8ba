import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { VideoRequest } from '../../execution/request/video-request';
import { itemHook } from '../../execution/run/item-hook';
import { modelExpression } from '../model-choice';
import type { Source } from '../models';
import { deliverySettings, downloadField, optionsCollection, waitField } from '../options';
import { videoFields } from './body';
import { billsOfLaterItems, withMoney } from './cost';
import { readOrder } from './order';

const show = { resource: ['video'], operation: ['generate', 'generateFromImage'] };

/** One POST per item, which is carried on to the finished video. */
const generating = (source: Source): INodePropertyOptions['routing'] => ({
	request: { method: 'POST', url: `=/${modelExpression}` },
	send: { paginate: true },
	operations: {
		pagination: itemHook(async (context, composed, client) => {
			const { wait } = deliverySettings(context);
			const order = {
				...(await withMoney(
					context,
					client,
					await readOrder(context, composed, client, { source }),
				)),
				laterBills: async (items: number) =>
					await billsOfLaterItems(
						context,
						client,
						{ source, fields: [...videoFields, ...generateFields] },
						items,
					),
			};
			// Where the switch is an expression, n8n takes the Webhook URL for shown, and composes it.
			if (wait) return await new VideoRequest(context, client, { ...order, query: {} }).completed();
			return { json: await new VideoRequest(context, client, order).submitted() };
		}),
	},
});

/** The operation: a video of a prompt. */
export const generateOperation: INodePropertyOptions = {
	name: 'Generate',
	value: 'generate',
	action: 'Generate a video from text',
	description: 'Make a video from a prompt and wait until it is complete',
	routing: generating('text'),
};

/** The operation: a video that begins with an image. */
export const generateFromImageOperation: INodePropertyOptions = {
	name: 'Generate From Image',
	value: 'generateFromImage',
	action: 'Generate a video from an image',
	description: 'Set an image in motion, as a prompt says, and wait until the video is complete',
	routing: generating('image'),
};

/** How the video is waited for and delivered. */
export const generateFields: INodeProperties[] = [
	waitField(
		show,
		'Whether to wait for the video. Without waiting, the item is fal’s reply: the ID and the URLs of the request.',
	),
	downloadField({ ...show, waitUntilComplete: [true] }),
	{
		displayName:
			'The workflow goes on at once, and the video is billed all the same. Collect it later with Request > Get Result.',
		name: 'notWaitingNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, waitUntilComplete: [false] } },
	},
	optionsCollection(show, [
		'maxWaitSeconds',
		'onTimeout',
		'cancelOnStop',
		'maxCost',
		'binaryPropertyName',
		'extraInput',
		'fileLifetime',
		'priority',
		'startTimeoutSeconds',
		'pollIntervalSeconds',
		'webhookUrl',
	]),
];
