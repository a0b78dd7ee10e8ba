import type {
	IDataObject,
	IExecuteSingleFunctions,
	INodeExecutionData,
	INodeProperties,
	NodeError,
} from 'n8n-workflow';
import { type QueueAccess, queueAccess } from '../../execution/access/queue-access';
import { apiError, errorJson, nodeError } from '../../execution/errors/node-error';
import { finished, type WaitSettings } from '../../execution/follow-request';
import { completedJson, pendingJson } from '../../execution/output';
import { settle } from '../../execution/settle';
import { composeRequest } from '../../execution/suspend/compose-request';
import { canCallBack } from '../../execution/suspend/reachable';
import { schemaOf, type StatusReply } from '../../queue/contract';
import { lookUp } from '../../queue/look-up';
import { isEnding } from '../../queue/queue-error';
import type { RequestPaths } from '../../queue/request-path';
import { customModel } from '../fields/models';
import {
	checkQueueOptions,
	defaultMaxWaitSeconds,
	deliverySettings,
	waitSettings,
} from '../fields/wait-options';
import type { CheckedInput } from './check-input';
import { checkedInput, strings } from './prepare-video';
import { VideoRequest } from './video-request';

/** How long a download may take while the execution occupies a worker, in milliseconds. */
const longestDownloadMs = 1000 * defaultMaxWaitSeconds.polling;

/** An item that may be submitted. */
export interface Ready {
	view: IExecuteSingleFunctions;
	access: QueueAccess;
	input: CheckedInput;
	request: VideoRequest;
	settings: WaitSettings;
	downloads: boolean;
}

/** What fal says of a request that is complete. */
interface Completed {
	status: StatusReply;
	result: Record<string, unknown>;
}

/** An item whose request fal has accepted, and what is known of it. */
export interface Submitted {
	ready: Ready;
	paths: RequestPaths;
	json: IDataObject;
	/** Set when it is complete. */
	completed?: Completed;
}

/** How far an item has come. */
export type Standing =
	| { ready: Ready; submitted?: undefined }
	| { submitted: Submitted }
	| { output: INodeExecutionData }
	| { error: unknown; view: IExecuteSingleFunctions; model?: string };

/**
 * Checks one item, and composes its request.
 *
 * @param url where fal calls the execution back
 * @throws {InputError} when a value cannot be sent
 * @throws {NodeError} when fal cannot call the execution back
 */
export async function prepare(
	view: IExecuteSingleFunctions,
	fields: readonly INodeProperties[],
	url: string,
): Promise<Ready> {
	const choice = view.getNodeParameter('model', null);
	const model = choice === customModel ? view.getNodeParameter('customModel', null) : choice;
	const composed = await composeRequest(view, `/${(model ?? '') as string}`, fields);
	const { downloads } = deliverySettings(view);
	checkQueueOptions(view);
	const settings = waitSettings(view, defaultMaxWaitSeconds.suspended);
	// Only a request of an earlier execution is waited for here, while the execution occupies a worker.
	const briefly = Math.min(settings.maxWaitMs, 1000 * defaultMaxWaitSeconds.polling);
	const input = checkedInput(view, composed);
	const access = await queueAccess(view, composed);
	if (!canCallBack(url, access.baseUrl)) throw unreachable(view, url);
	const request = new VideoRequest(view, access, {
		input,
		query: { fal_webhook: url },
		headers: strings(composed.headers),
		settings: { ...settings, maxWaitMs: briefly, onTimeout: 'returnPending' },
	});
	return { view, access, input, request, settings, downloads };
}

function unreachable(view: IExecuteSingleFunctions, url: string): NodeError {
	const origin = URL.canParse(url) ? new URL(url).origin : url;
	return apiError(
		view,
		`fal cannot call this n8n back at ${origin}, which only its own machine or network can reach`,
		{
			description:
				'Nothing was sent, and nothing is billed. Choose the operation Generate, which asks fal instead of being called; or set the environment variable WEBHOOK_URL (N8N_WEBHOOK_URL in newer versions) to the address under which this n8n is reached from the internet, and restart it.',
		},
	);
}

/** Submits one item, unless an earlier attempt has. Never fails: what went wrong is its standing. */
export async function submit(ready: Ready): Promise<Standing> {
	const { input, access, request, downloads, view } = ready;
	const { model } = input;
	const sent = await settle(request.forCallback(downloads));
	if ('error' in sent) return { error: sent.error, view, model };
	if ('output' in sent.value) return sent.value;
	const { paths } = sent.value;
	return { submitted: { ready, paths, json: pendingJson(model, access.baseUrl, paths) } };
}

/** Asks once how a submitted item stands. */
export async function ask(submitted: Submitted): Promise<Standing> {
	const { ready, paths } = submitted;
	const { access, input, view } = ready;
	const { send, clock, baseUrl } = access;
	const { model } = input;
	const signal = view.getExecutionCancelSignal();
	const schema = schemaOf(input.known !== undefined);
	const answer = await settle(lookUp(send, paths, schema, clock, signal));
	if ('error' in answer) {
		// Only fal's verdict ends it here. Whatever else is wrong may be right when fal calls: even that
		// it does not know the request, which it has just accepted.
		const { error } = answer;
		return isEnding(error) ? { error, view, model } : { submitted };
	}
	if ('fault' in answer.value) return { submitted };
	if ('pending' in answer.value) {
		const json = pendingJson(model, baseUrl, paths, answer.value.pending);
		return { submitted: { ready, paths, json } };
	}
	const completed = answer.value;
	const json = completedJson(model, paths.requestId, completed);
	return { submitted: { ready, paths, json, completed } };
}

/** The output of an item that is not waited for, with its file where that is asked for. */
export async function deliver(one: Standing, item: number): Promise<INodeExecutionData> {
	const pairedItem = { item };
	if ('output' in one) return { ...one.output, pairedItem };
	if ('error' in one) {
		const known = one.model === undefined ? {} : { model: one.model };
		return { json: errorJson(nodeError(one.view, one.error), known), pairedItem };
	}
	const { submitted } = one;
	if (submitted === undefined) throw new Error(`Item ${item} was not submitted`);
	const { ready, paths, json, completed } = submitted;
	if (!ready.downloads || completed === undefined) return { json, pairedItem };
	const { view, access, input, settings } = ready;
	const options = { ...settings, model: input.model, download: true };
	const deadline = access.clock.now() + longestDownloadMs;
	const output = await settle(finished(view, access, paths, options, deadline, completed));
	return 'error' in output
		? { json: errorJson(nodeError(view, output.error), json), pairedItem }
		: { ...output.value, pairedItem };
}
