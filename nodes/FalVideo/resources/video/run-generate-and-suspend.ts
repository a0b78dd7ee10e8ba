import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	sleep,
} from 'n8n-workflow';
import { eachLimited } from '../../execution/each-limited';
import { nodeError } from '../../execution/errors/node-error';
import { settle } from '../../execution/settle';
import { callbackUrl } from '../../execution/suspend/callback-url';
import { itemView } from '../../execution/suspend/item-view';
import {
	type SuspendedRequest,
	type Suspension,
	writeSuspension,
} from '../../execution/suspend/suspension';
import { QueueError } from '../../queue/queue-error';
import { ask, deliver, prepare, type Standing, submit } from './suspend-item';

/** How many requests are asked about at once. */
const mostLookUps = 20;

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
