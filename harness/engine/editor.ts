import { LoadOptionsContext } from 'n8n-core';
import type {
	ICredentialsHelper,
	INodeCredentials,
	INodeListSearchResult,
	INodeParameters,
	INodeType,
	ResourceMapperFields,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { additionalDataOf } from './additional-data';
import type { PackageTypes } from './node-types';

/** What n8n's editor asks a node for while a workflow is built. */
export interface EditorQuestion {
	/** The node's type, with its package. */
	type: string;
	/** The node's fields as they stand there, expressions unread. */
	parameters: INodeParameters;
	credentials?: INodeCredentials;
	/** A list of a resource locator, or the fields of a resource mapper, by the method's name. */
	ask:
		{ list: string; filter?: string; paginationToken?: string } | { fields: string; list?: never };
}

export type EditorAnswer = INodeListSearchResult | ResourceMapperFields;

/**
 * Answers as the server's DynamicNodeParametersService does: in the same context, with a workflow of
 * that node alone.
 *
 * @throws what the node's method throws, or if it has none of that name
 */
export async function answerEditor(
	{ type, parameters, credentials, ask }: EditorQuestion,
	types: PackageTypes,
	credentialsHelper: ICredentialsHelper,
): Promise<EditorAnswer> {
	const nodeType = types.getByNameAndVersion(type, 1);
	const workflow = new Workflow({
		nodes: [
			{
				id: 'uuid-1234',
				name: 'Temp-Node',
				type,
				typeVersion: 1,
				position: [0, 0],
				parameters,
				...(credentials ? { credentials } : {}),
			},
		],
		connections: {},
		active: false,
		nodeTypes: types,
	});
	const node = workflow.nodes['Temp-Node'];
	if (!node) throw new Error('The workflow has lost its node');
	const additionalData = additionalDataOf({ credentialsHelper, executionId: '', workflowId: '' });
	additionalData.currentNodeParameters = parameters;
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	return await workflow.expression.withIsolate(async () => await answerOf(nodeType, ask, context));
}

async function answerOf(
	{ methods = {} }: INodeType,
	ask: EditorQuestion['ask'],
	context: LoadOptionsContext,
): Promise<EditorAnswer> {
	if (ask.list === undefined) {
		const fields = methods.resourceMapping?.[ask.fields];
		if (!fields) throw new Error(`The node has no method "${ask.fields}" for fields`);
		return await fields.call(context);
	}
	const list = methods.listSearch?.[ask.list];
	if (!list) throw new Error(`The node has no method "${ask.list}" for a list`);
	return await list.call(context, ask.filter, ask.paginationToken);
}
