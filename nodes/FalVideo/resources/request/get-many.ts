import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { recentRequestJson, recentRequests } from '../../execution/platform/recent-requests';
import { itemsHook } from '../../execution/run/item-hook';
import { checkBoolean, checkNumber } from '../checks';
import { chosenModel } from '../model-choice';
import { optionsCollection, readOption } from '../options';

const show = { resource: ['request'], operation: ['getMany'] };

/** The operation: the recent requests of a model, as fal lists them. */
export const getManyOperation: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many requests',
	description: 'List recent requests of a model, also those whose ID was lost',
	routing: {
		request: { method: 'GET', url: '/' },
		send: { paginate: true },
		operations: {
			pagination: itemsHook(async (context, _composed, client) => {
				const { id: model } = chosenModel(context);
				const all = checkBoolean('Return All', context.getNodeParameter('returnAll', false));
				const limit = all
					? Infinity
					: checkNumber('Limit', context.getNodeParameter('limit', 50), { min: 1, max: 100_000 });
				const requests = await recentRequests(context, client, {
					model,
					limit: Math.trunc(limit),
					since: readOption(context, 'since')?.(context.getTimezone()),
					status: readOption(context, 'endedAs'),
					signal: context.getExecutionCancelSignal(),
				});
				return requests.map((request) => ({ json: recentRequestJson(request) }));
			}),
		},
	},
};

export const getManyFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
		displayOptions: { show },
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { ...show, returnAll: [false] } },
	},
	optionsCollection(show, ['since', 'endedAs']),
];
