import {
	type IDataObject,
	type IExecuteFunctions,
	type IExecuteSingleFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type NodeError,
	sleep,
} from 'n8n-workflow';
import { type QueueAccess, queueAccess } from '../../execution/access/queue-access';
import { eachLimited } from '../../execution/each-limited';
import { apiError, errorJson, nodeError } from '../../execution/errors/node-error';
import { finished, type WaitSettings } from '../../execution/follow-request';
import { completedJson, pendingJson } from '../../execution/output';
import { settle } from '../../execution/settle';
import { composeRequest } from '../../execution/suspend/compose-request';
import { callbackUrl } from '../../execution/suspend/callback-url';
import { itemView } from '../../execution/suspend/item-view';
import { canCallBack } from '../../execution/suspend/reachable';
import {
	type SuspendedRequest,
	type Suspension,
	writeSuspension,
} from '../../execution/suspend/suspension';
import { schemaOf, type StatusReply } from '../../queue/contract';
import { lookUp } from '../../queue/look-up';
import { QueueError } from '../../queue/queue-error';
import type { RequestPaths } from '../../queue/request-path';
import {
	checkQueueOptions,
	defaultMaxWaitSeconds,
	deliverySettings,
	waitSettings,
} from '../fields/wait-options';
import { customModel } from '../fields/models';
import type { CheckedInput } from './check-input';
import { checkedInput, strings } from './prepare-video';
import { VideoRequest } from './video-request';

/** How many requests are asked about at once. */
const mostLookUps = 20;

/** How long a download may take while the execution occupies a worker, in milliseconds. */
const longestDownloadMs = 1000 * defaultMaxWaitSeconds.polling;

