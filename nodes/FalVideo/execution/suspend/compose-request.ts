import type { IDataObject, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';
import { connectionOptions } from '../access/connection-options';
import { credentialType } from '../access/send-through-n8n';
import type { Composed } from '../run-item';

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
		...connectionOptions(context.getNode(), requestOptions, credential),
	};
}
