import type {
	IDataObject,
	IExecuteFunctions,
	IExecuteSingleFunctions,
	INodeProperties,
} from 'n8n-workflow';
import type { Composed } from '../run/item-hook';
import { credentialType } from '../transport/http';
import { requestOptionsOf } from '../transport/request-options';

/**
 * One item of a run as n8n's declarative nodes see an item, so that the same code serves an
 * operation that is handed all items at once.
 */
export function itemView(context: IExecuteFunctions, index: number): IExecuteSingleFunctions {
	const view: Partial<IExecuteSingleFunctions> = {
		helpers: context.helpers as unknown as IExecuteSingleFunctions['helpers'],
		logger: context.logger,
		continueOnFail: () => context.continueOnFail(),
		getContext: (type) => context.getContext(type),
		getCredentials: async (type) => await context.getCredentials(type, index),
		getExecutionCancelSignal: () => context.getExecutionCancelSignal(),
		getExecuteData: () => context.getExecuteData(),
		getExecutionId: () => context.getExecutionId(),
		getInputData: () => context.getInputData()[index] ?? { json: {} },
		getItemIndex: () => index,
		getNode: () => context.getNode(),
		getNodeParameter: ((name: string, fallback?: unknown) =>
			context.getNodeParameter(
				name,
				index,
				fallback,
			)) as IExecuteSingleFunctions['getNodeParameter'],
		getWorkflowDataProxy: () => context.getWorkflowDataProxy(index),
	};
	return view as IExecuteSingleFunctions;
}

/**
 * Composes an item's request from the routing that the fields declare, as n8n does for a declarative
 * operation, for one that n8n hands over as a whole.
 *
 * @param fields the operation's fields: what they send in the body, and what the options of their
 * collections send as headers
 */
export async function composeRequest(
	context: IExecuteSingleFunctions,
	url: string,
	fields: readonly INodeProperties[],
): Promise<Composed> {
	const body: IDataObject = {};
	const headers: IDataObject = {};
	for (const { name, type, routing, options } of fields) {
		const property = routing?.send?.type === 'body' ? routing.send.property : undefined;
		if (property !== undefined) {
			// A field that is not shown for the chosen model is not there.
			const value = context.getNodeParameter(name, null);
			if (value !== null) body[property] = value;
		}
		if (type === 'collection') {
			const values = context.getNodeParameter(name, {}) as IDataObject;
			for (const option of (options ?? []) as INodeProperties[]) {
				for (const header of Object.keys(option.routing?.request?.headers ?? {})) {
					headers[header] = values[option.name];
				}
			}
		}
	}
	const credential = await context.getCredentials(credentialType);
	const requestOptions = context.getNodeParameter('requestOptions', {}) as IDataObject;
	return {
		baseURL: credential.baseUrl as string,
		url,
		body,
		headers,
		...requestOptionsOf(context.getNode(), requestOptions, credential),
	};
}
