import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { ask } from '../../queue/ask';
import { fetchStatus } from '../../queue/status';
import { checkBoolean } from '../fields/check-value';
import { optionsCollection } from '../fields/option-fields';
import { statusJson } from '../../execution/output';
import { itemHook } from '../../execution/run-item';
import { requestOf } from './request-of';

const show = { resource: ['request'], operation: ['getStatus'] };

const runGetStatus = itemHook(async (context, _composed, { baseUrl, send, clock }) => {
	const { paths, model } = requestOf(context, baseUrl);
	const { includeLogs } = context.getNodeParameter('options', {}) as { includeLogs?: unknown };
	const logs = checkBoolean('Include Logs', includeLogs ?? false);
	const signal = context.getExecutionCancelSignal();
	const { status } = await ask(
		() => fetchStatus(send, paths, clock, { logs, signal }),
		paths.requestId,
		clock,
		signal,
	);
	return { json: statusJson(model, paths.requestId, status) };
});

/** The operation: how a request gets on, asked once. */
export const getStatusOperation: INodePropertyOptions = {
	name: 'Get Status',
	value: 'getStatus',
	action: 'Get the status of a request',
	description: 'See whether a request is queued, in progress or complete',
	routing: {
		request: { method: 'GET', url: '/' },
		send: { paginate: true },
		operations: { pagination: runGetStatus },
	},
};

export const getStatusFields: INodeProperties[] = [
	optionsCollection(show, [
		{
			displayName: 'Include Logs',
			name: 'includeLogs',
			type: 'boolean',
			default: true,
			description: 'Whether to include what the runner has logged so far',
		},
	]),
];
