import type { IDataObject, INode } from 'n8n-workflow';
import { type Callback, errorOfCallback } from '../../queue/callback';
import { means, type QueueError } from '../../queue/errors';
import type { NamedHost } from '../../queue/host';
import { pathsOfModel } from '../../queue/paths';
import { type Result, videoOf } from '../../queue/reply';
import { errorJson, nodeError } from '../errors/node-error';
import { completedJson } from '../request/output';
import { settle } from '../settle';
import type { QueueClient } from '../transport/queue-client';

/** The model that a request went to, and the node that reports its end. */
export interface EndedModel {
	node: INode;
	/** The endpoint id. */
	id: string;
	/** Whether its result must be a video; of other models' results nothing is known. */
	isVideo: boolean;
}

/**
 * The JSON of a request that ended in an error, where the node cannot fail: told from a finished one
 * by its `status`, with fal's reason, and what to do about it in `details`.
 */
export function endedInErrorJson({ node, id: model }: EndedModel, error: QueueError): IDataObject {
	const failure = nodeError({ getNode: () => node, getItemIndex: () => 0 }, error);
	// A retry of n8n's does not send such a request again: it was submitted elsewhere.
	if (error.kind === 'failed') failure.description = submitAgain(error);
	return errorJson(failure, { model });
}

function submitAgain({ facts: { httpStatus, gateway } }: QueueError): string {
	const isTheirs = httpStatus !== undefined && httpStatus >= 500;
	if (!isTheirs) return 'The same input may work another time. Submit it again.';
	return gateway === undefined
		? 'The fault was at fal, which does not bill such a request. Submit it again.'
		: `The fault was at ${gateway}: ask there whether it bills such a request. Submit it again.`;
}

/**
 * The JSON of a request that has ended, from what the callback itself carries.
 *
 * @param host the one that has called
 */
export function callbackJson(model: EndedModel, callback: Callback, host: NamedHost): IDataObject {
	const { request_id: requestId, payload, payload_error } = callback;
	if (callback.status === 'ERROR') return endedInErrorJson(model, errorOfCallback(callback, host));
	const result = typeof payload === 'object' && payload !== null ? (payload as Result) : undefined;
	if (result && model.isVideo && !videoOf(result)) {
		const error = host.error(
			'unexpected-reply',
			`${host.name} completed request ${requestId}, but its result has no "video.url"`,
			{ requestId },
		);
		return endedInErrorJson(model, error);
	}
	// Without a payload the request is complete all the same: Get Result collects it.
	return completedJson(model.id, requestId, {
		status: { status: 'COMPLETED' },
		result: { ...result, ...(payload_error ? { payload_error } : {}) },
	});
}

/** How fal is asked about a request that is said to have ended. */
export interface AskEndingOptions {
	/** The pause between two questions while fal says that it has not ended, in milliseconds. */
	pollIntervalMs: number;
	/** How long fal is asked while it says so, or cannot be asked, in milliseconds. */
	waitMs: number;
	/** Ends it in any case. */
	signal: AbortSignal;
}

/**
 * Asks fal how a request ended.
 *
 * @returns the item's JSON: the result, or the error that the request ended in
 * @throws {QueueError} where fal does not say: it has not ended, is not known, or fal cannot be asked
 */
export async function askEnding(
	client: QueueClient,
	model: EndedModel,
	requestId: string,
	{ pollIntervalMs, waitMs, signal }: AskEndingOptions,
): Promise<IDataObject> {
	const request = client.request(pathsOfModel(model.id, requestId), {
		isVideo: model.isVideo,
		isSaidToHaveEnded: true,
		signal,
	});
	const ending = await settle(
		request.wait({
			deadline: client.clock.now() + waitMs,
			pollIntervalMs,
			model: model.id,
			submittedEarlier: true,
		}),
	);
	if ('value' in ending) return completedJson(model.id, requestId, ending.value);
	const { error } = ending;
	if (!means(error, 'ends')) throw error;
	return endedInErrorJson(model, error);
}
