import type { NodeError } from 'n8n-workflow';
import { apiError, type ErrorContext } from '../errors/node-error';
import { type Cost, dollarsOf, microsOf, sumInWords, sumOf } from './cost';

const whole =
	'Max Cost counts all that this run of the node would submit; requests that a retry picks up cost nothing.';

/** What a run of the node would submit, and may cost. */
export interface Bill {
	/** All that it would submit, and nothing that exists already. */
	toCome: readonly Cost[];
	/** What earlier tries of the same run have submitted. */
	before?: readonly Cost[];
	/** In US dollars; of several, the smallest counts. */
	maxCost: number;
}

/**
 * Compares what a run would submit with Max Cost.
 *
 * @returns the error when it is above that, or nobody knows; nothing may be sent then
 */
export function aboveMaxCost(
	context: ErrorContext,
	{ toCome, before = [], maxCost }: Bill,
): NodeError | undefined {
	if (toCome.length === 0) return undefined;
	const limit = microsOf(maxCost);
	const sum = sumOf([...before, ...toCome]);
	const { micros, unknown } = sum;
	const sentBefore = before.length > 0;
	if (unknown.length > 0) return notKnown(context, unknown, limit, sentBefore);
	if (micros <= limit) return undefined;
	const earlier = sentBefore ? `, ${dollarsOf(sumOf(before).micros)} of it by earlier tries` : '';
	return apiError(
		context,
		`This run would cost ${sumInWords(sum)}${earlier}, and Max Cost is ${dollarsOf(limit)}`,
		{
			description: `${nothing(sentBefore)} Send fewer or shorter videos, choose a cheaper model, or raise Max Cost in the options. ${whole}`,
		},
	);
}

const nothing = (sentBefore: boolean) =>
	sentBefore
		? 'Nothing more was sent; what earlier tries have sent may be billed.'
		: 'Nothing was sent, and nothing is billed.';

function notKnown(
	context: ErrorContext,
	reasons: readonly string[],
	limit: number,
	sentBefore: boolean,
): NodeError {
	return apiError(
		context,
		`Nobody can say whether this run stays below Max Cost, which is ${dollarsOf(limit)}: ${reasons.join('; ')}`,
		{
			description: `${nothing(sentBefore)} Choose a model whose price the list tells, with a Duration, or take Max Cost out of the options. ${whole}`,
		},
	);
}
