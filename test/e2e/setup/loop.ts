import type { Submission } from '../../../harness/standin/submission';
import { nodeOf } from './triggers';
import { importWorkflow, type StoredWorkflow } from './workflows';

/** A loop's shape. */
export interface LoopShape {
	items: number;
	batch: number;
	/** How many suspending nodes follow one another within the loop. @default 1 */
	inRow?: number;
}

/** The suspending nodes of a loop, first to last. */
export const suspendingNodes = ({ inRow = 1 }: Pick<LoopShape, 'inRow'>): string[] =>
	Array.from({ length: inRow }, (_, index) =>
		index === 0 ? 'Fal Video' : `Fal Video ${index + 1}`,
	);

/** Imports a workflow with Loop Over Items around Generate and Suspend. */
export async function importLoop(
	server: Parameters<typeof importWorkflow>[0],
	credentials: Parameters<typeof importWorkflow>[2],
	{ items, batch, inRow }: LoopShape,
	start = nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
): Promise<StoredWorkflow> {
	const suspending = suspendingNodes({ inRow });
	const jsCode = `return Array.from({ length: ${items} }, (_, index) => ({ json: { prompt: 'Scene ' + index } }));`;
	const nodes = [
		start,
		{ ...nodeOf('Scenes', 'n8n-nodes-base.code', { jsCode }), typeVersion: 2 },
		{ ...nodeOf('Loop', 'n8n-nodes-base.splitInBatches', { batchSize: batch }), typeVersion: 3 },
		...suspending.map((name) =>
			nodeOf(name, 'n8n-nodes-fal-video.falVideo', {
				resource: 'video',
				operation: 'generateAndSuspend',
				prompt: `={{ $json.prompt + " (${name})" }}`,
			}),
		),
		nodeOf('Behind', 'n8n-nodes-base.noOp'),
		nodeOf('Videos', 'n8n-nodes-base.noOp'),
	];
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	const connections = {
		[start.name]: { main: [to('Scenes')] },
		Scenes: { main: [to('Loop')] },
		Loop: { main: [to('Videos'), to('Fal Video')] },
		...Object.fromEntries(
			suspending.map((name, index) => [name, { main: [to(suspending[index + 1] ?? 'Behind')] }]),
		),
		Behind: { main: [to('Loop')] },
	};
	return await importWorkflow(
		server,
		{ name: 'Loop', nodes, connections, settings: { executionOrder: 'v1' } },
		credentials,
	);
}

/** Durations that differ from item to item, in the same way each time. */
export function spread([shortest, longest]: [number, number]): (
	of: Submission,
	index: number,
) => number {
	return (_, index) => shortest + ((index * 617) % (longest - shortest));
}
