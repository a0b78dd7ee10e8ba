import type { IRunExecutionData } from 'n8n-workflow';
import type { Outcome } from '../../../harness/engine/outcome';
import { stringifyRunData } from '../../../harness/engine/run-data';
import { FAL_VIDEO } from '../../../harness/engine/workflow';
import { modelError, type Outcome as Ending } from '../../../harness/standin/outcome';
import type { Submission } from '../../../harness/standin/submission';

/** The size of what the node has kept: as JSON, and in the form that n8n writes to its database. */
export function ledgerSizes(outcome: Outcome): [number, number] {
	const context = outcome.context(FAL_VIDEO);
	return [
		JSON.stringify(context).length,
		stringifyRunData(context as unknown as IRunExecutionData).length,
	];
}

/** Refuses each request in words of its own: the most that a ledger may have to remember of it. */
export function refusedInItsOwnWords({ body }: Submission): Ending {
	return modelError(422, false, {
		loc: ['body', 'prompt'],
		msg: `${body.prompt as string} is refused. ${'It goes against the policy. '.repeat(20)}`,
		type: 'content_policy_violation',
	});
}
