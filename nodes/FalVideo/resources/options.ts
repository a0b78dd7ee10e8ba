import type { IDisplayOptions, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';
import { InputError, shown } from '../execution/errors/input-error';
import type { WaitSettings } from '../execution/request/follow';
import { checkBoolean, checkChoice, checkNumber, checkObject, ifGiven, isEmpty } from './checks';
import { dateInZone } from './date-in-zone';

type Show = NonNullable<IDisplayOptions['show']>;

/** One option: how it is shown, and what is made of its value, which may be missing. */
interface Option<Value> {
	field: INodeProperties;
	/**
	 * Throws an `InputError` where the value is not allowed.
	 *
	 * @param isAdded whether the option is there, be its value empty
	 */
	read: (value: unknown, isAdded: boolean) => Value;
}

/** The longest wait that can be set: 30 days. fal does not keep a request as long. */
const longestWaitSeconds = 30 * 86_400;

const seconds = (name: string, value: unknown, min: number, max: number) =>
	checkNumber(name, value, { min, max, unit: 'seconds' });

const maxWait = (
	defaultSeconds: number,
	texts: Pick<INodeProperties, 'description' | 'hint'>,
): Option<WaitSettings['maxWaitMs']> => ({
	field: {
		displayName: 'Max Wait (Seconds)',
		name: 'maxWaitSeconds',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: defaultSeconds,
		...texts,
	},
	read: (value = defaultSeconds) => 1000 * seconds('Max Wait', value, 1, longestWaitSeconds),
});

const timeouts = ['cancelAndFail', 'fail', 'returnPending'] as const;

/** The options of all operations, each with its field, its check and its default. */
const options = {
	binaryPropertyName: {
		field: {
			displayName: 'Put Output File in Field',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			placeholder: 'e.g. data',
			description:
				'The name of the output field that holds the downloaded video. More files of another model: the same with _1, _2 and so on.',
			hint: 'Letters, digits, _ and - only; it begins with a letter or _',
		},
		read: (value = 'data') => checkFieldName(value),
	} as Option<string>,
	cancelOnStop: {
		field: {
			displayName: 'Cancel on Stop',
			name: 'cancelOnStop',
			type: 'boolean',
			default: true,
			description:
				'Whether stopping the execution cancels its requests at fal. One that fal has begun to make may be billed all the same.',
		},
		read: (value = true) => checkBoolean('Cancel on Stop', value),
	} as Option<boolean>,
	extraInput: {
		field: {
			displayName: 'Extra Model Inputs (JSON)',
			name: 'extraInput',
			type: 'json',
			typeOptions: { rows: 4 },
			default: '{}',
			description: 'A JSON object with inputs of the model that have no field here',
			hint: 'Such as {"seed": 7}: which inputs a model has stands on its page at fal',
		},
		read: (value) => checkObject('Extra Model Inputs', value),
	} as Option<Record<string, unknown>>,
	includeLogs: {
		field: {
			displayName: 'Include Logs',
			name: 'includeLogs',
			type: 'boolean',
			default: true,
			description:
				'Whether to include what the model has written into its log so far, where fal gives it',
		},
		// Off unless it was added: n8n then gives its default, which is what most who add it want.
		read: (value = false) => checkBoolean('Include Logs', value),
	} as Option<boolean>,
	fileLifetime: {
		field: {
			displayName: 'File Lifetime',
			name: 'fileLifetime',
			type: 'options',
			default: '7d',
			description:
				'How long fal keeps the video file; then its URL no longer works. Without this option, as your account says. Afterwards only a downloaded file is left.',
			options: [
				{ name: '1 Day', value: '1d' },
				{ name: '1 Hour', value: '1h' },
				{ name: '1 Year', value: '365d' },
				{ name: '30 Days', value: '30d' },
				{ name: '7 Days', value: '7d' },
				{ name: 'For Good', value: 'forever', description: 'Until you delete it at fal' },
			],
			hint: 'An expression may give any number of hours or days, such as 36h or 90d',
		},
		read: (value) => ifGiven(value, () => lifecycle(value)),
	} as Option<string | undefined>,
	maxCost: {
		field: {
			displayName: 'Max Cost (USD)',
			name: 'maxCost',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 2 },
			default: 5,
			description:
				'What all videos of this run of the node may cost together, by fal’s prices. Above it nothing is sent. A model without a known price is an error then.',
			hint: 'In a loop, this counts for each round by itself',
		},
		// A limit whose expression finds nothing is none that anybody wanted: it must not let all through.
		read: (value, isAdded) =>
			isAdded
				? checkNumber('Max Cost', value, { min: 0, max: 1_000_000, unit: 'US dollars' })
				: undefined,
	} as Option<number | undefined>,
	maxWaitSeconds: maxWait(1800, {
		description: 'The longest wait for a video; then On Timeout decides',
		hint: '1800 seconds are half an hour',
	}),
	maxSuspendSeconds: maxWait(86_400, {
		description:
			'The longest the execution stays suspended; then it goes on, with the status and the ID of what is still running',
		hint: '86400 seconds are one day; a value that you set for Generate stays when you switch the operation',
	}),
	onTimeout: {
		field: {
			displayName: 'On Timeout',
			name: 'onTimeout',
			type: 'options',
			default: 'fail',
			description: 'What happens to an item whose video is not complete after Max Wait',
			options: [
				{
					name: 'Cancel and Fail',
					value: 'cancelAndFail',
					description:
						'The request is cancelled at fal, and the item fails. It may be billed all the same.',
				},
				{
					name: 'Fail',
					value: 'fail',
					description: 'The item fails; its request goes on, and Request > Get Result collects it',
				},
				{
					name: 'Return as Pending',
					value: 'returnPending',
					description: 'The item goes on with the status and the ID of its request',
				},
			],
		},
		read: (value = 'fail') => checkChoice('On Timeout', value, timeouts),
	} as Option<WaitSettings['onTimeout']>,
	pollIntervalSeconds: {
		field: {
			displayName: 'Check Every (Seconds)',
			name: 'pollIntervalSeconds',
			type: 'number',
			typeOptions: { minValue: 0.5, numberPrecision: 1 },
			default: 2,
			description:
				'How often the node asks whether the video is ready. Without this option the node listens to fal, and asks when the video is likely to be ready.',
		},
		read: (value) =>
			value === undefined ? undefined : 1000 * seconds('Check Every', value, 0.5, 3600),
	} as Option<WaitSettings['pollIntervalMs']>,
	priority: {
		field: {
			displayName: 'Priority',
			name: 'priority',
			type: 'options',
			default: 'normal',
			description:
				'Where the request stands in fal’s queue for the model, which all of fal’s customers share. Low goes behind everybody’s normal requests.',
			options: [
				{ name: 'Low', value: 'low' },
				{ name: 'Normal', value: 'normal' },
			],
			routing: { request: { headers: { 'X-Fal-Queue-Priority': '={{ $value }}' } } },
		},
		read: (value) => ifGiven(value, () => checkChoice('Priority', value, ['low', 'normal'])),
	} as Option<unknown>,
	since: {
		field: {
			displayName: 'Since',
			name: 'since',
			type: 'dateTime',
			default: '',
			description: 'Only requests that were sent after this; the last 24 hours if it is empty',
		},
		read: (value) => ifGiven(value, () => checkDate('Since', value)),
	} as Option<((timeZone: string) => Date) | undefined>,
	endedAs: {
		field: {
			displayName: 'Status',
			name: 'status',
			type: 'options',
			default: 'success',
			description: 'Only requests that ended so; without this option, all',
			options: [
				{ name: 'Error at Fal', value: 'error' },
				{ name: 'Refused Input', value: 'user_error' },
				{ name: 'Success', value: 'success' },
			],
		},
		read: (value) =>
			ifGiven(value, () => checkChoice('Status', value, ['success', 'error', 'user_error'])),
	} as Option<'success' | 'error' | 'user_error' | undefined>,
	startTimeoutSeconds: {
		field: {
			displayName: 'Give Up If Not Started (Seconds)',
			name: 'startTimeoutSeconds',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 600,
			description: 'A request that has not started by then fails, and fal does not bill it',
			routing: { request: { headers: { 'X-Fal-Request-Timeout': '={{ $value }}' } } },
		},
		read: (value) =>
			ifGiven(value, () => seconds('Give Up If Not Started', value, 1, longestWaitSeconds)),
	} as Option<unknown>,
	webhookUrl: {
		field: {
			displayName: 'Webhook URL',
			name: 'webhookUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/webhook/fal',
			description: 'The address that fal calls when the video is finished, or has failed',
			hint: 'The Production URL of a Fal Video Trigger, for example',
			displayOptions: { show: { '/waitUntilComplete': [false] } },
			routing: {
				send: { type: 'query', property: 'fal_webhook', value: '={{ $value || undefined }}' },
			},
		},
		read: (value) => ifGiven(value, () => checkUrl('Webhook URL', value)),
	} as Option<unknown>,
} satisfies Record<string, Option<unknown>>;

