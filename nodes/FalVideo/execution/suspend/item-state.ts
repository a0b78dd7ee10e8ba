import type {
	IDataObject,
	IExecuteSingleFunctions,
	INodeExecutionData,
	INodeProperties,
	NodeError,
} from 'n8n-workflow';
import { means } from '../../queue/errors';
import { isComplete, type QueuedRequest } from '../../queue/queued-request';
import type { SubmitGroup } from '../../queue/submit';
import type { Completed } from '../../queue/wait';
import { apiError, errorJson, nodeError } from '../errors/node-error';
import { completedItem } from '../request/follow';
import { completedJson, pendingJson } from '../request/output';
import { knownOf, type VideoOrder, VideoRequest } from '../request/video-request';
import type { Composed } from '../run/item-hook';
import { settle } from '../settle';
import { QueueClient } from '../transport/queue-client';
import { canCallBack } from './callback-url';
import { composeRequest } from './declarative-item';

/** How long an item may hold the worker: for an earlier execution's request, or for a download. */
const longestHoldMs = 1_800_000;

/** An operation that suspends: what its fields declare, and how an item of it is read. */
export interface SuspendingOperation {
	fields: readonly INodeProperties[];
	/** The path of the item's POST. */
	path: (item: IExecuteSingleFunctions) => string;
	/**
	 * Checks the request that the fields composed for an item.
	 *
	 * @throws {InputError} naming the field, the value and what is allowed
	 */
	order: (
		item: IExecuteSingleFunctions,
		composed: Composed,
		client: QueueClient,
	) => Promise<VideoOrder>;
}

/** An item that may be submitted. */
export interface Ready {
	view: IExecuteSingleFunctions;
	client: QueueClient;
	order: VideoOrder;
	request: VideoRequest;
}

/** An item whose request was accepted, and what is known of it. */
export interface Submitted {
	ready: Ready;
	queued: QueuedRequest;
	json: IDataObject;
	/** Set when it is complete. */
	completed?: Completed;
}

/** How far an item has come. */
export type ItemState =
	| { ready: Ready; submitted?: undefined }
	| { submitted: Submitted }
	| { output: INodeExecutionData }
	| { error: unknown; view: IExecuteSingleFunctions; model?: string };

/**
 * Checks one item, and composes its request.
 *
 * @param url where the host calls the execution back
 * @param group what all that the run submits has in common
 * @throws {InputError} when a value cannot be sent
 * @throws {NodeError} when the host cannot call the execution back
 */
export async function prepare(
	view: IExecuteSingleFunctions,
	operation: SuspendingOperation,
	url: string,
	group: SubmitGroup,
): Promise<Ready> {
	const composed = await composeRequest(view, operation.path(view), operation.fields);
	const client = await QueueClient.connect(view, composed);
	const order = {
		...(await operation.order(view, composed, client)),
		query: { fal_webhook: url },
		group,
	};
	if (!canCallBack(url, client.baseUrl)) throw unreachable(view, client.hostName, url);
	const request = new VideoRequest(view, client, {
		...order,
		settings: {
			...order.settings,
			// Only a request of an earlier execution is waited for here, while a worker is held.
			maxWaitMs: Math.min(order.settings.maxWaitMs, longestHoldMs),
			onTimeout: 'returnPending',
		},
	});
	return { view, client, order, request };
}

function unreachable(view: IExecuteSingleFunctions, hostName: string, url: string): NodeError {
	const origin = URL.canParse(url) ? new URL(url).origin : url;
	return apiError(
		view,
		`${hostName} cannot call this n8n back at ${origin}, which only its own machine or network can reach`,
		{
			description:
				"Nothing was sent, and nothing is billed. Choose the operation Generate, which asks instead of being called; or set n8n's environment variable WEBHOOK_URL (in newer versions N8N_WEBHOOK_URL) to the address at which this n8n is reached from the internet, and restart it.",
		},
	);
}

/** Submits one item, unless an earlier attempt has. Never throws: what went wrong is its state. */
export async function submit(ready: Ready): Promise<ItemState> {
	const { order, client, request, view } = ready;
	const { model } = order;
	const sent = await settle(request.forCallback());
	if ('error' in sent) return { error: sent.error, view, model };
	if ('output' in sent.value) return sent.value;
	const { request: queued } = sent.value;
	const json = pendingJson(model, client.baseUrl, queued.paths, {}, knownOf(order));
	return { submitted: { ready, queued, json } };
}

/** Asks once how a submitted item stands. */
export async function ask(submitted: Submitted): Promise<ItemState> {
	const { ready, queued } = submitted;
	const { client, order, view } = ready;
	const { model } = order;
	const answer = await settle(queued.state());
	if ('error' in answer) {
		// Only the end of the request itself counts here. Any other trouble may be gone when the callback
		// comes, even a 404 for a request that was accepted a moment ago.
		const { error } = answer;
		return means(error, 'ends') ? { error, view, model } : { submitted };
	}
	const state = answer.value;
	if ('fault' in state) return { submitted };
	if (!isComplete(state)) {
		const json = pendingJson(model, client.baseUrl, queued.paths, state.status, knownOf(order));
		return { submitted: { ready, queued, json } };
	}
	const json = completedJson(model, queued.id, state, knownOf(order));
	return { submitted: { ready, queued, json, completed: state } };
}

/** The output of an item that is not waited for, with its file where that is asked for. */
export async function deliver(state: ItemState, item: number): Promise<INodeExecutionData> {
	const pairedItem = { item };
	if ('output' in state) return { ...state.output, pairedItem };
	if ('error' in state) {
		const known = state.model === undefined ? {} : { model: state.model };
		return { json: errorJson(nodeError(state.view, state.error), known), pairedItem };
	}
	const { submitted } = state;
	if (submitted === undefined) throw new Error(`Item ${item} was not submitted`);
	const { ready, queued, json, completed } = submitted;
	const { view, client, order } = ready;
	const { model, download, settings } = order;
	if (!download || completed === undefined) return { json, pairedItem };
	const options = { ...settings, model, download, ...knownOf(order) };
	const deadline = client.clock.now() + longestHoldMs;
	const output = await settle(completedItem(view, client, queued, options, deadline, completed));
	return 'error' in output
		? { json: errorJson(nodeError(view, output.error), json), pairedItem }
		: { ...output.value, pairedItem };
}
