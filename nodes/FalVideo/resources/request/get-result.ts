import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { collectRequest, followRequest } from '../../execution/request/follow';
import { itemHook } from '../../execution/run/item-hook';
import {
	deliverySettings,
	downloadField,
	optionsCollection,
	waitField,
	waitSettings,
} from '../options';
import { namedRequest } from './request-id';

const show = { resource: ['request'], operation: ['getResult'] };

/** The operation: the result of a request that was submitted earlier. */
export const getResultOperation: INodePropertyOptions = {
	name: 'Get Result',
	value: 'getResult',
	action: 'Get the result of a request',
	description: 'Collect the video of a request that was submitted earlier',
	routing: {
		request: { method: 'GET', url: '/' },
		send: { paginate: true },
		operations: {
			pagination: itemHook(async (context, _composed, client) => {
				const { request, model } = namedRequest(context, client);
				const { wait, download } = deliverySettings(context);
				const options = { ...waitSettings(context), model, download };
				if (!wait) return await collectRequest(context, client, request, options);
				return await followRequest(context, client, request, {
					...options,
					submittedEarlier: true,
					// It was submitted elsewhere: to stop collecting it is no reason to cancel it.
					cancelOnStop: false,
				});
			}),
		},
	},
};

export const getResultFields: INodeProperties[] = [
	waitField(
		show,
		'Whether to wait for the video. Without waiting, a request that is not complete goes on with its status.',
	),
	downloadField(show),
	optionsCollection(show, [
		'maxWaitSeconds',
		'onTimeout',
		'binaryPropertyName',
		'pollIntervalSeconds',
	]),
];
