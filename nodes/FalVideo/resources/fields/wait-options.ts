import type { IExecuteSingleFunctions } from 'n8n-workflow';
import type { WaitSettings } from '../../execution/follow-request';
import { checkBoolean, checkChoice, checkNumber } from './check-value';
import { InputError, shown } from '../../execution/errors/input-error';

/** The pause between two status requests where the user sets none, in milliseconds. */
const defaultPollIntervalMs = 2000;

/** The longest wait that can be set: 30 days. fal does not keep a request as long. */
const longestWaitSeconds = 30 * 86_400;

/**
 * Reads the waiting options of an item.
 *
 * @throws {InputError} when a value is out of range
 */
export function waitSettings(context: IExecuteSingleFunctions): WaitSettings {
	const options = context.getNodeParameter('options', {}) as Record<string, unknown>;
	const { pollIntervalSeconds, maxWaitSeconds, onTimeout, cancelOnStop } = options;
	return {
		pollIntervalMs:
			pollIntervalSeconds === undefined
				? defaultPollIntervalMs
				: 1000 *
					checkNumber('Poll Interval', pollIntervalSeconds, {
						min: 0.5,
						max: 3600,
						unit: 'seconds',
					}),
		maxWaitMs:
			1000 *
			checkNumber('Max Wait', maxWaitSeconds ?? 1800, {
				min: 1,
				max: longestWaitSeconds,
				unit: 'seconds',
			}),
		onTimeout: checkChoice('On Timeout', onTimeout ?? 'fail', [
			'fail',
			'returnPending',
			'cancelAndFail',
		]),
		cancelOnStop: checkBoolean('Cancel On Stop', cancelOnStop ?? true),
		binaryPropertyName: checkFieldName(options.binaryPropertyName ?? 'data'),
	};
}

function checkFieldName(value: unknown): string {
	if (typeof value !== 'string' || !/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(value)) {
		throw new InputError(
			`Put Output File in Field is ${shown(value)}; allowed are letters, digits, _ and -, beginning with a letter`,
		);
	}
	return value;
}