/** An item that may be submitted. */
interface Ready {
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
interface Submitted {
	ready: Ready;
	paths: RequestPaths;
	json: IDataObject;
	/** Set when it is complete. */
	completed?: Completed;
}

/** How far an item has come. */
type Standing =
	| { ready: Ready; submitted?: undefined }
	| { submitted: Submitted }
	| { output: INodeExecutionData }
	| { error: unknown; view: IExecuteSingleFunctions; model?: string };

/**
 * Submits all items with a callback to the execution, and suspends it until they are complete.
 *
 * Everything is checked before anything is sent. What is complete or refused at once is not waited
 * for; where nothing is left to wait for, the execution just goes on.
 *
 * @param fields the operation's fields, which declare what is sent
 * @throws {NodeError} when the node stops on errors and a value cannot be sent, fal cannot call back,
 * or nothing could be accepted (a wrong key, an unreachable host); and when the execution is stopped
 */
export async function runGenerateAndSuspend(
	context: IExecuteFunctions,
	fields: readonly INodeProperties[],
): Promise<INodeExecutionData[][]> {
	const url = callbackUrl(context);
	const views = context.getInputData().map((_, index) => itemView(context, index));
	const standings: Standing[] = [];
	for (const view of views) {
		const prepared = await settle(prepare(view, fields, url));
		if ('value' in prepared) {
			standings.push({ ready: prepared.value });
			continue;
		}
		if (!context.continueOnFail()) throw nodeError(view, prepared.error);
		standings.push({ error: prepared.error, view });
	}

	await submitAll(context, standings);
	await cancelIfStopped(context, standings);
	const errors = standings.flatMap((one) => ('error' in one ? [one] : []));
	const [first] = errors;
	const noneAccepted = errors.length === standings.length;
	if (first && noneAccepted && !context.continueOnFail() && errors.some(concernsTheNode)) {
		throw nodeError(first.view, first.error);
	}

	await eachLimited([...standings.entries()], mostLookUps, async ([index, one]) => {
		if ('submitted' in one && one.submitted) standings[index] = await ask(one.submitted);
	});
	await cancelIfStopped(context, standings);
	const isPending = standings.some((one) => 'submitted' in one && !one.submitted?.completed);
	return isPending
		? await suspend(context, standings)
		: [await Promise.all(standings.map(async (one, item) => await deliver(one, item)))];
}

// A wrong key or a host that is not there is no item's fault: the node fails, while it can. What fal
// refuses is an item.
function concernsTheNode({ error }: { error: unknown }): boolean {
	return !(error instanceof QueueError && error.kind === 'rejected');
}

async function prepare(
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

// All at once, or in the groups that Batching in the Request Options asks for.
async function submitAll(context: IExecuteFunctions, standings: Standing[]): Promise<void> {
	const { size, pauseMs } = batchesOf(context);
	const signal = context.getExecutionCancelSignal();
	const submissions: Array<Promise<void>> = [];
	for (const [index, one] of standings.entries()) {
		if (index > 0 && index % size === 0 && pauseMs > 0 && !signal?.aborted) await sleep(pauseMs);
		if ('ready' in one) {
			submissions.push(submit(one.ready).then((standing) => void (standings[index] = standing)));
		}
	}
	await Promise.all(submissions);
}

async function submit(ready: Ready): Promise<Standing> {
	const { input, access, request, downloads, view } = ready;
	const { model } = input;
	const sent = await settle(request.forCallback(downloads));
	if ('error' in sent) return { error: sent.error, view, model };
	if ('output' in sent.value) return sent.value;
	const { paths } = sent.value;
	return { submitted: { ready, paths, json: pendingJson(model, access.baseUrl, paths) } };
}

// Nobody would be left to be called back.
async function cancelIfStopped(context: IExecuteFunctions, standings: Standing[]): Promise<void> {
	if (!context.getExecutionCancelSignal()?.aborted) return;
	await Promise.all(
		standings.map(async (one) => {
			if (!('submitted' in one) || !one.submitted) return;
			await one.submitted.ready.request.cancelled(one.submitted.paths);
		}),
	);
	throw nodeError(
		itemView(context, 0),
		new QueueError('stopped', 'The execution was stopped; what was submitted has been cancelled'),
	);
}

async function ask(submitted: Submitted): Promise<Standing> {
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
		return isVerdict(error) ? { error, view, model } : { submitted };
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

// The item of one that is not waited for.
async function deliver(one: Standing, item: number): Promise<INodeExecutionData> {
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

async function suspend(
	context: IExecuteFunctions,
	standings: readonly Standing[],
): Promise<INodeExecutionData[][]> {
	const requests: SuspendedRequest[] = [];
	const done: Suspension['done'] = {};
	const outputs: INodeExecutionData[] = [];
	let maxWaitMs = 0;
	for (const [item, one] of standings.entries()) {
		const submitted = 'submitted' in one ? one.submitted : undefined;
		// A file is not fetched now: that would keep the worker, and fal's callbacks from being heard.
		if (submitted && (!submitted.completed || submitted.ready.downloads)) {
			const { ready, paths, json } = submitted;
			const { input, downloads, settings } = ready;
			maxWaitMs = Math.max(maxWaitMs, settings.maxWaitMs);
			requests.push({
				item,
				path: paths.response,
				model: input.model,
				isVideo: input.known !== undefined,
				download: downloads,
				field: settings.binaryPropertyName,
			});
			outputs.push({ json, pairedItem: { item } });
		} else {
			const output = await deliver(one, item);
			done[item] = output.json;
			outputs.push(output);
		}
	}
	const at = Date.now();
	writeSuspension(context, { at, items: outputs.length, requests, done }, outputs);
	context.logger.debug(`fal: suspended until ${requests.length} requests are complete`);
	await context.putExecutionToWait(new Date(at + maxWaitMs));
	// Shown while it is suspended, and dropped when it resumes. Without the errors: for Retry On Fail,
	// an `error` in the first item is a failed node, which n8n would run again.
	return [
		outputs.map(({ json: { request_id, model, status }, pairedItem }) => ({
			json: { request_id, model, status },
			pairedItem,
		})),
	];
}

function batchesOf(context: IExecuteFunctions): { size: number; pauseMs: number } {
	const { batching } = context.getNodeParameter('requestOptions', 0, {}) as {
		batching?: { batch?: { batchSize?: number; batchInterval?: number } };
	};
	const { batchSize = 1, batchInterval = 0 } = batching?.batch ?? {};
	// As n8n reads them: -1 is "no groups", and 0 a group of one.
	if (batchSize < 0) return { size: Infinity, pauseMs: 0 };
	return { size: Math.max(1, batchSize), pauseMs: batchInterval };
}

function isVerdict(error: unknown): boolean {
	return error instanceof QueueError && ['rejected', 'failed', 'contract'].includes(error.kind);
}
