import type { IExecuteSingleFunctions } from 'n8n-workflow';

/** Whether the node runs as a tool of an agent: n8n names that kind of it so. */
export function isTool(context: Pick<IExecuteSingleFunctions, 'getNode'>): boolean {
	return context.getNode().type.endsWith('Tool');
}
