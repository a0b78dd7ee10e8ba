import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { ask } from '../../queue/ask';
import { schemaOf } from '../../queue/contract';
import { fetchResult } from '../../queue/result';
import { fetchStatus } from '../../queue/status';
import { finished, followRequest } from '../../execution/follow-request';
import { deliveryFields, optionFields, optionsCollection } from '../fields/option-fields';
import { pendingJson } from '../../execution/output';
import { itemHook } from '../../execution/run-item';
import { deliverySettings, waitSettings } from '../fields/wait-options';
import { requestOf } from './request-of';

const show = { resource: ['request'], operation: ['getResult'] };

const runGetResult = itemHook(async (context, _composed, access) => {
	const { baseUrl, send, clock } = access;
	const { paths, model, isVideo } = requestOf(context, baseUrl);
	const { waits, downloads: download } = deliverySettings(context);
	// The request was submitted elsewhere: to stop collecting it is no reason to cancel it.
	const settings = { ...waitSettings(context), cancelOnStop: false };
	const options = { ...settings, model, isVideo, download, askAtOnce: true };
	if (waits) {
		return await followRequest(context, access, paths, options);
	}
	const signal = context.getExecutionCancelSignal();
	const { requestId } = paths;
	const { status } = await ask(
		() => fetchStatus(send, paths, clock, { signal }),
		requestId,
		clock,
		signal,
	);
	if (status.status !== 'COMPLETED') {
		return { json: pendingJson(model, baseUrl, paths, status) };
	}
	const schema = schemaOf(isVideo);
	const answer = await ask<{ result: Record<string, unknown> } | { notYet: true }>(
		() => fetchResult<Record<string, unknown>>(send, paths, schema, clock, signal),
		requestId,
		clock,
		signal,
	);
	if ('notYet' in answer) return { json: pendingJson(model, baseUrl, paths, status) };
	const deadline = clock.now() + settings.maxWaitMs;
	const completed = { status, result: answer.result };
	return await finished(context, access, paths, options, deadline, completed);
});

/** The operation: the result of a request that was submitted earlier. */
export const getResultOperation: INodePropertyOptions = {
	name: 'Get Result',
	value: 'getResult',
	action: 'Get the result of a request',
	description: 'Collect the video of a request that was submitted earlier',
	routing: {
		request: { method: 'GET', url: '/' },
		send: { paginate: true },
		operations: { pagination: runGetResult },
	},
};

export const getResultFields: INodeProperties[] = [
	...deliveryFields(show, {
		waitDescription:
			'Whether to wait for the video. Without waiting, a request that is not complete goes on with its status.',
		downloadWhen: {},
	}),
	optionsCollection(show, [
		optionFields.maxWaitSeconds,
		optionFields.onTimeout,
		optionFields.pollIntervalSeconds,
		optionFields.binaryPropertyName,
	]),
];
