import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { statusJson } from '../../execution/request/output';
import { itemHook } from '../../execution/run/item-hook';
import { optionsCollection, readOption } from '../options';
import { namedRequest } from './request-id';

const show = { resource: ['request'], operation: ['getStatus'] };

/** The operation: how a request gets on, asked once. */
export const getStatusOperation: INodePropertyOptions = {
	name: 'Get Status',
	value: 'getStatus',
	action: 'Get the status of a request',
	description: 'See whether a request is queued, in progress or complete',
	routing: {
		request: { method: 'GET', url: '/' },
		send: { paginate: true },
		operations: {
			pagination: itemHook(async (context, _composed, client) => {
				const { request, model } = namedRequest(context, client);
				const status = await request.status({ logs: readOption(context, 'includeLogs') });
				return { json: statusJson(model, request.id, status) };
			}),
		},
	},
};

export const getStatusFields: INodeProperties[] = [optionsCollection(show, ['includeLogs'])];
