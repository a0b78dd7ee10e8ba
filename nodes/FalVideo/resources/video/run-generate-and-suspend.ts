import {
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
import { pendingJson } from '../../execution/output';
import { settle } from '../../execution/settle';
import { composeRequest } from '../../execution/suspend/compose-request';
import { itemView } from '../../execution/suspend/item-view';
import { canCallBack } from '../../execution/suspend/reachable';
import { type SuspendedRequest, writeSuspension } from '../../execution/suspend/suspension';
import { schemaOf } from '../../queue/contract';
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

/** An item that may be submitted. */
interface Ready {
	view: IExecuteSingleFunctions;
	access: QueueAccess;
	input: CheckedInput;
	request: VideoRequest;
	settings: WaitSettings;
	downloads: boolean;
}

/** How far an item has come. `pending` is its JSON when it is still running at fal. */
type Standing =
	| { ready: Ready }
	| { ready: Ready; paths: RequestPaths; pending: INodeExecutionData }
	| { output: INodeExecutionData }
	| { failure: NodeError; model?: string };

/**
 * Submits all items with a callback to the execution, and suspends it until they are complete.
 *
 * Everything is checked before anything is sent. What is complete or refused at once is not waited
 * for; where nothing is left to wait for, the execution just goes on.
 *
 * @param fields the operation's fields, which declare what is sent
 * @throws {NodeError} when the node stops on errors and a value cannot be sent, fal cannot call back,
 * or nothing at all was accepted; and when the execution is stopped
 */
export async function runGenerateAndSuspend(
	context: IExecuteFunctions,
	fields: readonly INodeProperties[],
): Promise<INodeExecutionData[][]> {
	const resumeUrl = context.evaluateExpression('{{ $execution.resumeUrl }}', 0) as string;
	const views = context.getInputData().map((_, index) => itemView(context, index));
	const standings: Standing[] = [];
	for (const view of views) {
		const prepared = await settle(prepare(view, fields, resumeUrl));
		if ('value' in prepared) {
			standings.push({ ready: prepared.value });
			continue;
		}
		const failure = nodeError(view, prepared.error);
		if (!context.continueOnFail()) throw failure;
		standings.push({ failure });
	}

	await submitAll(context, standings);
	const failed = standings.map((one) => ('failure' in one ? one.failure : undefined));
	const [first] = failed;
	const nothingAccepted = failed.every((failure) => failure && !hasRequest(failure));
	if (first && nothingAccepted && !context.continueOnFail()) throw first;

	const pending = standings.filter((one) => 'pending' in one);
	await eachLimited(pending, mostLookUps, async (one) => {
		const index = standings.indexOf(one);
		standings[index] = await ask(one);
	});
	return await suspendOrFinish(context, standings);
}

async function prepare(
	view: IExecuteSingleFunctions,
	fields: readonly INodeProperties[],
	resumeUrl: string,
): Promise<Ready> {
	const choice = view.getNodeParameter('model', null);
	const model = choice === customModel ? view.getNodeParameter('customModel', null) : choice;
	const composed = await composeRequest(view, `/${model as string}`, fields);
	const { downloads } = deliverySettings(view);
	checkQueueOptions(view);
	const settings = waitSettings(view, defaultMaxWaitSeconds.suspended);
	const input = checkedInput(view, composed);
	const access = await queueAccess(view, composed);
	if (!canCallBack(resumeUrl, access.baseUrl)) throw unreachable(view, resumeUrl);
	const request = new VideoRequest(view, access, {
		input,
		query: { fal_webhook: resumeUrl },
		headers: strings(composed.headers),
		settings,
	});
	return { view, access, input, request, settings, downloads };
}

function unreachable(view: IExecuteSingleFunctions, resumeUrl: string): NodeError {
	const origin = URL.canParse(resumeUrl) ? new URL(resumeUrl).origin : resumeUrl;
	return apiError(
		view,
		`fal cannot call this n8n back at ${origin}, which only its own machine or network can reach`,
		{
			description:
				'Nothing was sent, and nothing is billed. Choose the operation Generate, which asks fal instead of being called; or set the environment variable WEBHOOK_URL to the address under which this n8n is reached from the internet, and restart it.',
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
	if (!signal?.aborted) return;
	// Nobody would be left to be called back.
	await Promise.all(
		standings.map(async (one) => {
			if ('pending' in one) await one.ready.request.cancelled(one.paths);
		}),
	);
	throw nodeError(
		itemView(context, 0),
		new QueueError('stopped', 'The execution was stopped; what was submitted has been cancelled'),
	);
}

async function submit(ready: Ready): Promise<Standing> {
	const { input, access, request, downloads, view } = ready;
	const sent = await settle(request.forCallback(downloads));
	if ('error' in sent) return { failure: nodeError(view, sent.error), model: input.model };
	if ('output' in sent.value) return sent.value;
	const { paths } = sent.value;
	return { ready, paths, pending: { json: pendingJson(input.model, access.baseUrl, paths) } };
}

async function ask(one: Extract<Standing, { pending: unknown }>): Promise<Standing> {
	const { ready, paths } = one;
	const { access, input, settings, downloads, view } = ready;
	const { send, clock, baseUrl } = access;
	const { model } = input;
	const answer = await settle(
		lookUp(
			send,
			paths,
			schemaOf(input.known !== undefined),
			clock,
			view.getExecutionCancelSignal(),
		),
	);
	if ('error' in answer) {
		// Only fal's own word ends it here; whatever else is wrong may be right when fal calls.
		const { error } = answer;
		return isFinal(error) ? { failure: nodeError(view, error), model } : one;
	}
	if ('fault' in answer.value) return one;
	if ('pending' in answer.value) {
		const json = pendingJson(model, baseUrl, paths, answer.value.pending);
		return { ready, paths, pending: { json } };
	}
	const options = { ...settings, model, download: downloads };
	const deadline = clock.now() + settings.maxWaitMs;
	const output = await settle(finished(view, access, paths, options, deadline, answer.value));
	return 'error' in output
		? { failure: nodeError(view, output.error), model }
		: { output: output.value };
}

async function suspendOrFinish(
	context: IExecuteFunctions,
	standings: Standing[],
): Promise<INodeExecutionData[][]> {
	const requests: SuspendedRequest[] = [];
	let maxWaitMs = 0;
	const outputs = standings.map((one, item): INodeExecutionData => {
		const pairedItem = { item };
		if ('failure' in one) {
			return { json: errorJson(one.failure, one.model ? { model: one.model } : {}), pairedItem };
		}
		if ('output' in one) return { ...one.output, pairedItem };
		if (!('pending' in one)) throw new Error(`Item ${item} was not submitted`);
		const { input, downloads, settings } = one.ready;
		maxWaitMs = Math.max(maxWaitMs, settings.maxWaitMs);
		requests.push({
			item,
			path: one.paths.response,
			model: input.model,
			isVideo: input.known !== undefined,
			download: downloads,
			field: settings.binaryPropertyName,
		});
		return { ...one.pending, pairedItem };
	});
	if (requests.length === 0) return [outputs];
	const at = Date.now();
	const done = Object.fromEntries(
		outputs.flatMap(({ json }, index) =>
			'pending' in (standings[index] ?? {}) ? [] : [[index, json]],
		),
	);
	writeSuspension(context, { at, items: outputs.length, requests, done }, outputs);
	context.logger.debug(`fal: suspended until ${requests.length} requests are complete`);
	await context.putExecutionToWait(new Date(at + maxWaitMs));
	return [context.getInputData()];
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

function hasRequest(failure: NodeError): boolean {
	return (failure.context.data as { request_id?: string } | undefined)?.request_id !== undefined;
}

function isFinal(error: unknown): boolean {
	return (
		error instanceof QueueError && ['rejected', 'failed', 'gone', 'contract'].includes(error.kind)
	);
}
