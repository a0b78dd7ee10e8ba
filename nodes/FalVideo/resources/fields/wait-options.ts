import type { IExecuteSingleFunctions } from 'n8n-workflow';
import type { WaitSettings } from '../../execution/follow-request';
import { checkBoolean, checkChoice, checkNumber } from './check-value';
import { InputError, shown } from '../../execution/errors/input-error';

/** The longest wait that can be set: 30 days. fal does not keep a request as long. */
const longestWaitSeconds = 30 * 86_400;

/** The longest wait where the user sets none, in seconds. */
export const defaultMaxWaitSeconds = { polling: 1800, suspended: 86_400 };

/**
 * Reads the waiting options of an item.
 *
 * @param fallbackSeconds the longest wait where the user sets none
 * @throws {InputError} when a value is out of range
 */
export function waitSettings(
	context: IExecuteSingleFunctions,
	fallbackSeconds = defaultMaxWaitSeconds.polling,
): WaitSettings {
	const options = context.getNodeParameter('options', {}) as Record<string, unknown>;
	const { pollIntervalSeconds, maxWaitSeconds, onTimeout, cancelOnStop } = options;
	return {
		pollIntervalMs:
			pollIntervalSeconds === undefined
				? undefined
				: 1000 *
					checkNumber('Poll Interval', pollIntervalSeconds, {
						min: 0.5,
						max: 3600,
						unit: 'seconds',
					}),
		maxWaitMs:
			1000 *
			checkNumber('Max Wait', maxWaitSeconds ?? fallbackSeconds, {
				min: 1,
				max: longestWaitSeconds,
				unit: 'seconds',
			}),
		onTimeout: checkChoice('On Timeout', onTimeout ?? 'fail', [
			'fail',
			'returnPending',
			'cancelAndFail',
		]),
		cancelOnStop: checkBoolean('Cancel on Stop', cancelOnStop ?? true),
		binaryPropertyName: checkFieldName(options.binaryPropertyName ?? 'data'),
	};
}

/**
 * Reads whether an item is waited for, and whether its video is downloaded.
 *
 * @throws {InputError} when a value is neither yes nor no
 */
export function deliverySettings(context: IExecuteSingleFunctions): {
	waits: boolean;
	downloads: boolean;
} {
	const value = (name: string, fallback: boolean) =>
		context.getNodeParameter(name, fallback) ?? fallback;
	return {
		waits: checkBoolean('Wait Until Complete', value('waitUntilComplete', true)),
		downloads: checkBoolean('Download Video', value('downloadVideo', false)),
	};
}

/**
 * Checks the options that the fields send to fal beside the body. One that is empty is not sent.
 *
 * @throws {InputError} when a value is out of range
 */
export function checkQueueOptions(context: IExecuteSingleFunctions): void {
	const options = context.getNodeParameter('options', {}) as Record<string, unknown>;
	const { priority, startTimeoutSeconds, webhookUrl } = options;
	if (isSet(priority)) checkChoice('Priority', priority, ['low', 'normal']);
	if (isSet(startTimeoutSeconds)) {
		const range = { min: 1, max: longestWaitSeconds, unit: 'seconds' };
		checkNumber('Start Timeout', startTimeoutSeconds, range);
	}
	if (
		isSet(webhookUrl) &&
		!(typeof webhookUrl === 'string' && /^https?:\/\/\S+$/.test(webhookUrl))
	) {
		throw new InputError(
			`Webhook URL is ${shown(webhookUrl)}; allowed is an address such as "https://example.com/webhook/fal"`,
		);
	}
}

function isSet(value: unknown): boolean {
	return value !== undefined && value !== null && value !== '';
}

function checkFieldName(value: unknown): string {
	if (typeof value !== 'string' || !/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(value)) {
		throw new InputError(
			`Put Output File in Field is ${shown(value)}; allowed are letters, digits, _ and -, beginning with a letter`,
		);
	}
	return value;
}