type Name = keyof typeof options;

/** The collection of an operation's options, in this order. */
export function optionsCollection(show: Show, names: readonly Name[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show },
		options: names.map((name) => options[name].field),
	};
}

/**
 * The value of an option of an item, or its default.
 *
 * @throws {InputError} when it is not allowed
 */
export function readOption<N extends Name>(
	context: IExecuteSingleFunctions,
	name: N,
): ReturnType<(typeof options)[N]['read']> {
	const given = context.getNodeParameter('options', {}) as Record<string, unknown>;
	const { field, read } = options[name];
	return read(given[field.name], field.name in given) as ReturnType<(typeof options)[N]['read']>;
}

/**
 * Reads the waiting options of an item.
 *
 * @param maxWait which of the two longest waits counts
 * @throws {InputError} when a value is not allowed
 */
export function waitSettings(
	context: IExecuteSingleFunctions,
	maxWait: 'maxWaitSeconds' | 'maxSuspendSeconds' = 'maxWaitSeconds',
): WaitSettings {
	return {
		pollIntervalMs: readOption(context, 'pollIntervalSeconds'),
		maxWaitMs: readOption(context, maxWait),
		onTimeout: readOption(context, 'onTimeout'),
		cancelOnStop: readOption(context, 'cancelOnStop'),
		binaryPropertyName: readOption(context, 'binaryPropertyName'),
	};
}

