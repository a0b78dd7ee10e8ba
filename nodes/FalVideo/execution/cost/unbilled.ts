import { QueueError } from '../../queue/errors';

/**
 * Whether a request that ended in an error is certainly not billed: fal bills no fault of its own (fal's
 * documentation of errors). Of gateways nothing is known.
 */
export function isUnbilled(error: unknown, isFal: boolean): boolean {
	return (
		isFal &&
		error instanceof QueueError &&
		error.kind === 'failed' &&
		(error.facts.httpStatus ?? 0) >= 500
	);
}
