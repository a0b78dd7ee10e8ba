import type { Outcome } from '../../harness/engine/outcome';

/**
 * The same outcome.
 *
 * @throws the execution's error if it failed: a contestant that fails has no times
 */
export function succeeded(outcome: Outcome): Outcome {
	if (outcome.status === 'success') return outcome;
	const { message, description } = outcome.error() ?? { message: 'no error told' };
	throw new Error(`The execution ended "${outcome.status}": ${message} ${description ?? ''}`);
}