/**
 * Checks the options that are sent beside the body. One that is empty is not sent.
 *
 * @throws {InputError} when a value is not allowed
 */
export function checkQueueOptions(context: IExecuteSingleFunctions): void {
	for (const name of ['priority', 'startTimeoutSeconds', 'webhookUrl'] as const) {
		readOption(context, name);
	}
}

/** Whether to wait for a video. */
export function waitField(show: Show, description: string): INodeProperties {
	return {
		displayName: 'Wait Until Complete',
		name: 'waitUntilComplete',
		type: 'boolean',
		default: true,
		description,
		displayOptions: { show },
	};
}

/** Whether to download a video. */
export function downloadField(show: Show): INodeProperties {
	return {
		displayName: 'Download Video',
		name: 'downloadVideo',
		type: 'boolean',
		default: false,
		description:
			'Whether to put the video beside the JSON as a file, which can be played and sent on. Its URL works for some days only.',
		displayOptions: { show },
	};
}

/**
 * Whether an item is waited for, and whether its video is downloaded.
 *
 * @throws {InputError} when a value is neither yes nor no
 */
export function deliverySettings(context: IExecuteSingleFunctions): {
	wait: boolean;
	download: boolean;
} {
	const value = (name: string, fallback: boolean) => {
		const given = context.getNodeParameter(name, fallback);
		return isEmpty(given) ? fallback : given;
	};
	return {
		wait: checkBoolean('Wait Until Complete', value('waitUntilComplete', true)),
		download: checkBoolean('Download Video', value('downloadVideo', false)),
	};
}

// An expression may give a date, one of Luxon's, or a text. What says no zone, as n8n's date picker, is of
// the workflow's.
function checkDate(field: string, value: unknown): (timeZone: string) => Date {
	const text = String(value).trim();
	const date = new Date(value instanceof Date ? value : text);
	if (Number.isNaN(date.getTime())) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be a date and time such as "2026-11-25T18:00:00Z"`,
		);
	}
	const isWithoutZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text);
	return (timeZone) => (isWithoutZone ? dateInZone(text, timeZone) : date);
}

const lifetime = /^(\d+(?:\.\d+)?)\s*(h|hours?|d|days?)$/i;

/** The longest lifetime that can be set, in hours: ten years. */
const longestLifetimeHours = 10 * 365 * 24;

// What `X-Fal-Object-Lifecycle-Preference` takes, null for no expiration: fal's documentation of data
// retention.
function lifecycle(value: unknown): string {
	if (/^(forever|for good)$/i.test(String(value).trim())) {
		return JSON.stringify({ expiration_duration_seconds: null });
	}
	const [, count = '', unit = ''] = lifetime.exec(String(value).trim()) ?? [];
	const hours = Number(count) * (/^d/i.test(unit) ? 24 : 1);
	if (count === '' || hours < 1 || hours > longestLifetimeHours) {
		throw new InputError(
			`File Lifetime is ${shown(value)}; it must be a number of hours or days such as "36h" or "7d", from 1 hour to ten years, or "forever"`,
		);
	}
	return JSON.stringify({ expiration_duration_seconds: Math.round(hours * 3600) });
}

function checkUrl(field: string, value: unknown): string {
	if (typeof value !== 'string' || !/^https?:\/\/\S+$/.test(value)) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be an address such as "https://example.com/webhook/fal"`,
		);
	}
	return value;
}

function checkFieldName(value: unknown): string {
	if (typeof value !== 'string' || !/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(value)) {
		throw new InputError(
			`Put Output File in Field is ${shown(value)}; it must have letters, digits, _ and - only, and begin with a letter or _`,
		);
	}
	return value;
}
