import type {
	IConnections,
	INode,
	INodeExecutionData,
	INodeParameters,
	IWorkflowBase,
} from 'n8n-workflow';

/** A node's own settings (its "Settings" tab) as they stand in workflow JSON. */
export type NodeOptions = Pick<
	INode,
	| 'onError'
	| 'retryOnFail'
	| 'maxTries'
	| 'waitBetweenTries'
	| 'executeOnce'
	| 'alwaysOutputData'
	| 'disabled'
	| 'credentials'
	| 'type'
	| 'typeVersion'
>;

/** Name of the node under test in the workflows made here. */
export const FAL_VIDEO = 'Fal Video';

/** Id of the credential that `workflowOf` refers to. */
export const CREDENTIAL_ID = 'fal-1';

/** A node for `workflowFrom`; its place on the canvas does not matter. */
export function node(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	options: Partial<NodeOptions> = {},
): INode {
	return {
		id: `id-${name}`,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		...options,
	};
}

/** From a node's output (0 if not given) to another node. */
export type Link = [from: string, to: string, output?: number];

/** A workflow out of nodes and links, with today's execution order. */
export function workflowFrom(
	nodes: INode[],
	links: Link[],
	rest: Partial<IWorkflowBase> = {},
): IWorkflowBase {
	const connections: IConnections = {};
	for (const [from, to, output = 0] of links) {
		const outputs = ((connections[from] ??= {}).main ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type: 'main', index: 0 });
	}
	const now = new Date();
	return {
		id: 'workflow-1',
		name: 'Test',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
		...rest,
	};
}

/**
 * Start → Fal Video → Out, and with `onError: 'continueErrorOutput'` the error output → Errors.
 * The trigger's name is `Start`.
 */
export function workflowOf(
	falVideoParameters: INodeParameters,
	options: Partial<NodeOptions> = {},
	rest: Partial<IWorkflowBase> = {},
): IWorkflowBase {
	const hasErrors = options.onError === 'continueErrorOutput';
	const nodes = [
		node('Start', 'n8n-nodes-base.manualTrigger'),
		node(FAL_VIDEO, 'n8n-nodes-fal-video.falVideo', falVideoParameters, {
			credentials: { falVideoApi: { id: CREDENTIAL_ID, name: 'fal' } },
			...options,
		}),
		node('Out', 'n8n-nodes-base.noOp'),
	];
	const links: Link[] = [
		['Start', FAL_VIDEO],
		[FAL_VIDEO, 'Out'],
	];
	if (hasErrors) {
		nodes.push(node('Errors', 'n8n-nodes-base.noOp'));
		links.push([FAL_VIDEO, 'Errors', 1]);
	}
	return workflowFrom(nodes, links, rest);
}

/** Items out of plain objects. */
export function itemsOf(...jsons: INodeExecutionData['json'][]): INodeExecutionData[] {
	return jsons.map((json) => ({ json }));
}
