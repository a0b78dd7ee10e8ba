import type { INodePropertyOptions } from 'n8n-workflow';
import { cancelRequest } from '../../execution/request/cancel';
import { itemHook } from '../../execution/run/item-hook';
import { namedRequest } from './request-id';

/** The operation: ends a request; the item says what the host answered. */
export const cancelOperation: INodePropertyOptions = {
	name: 'Cancel',
	value: 'cancel',
	action: 'Cancel a request',
	description: 'End a request that is queued or in progress',
	routing: {
		request: { method: 'PUT', url: '/' },
		send: { paginate: true },
		operations: {
			pagination: itemHook(async (context, _composed, client) => {
				const { request, model } = namedRequest(context, client);
				return await cancelRequest(request, model, client.hostName);
			}),
		},
	},
};
