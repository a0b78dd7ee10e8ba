import { type IExecuteFunctions, type INodeExecutionData, sleep } from 'n8n-workflow';
import { QueueError } from '../../queue/errors';
import type { SubmitGroup } from '../../queue/submit';
import { nodeError } from '../errors/node-error';
import { type Cost, sumInWords, sumOf } from '../cost/cost';
import { aboveMaxCost } from '../cost/limit';
import { knownOf } from '../request/video-request';
import { settle } from '../settle';
import { callbackUrl } from './callback-url';
import { itemView } from './declarative-item';
import {
	ask,
	deliver,
	type ItemState,
	prepare,
	submit,
	type SuspendingOperation,
} from './item-state';
import {
	nextSuspensionAt,
	pendingOutput,
	type SuspendedRequest,
	type Suspension,
	writeSuspension,
} from './suspension';
import { suspensions } from './suspensions';

/** How many requests are asked about at once. */
const mostLookUps = 20;

/**
 * Submits all items with a callback to the execution, and suspends it until they are complete.
 *
 * Everything is checked before anything is sent. What is complete or refused at once is not waited
 * for; where nothing is left to wait for, the execution just goes on.
 *
 * @throws {NodeError} when the node stops on errors and a value cannot be sent, fal cannot call back,
 * or nothing could be accepted (a wrong key, an unreachable host); and when the execution is stopped
 */
export async function suspendUntilComplete(
	context: IExecuteFunctions,
	operation: SuspendingOperation,
): Promise<INodeExecutionData[][]> {
	const url = callbackUrl(context);
	const group: SubmitGroup = {};
	const views = context.getInputData().map((_, index) => itemView(context, index));
	const states: ItemState[] = [];
	for (const view of views) {
		const prepared = await settle(prepare(view, operation, url, group));
		if ('value' in prepared) {
			states.push({ ready: prepared.value });
			continue;
		}
		if (!context.continueOnFail()) throw nodeError(view, prepared.error);
		states.push({ error: prepared.error, view });
	}

	holdToMaxCost(context, states);
	await submitAll(context, states);
	await cancelIfStopped(context, states);
	const errors = states.flatMap((one) => ('error' in one ? [one] : []));
	const [first] = errors;
	const noneAccepted = errors.length === states.length;
	if (first && noneAccepted && !context.continueOnFail() && errors.some(concernsTheNode)) {
		throw nodeError(first.view, first.error);
	}

	await eachLimited([...states.entries()], mostLookUps, async ([index, one]) => {
		if ('submitted' in one && one.submitted) states[index] = await ask(one.submitted);
	});
	await cancelIfStopped(context, states);
	const isPending = states.some((one) => 'submitted' in one && !one.submitted?.completed);
	return isPending
		? await suspend(context, states)
		: [await Promise.all(states.map(async (one, item) => await deliver(one, item)))];
}

// Before anything is sent. Where the node continues on errors, each item says so.
function holdToMaxCost(context: IExecuteFunctions, states: ItemState[]): void {
	const ready = states.flatMap((one) => ('ready' in one ? [one.ready] : []));
	const limits = ready.flatMap(({ order: { maxCost } }) =>
		maxCost === undefined ? [] : [maxCost],
	);
	const [first] = ready;
	const toCome: Cost[] = ready.flatMap(({ request }) => request.costToCome() ?? []);
	const error =
		first && limits.length > 0
			? aboveMaxCost(first.view, { toCome, maxCost: Math.min(...limits) })
			: undefined;
	const sum = sumOf(toCome);
	if (error === undefined) {
		if (sum.made !== '') {
			context.logger.info(`fal: this run submits videos for an estimated ${sumInWords(sum)}`);
		}
		return;
	}
	if (!context.continueOnFail()) throw error;
	for (const [index, one] of states.entries()) {
		if ('ready' in one) states[index] = { error, view: one.ready.view };
	}
}

// A wrong key or a host that is not there is no item's fault: the node fails, while it can. What fal
// refuses is an item.
function concernsTheNode({ error }: { error: unknown }): boolean {
	return !(error instanceof QueueError && error.kind === 'rejected');
}

// All at once, or in the groups that Batching in the Request Options asks for.
async function submitAll(context: IExecuteFunctions, states: ItemState[]): Promise<void> {
	const { size, pauseMs } = batchesOf(context);
	const signal = context.getExecutionCancelSignal();
	const submissions: Array<Promise<void>> = [];
	for (const [index, one] of states.entries()) {
		if (index > 0 && index % size === 0 && pauseMs > 0 && !signal?.aborted) await sleep(pauseMs);
		if ('ready' in one) {
			submissions.push(submit(one.ready).then((state) => void (states[index] = state)));
		}
	}
	await Promise.all(submissions);
}

// A stopped execution cannot be called back.
async function cancelIfStopped(context: IExecuteFunctions, states: ItemState[]): Promise<void> {
	if (!context.getExecutionCancelSignal()?.aborted) return;
	await Promise.all(
		states.map(async (one) => {
			if (!('submitted' in one) || !one.submitted) return;
			await one.submitted.ready.request.cancel(one.submitted.queued.paths);
		}),
	);
	throw nodeError(
		itemView(context, 0),
		new QueueError('stopped', 'The execution was stopped; what was submitted has been cancelled'),
	);
}

async function suspend(
	context: IExecuteFunctions,
	states: readonly ItemState[],
): Promise<INodeExecutionData[][]> {
	const requests: SuspendedRequest[] = [];
	const done: Suspension['done'] = {};
	const outputs: INodeExecutionData[] = [];
	let maxWaitMs = 0;
	for (const [item, one] of states.entries()) {
		const submitted = 'submitted' in one ? one.submitted : undefined;
		// A file is not fetched now: that would keep the worker, and fal's callbacks from being heard.
		if (submitted && (!submitted.completed || submitted.ready.order.download)) {
			const { ready, queued, json } = submitted;
			const { model, isVideo, download, settings } = ready.order;
			const { prompt, estimate } = knownOf(ready.order);
			maxWaitMs = Math.max(maxWaitMs, settings.maxWaitMs);
			requests.push({
				item,
				path: queued.paths.response,
				model,
				isVideo,
				download,
				field: settings.binaryPropertyName,
				...(prompt === undefined ? {} : { prompt }),
				...(estimate === undefined ? {} : { estimate }),
			});
			outputs.push(pendingOutput(json, item));
		} else {
			const output = await deliver(one, item);
			done[item] = output.json;
			outputs.push(output);
		}
	}
	const now = Date.now();
	const at = nextSuspensionAt(context, now);
	const until = now + maxWaitMs;
	writeSuspension(context, { at, until, items: outputs.length, requests, done }, outputs);
	// From here on, a callback that still works on an earlier suspension must not resume it.
	suspensions.of(context.getExecutionId(), at);
	context.logger.debug(`fal: suspended until ${requests.length} requests are complete`);
	await context.putExecutionToWait(new Date(until));
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

/** Does something for each of a list, in order, at most `limit` at a time. */
async function eachLimited<Item>(
	items: readonly Item[],
	limit: number,
	work: (item: Item) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < items.length) {
			const item = items[next++] as Item;
			await work(item);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
