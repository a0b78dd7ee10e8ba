import type { IRunExecutionData } from 'n8n-workflow';
import type { Outcome } from '../../../harness/engine/outcome';
import { stringifyRunData } from '../../../harness/engine/run-data';
import { FAL_VIDEO } from '../../../harness/engine/workflow';

/** The size of what the node has kept: as JSON, and in the form that n8n writes to its database. */
export function ledgerSizes(outcome: Outcome): [number, number] {
	const context = outcome.context(FAL_VIDEO);
	return [
		JSON.stringify(context).length,
		stringifyRunData(context as unknown as IRunExecutionData).length,
	];
}
