import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

type Show = NonNullable<IDisplayOptions['show']>;

/**
 * The options of waiting and of delivery, each declared once, for the collections of all
 * operations that have it.
 */
export const optionFields = {
	binaryPropertyName: {
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		placeholder: 'e.g. data',
		description: 'The name of the output field that holds the downloaded video',
		hint: 'Letters, digits and _, without spaces',
	},
	cancelOnStop: {
		displayName: 'Cancel on Stop',
		name: 'cancelOnStop',
		type: 'boolean',
		default: true,
		description: 'Whether stopping the execution cancels its running requests at fal',
	},
	extraInput: {
		displayName: 'Extra Input',
		name: 'extraInput',
		type: 'json',
		typeOptions: { rows: 4 },
		default: '{}',
		description: 'A JSON object with inputs of the model that have no field here',
	},
	maxWaitSeconds: {
		displayName: 'Max Wait (Seconds)',
		name: 'maxWaitSeconds',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1800,
		description: 'The longest wait for a video; then On Timeout decides',
	},
	onTimeout: {
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		default: 'fail',
		description: 'What happens to an item whose video is not complete after Max Wait',
		options: [
			{
				name: 'Cancel and Fail',
				value: 'cancelAndFail',
				description: 'The request is cancelled at fal, and the item fails',
			},
			{
				name: 'Fail',
				value: 'fail',
				description: 'The item fails; its request goes on, and a retry waits on for it',
			},
			{
				name: 'Return as Pending',
				value: 'returnPending',
				description: 'The item goes on with the status and the ID of its request',
			},
		],
	},
	pollIntervalSeconds: {
		displayName: 'Poll Interval (Seconds)',
		name: 'pollIntervalSeconds',
		type: 'number',
		typeOptions: { minValue: 0.5, numberPrecision: 1 },
		default: 2,
		description:
			'A fixed pause between two status requests. Without this option the node listens to fal, and asks when the video is likely to be ready.',
	},
	priority: {
		displayName: 'Priority',
		name: 'priority',
		type: 'options',
		default: 'normal',
		description: 'How fal’s queue ranks the request among others of the same account',
		options: [
			{ name: 'Low', value: 'low' },
			{ name: 'Normal', value: 'normal' },
		],
		routing: { request: { headers: { 'X-Fal-Queue-Priority': '={{ $value }}' } } },
	},
	startTimeoutSeconds: {
		displayName: 'Start Timeout (Seconds)',
		name: 'startTimeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 600,
		description: 'A request that fal has not started by then fails, unbilled',
		routing: { request: { headers: { 'X-Fal-Request-Timeout': '={{ $value }}' } } },
	},
	webhookUrl: {
		displayName: 'Webhook URL',
		name: 'webhookUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/webhook/fal',
		description: 'Where fal posts the result when the request ends',
		displayOptions: { show: { '/waitUntilComplete': [false] } },
		routing: {
			send: { type: 'query', property: 'fal_webhook', value: '={{ $value || undefined }}' },
		},
	},
} satisfies Record<string, INodeProperties>;

/** The collection of an operation's options. */
export function optionsCollection(show: Show, options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options,
	};
}

/** Whether to wait for a video, and whether to download it. */
export function deliveryFields(
	show: Show,
	{ waitDescription, downloadWhen }: { waitDescription: string; downloadWhen: Show },
): INodeProperties[] {
	return [
		{
			displayName: 'Wait Until Complete',
			name: 'waitUntilComplete',
			type: 'boolean',
			default: true,
			description: waitDescription,
			displayOptions: { show },
		},
		downloadField({ ...show, ...downloadWhen }),
	];
}

/** Whether to download a video. */
export function downloadField(show: Show): INodeProperties {
	return {
		displayName: 'Download Video',
		name: 'downloadVideo',
		type: 'boolean',
		default: false,
		description: 'Whether to put the video as a binary file beside the JSON',
		displayOptions: { show },
	};
}
