import type { IDataObject, INode } from 'n8n-workflow';
import { videoResultSchema } from '../../queue/contract';
import { QueueError } from '../../queue/queue-error';
import { type Callback, errorOfCallback } from '../../queue/webhook/callback';
import { errorJson, nodeError } from '../errors/node-error';
import { completedJson } from '../output';

/** The model that a request went to, and the node that is told of its end. */
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

function submitAgain({ facts: { httpStatus } }: QueueError): string {
	const cause =
		httpStatus !== undefined && httpStatus >= 500
			? 'The fault was at fal, which does not bill such a request.'
			: 'fal says that this may pass.';
	return `${cause} Submit it again.`;
}

/** The JSON of a request that has ended, from what the callback itself carries. */
export function callbackJson(model: EndedModel, callback: Callback): IDataObject {
	const { request_id: requestId, payload, payload_error } = callback;
	if (callback.status === 'ERROR') return endedInErrorJson(model, errorOfCallback(callback));
	const result = typeof payload === 'object' && payload !== null ? payload : undefined;
	if (result && model.isVideo && !videoResultSchema.safeParse(result).success) {
		const error = new QueueError(
			'contract',
			`fal completed request ${requestId}, but its result has no "video.url"`,
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
