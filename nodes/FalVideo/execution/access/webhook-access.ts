import type { IWebhookFunctions } from 'n8n-workflow';
import { connectionOptions } from './connection-options';
import { type QueueAccess, queueAccess } from './queue-access';
import { credentialType, type RequestContext } from './send-through-n8n';

/**
 * Gives a webhook access to the queue: the node's credential, and the Request Options of its first
 * item, where the node has any.
 *
 * @throws {InputError} when the credential's base URL or the proxy is not an address
 */
export async function webhookAccess(context: IWebhookFunctions): Promise<QueueAccess> {
	const credential = await context.getCredentials(credentialType);
	const requestOptions = context.getNodeParameter('requestOptions', {}) as Record<string, unknown>;
	return await queueAccess(context as unknown as RequestContext, {
		baseURL: credential.baseUrl as string,
		...connectionOptions(context.getNode(), requestOptions, credential),
	});
}
