import type { NodeError } from 'n8n-workflow';
import { apiError, type ErrorContext } from '../errors/node-error';
import { type Cost, dollarsOf, microsOf, sumInWords, sumOf } from './cost';

const whole =
	'Max Cost counts all that this run of the node would submit; requests that a retry picks up cost nothing.';

/**
 * Compares what would be submitted with Max Cost.
 *
 * @param costs of all that would be submitted, and nothing that exists already
 * @param maxCost in US dollars
 * @returns the error when it is above that, or nobody knows; nothing may be sent then
 */
export function aboveMaxCost(
	context: ErrorContext,
	costs: readonly Cost[],
	maxCost: number,
): NodeError | undefined {
	const limit = microsOf(maxCost);
	const sum = sumOf(costs);
	const { micros, unknown } = sum;
	if (unknown.length > 0) return notKnown(context, unknown, limit);
	if (micros <= limit) return undefined;
	return apiError(
		context,
		`This run would cost ${sumInWords(sum)}, and Max Cost is ${dollarsOf(limit)}`,
		{
			description: `Nothing was sent, and nothing is billed. Send fewer or shorter videos, choose a cheaper model, or raise Max Cost in the options. ${whole}`,
		},
	);
}

function notKnown(context: ErrorContext, reasons: readonly string[], limit: number): NodeError {
	return apiError(
		context,
		`Nobody can say whether this run stays below Max Cost, which is ${dollarsOf(limit)}: ${reasons.join('; ')}`,
		{
			description: `Nothing was sent, and nothing is billed. Choose a model whose price the list tells, with a Duration, or take Max Cost out of the options. ${whole}`,
		},
	);
}
