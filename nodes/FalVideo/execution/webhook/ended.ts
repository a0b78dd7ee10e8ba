import type { IDataObject } from 'n8n-workflow';
import { videoResultSchema } from '../../queue/contract';
import { QueueError } from '../../queue/queue-error';
import { type Callback, errorOfCallback } from '../../queue/webhook/callback';
import { adviceFor } from '../errors/advice';
import { completedJson } from '../output';

/** The model that a request went to. */
export interface EndedModel {
	id: string;
	/** Whether its result must be a video; of other models' results nothing is known. */
	isVideo: boolean;
}

/**
 * The JSON of a request that ended in an error, where the node cannot fail: told from a finished one
 * by its `status`, with fal's reason, and what to do about it in `details`.
 */
export function endedInErrorJson(model: string, error: QueueError): IDataObject {
	const { requestId, type, httpStatus } = error.facts;
	return {
		...(requestId ? { request_id: requestId } : {}),
		model,
		status: 'ERROR',
		error: error.message,
		message: error.message,
		details: {
			...(requestId ? { request_id: requestId } : {}),
			...(type ? { type } : {}),
			...(httpStatus === undefined ? {} : { http_code: String(httpStatus) }),
			description: description(error),
		},
	};
}

// No retry of n8n's sends such a request again: it was submitted elsewhere.
function description(error: QueueError): string {
	if (error.kind !== 'failed') return adviceFor(error);
	const { httpStatus } = error.facts;
	const cause =
		httpStatus !== undefined && httpStatus >= 500
			? 'The fault was at fal, which does not bill such a request.'
			: 'fal says that this may pass.';
	return `${cause} Submit it again.`;
}

/** The JSON of a request that has ended, from what the callback itself carries. */
export function callbackJson({ id: model, isVideo }: EndedModel, callback: Callback): IDataObject {
	const { request_id: requestId, payload, payload_error } = callback;
	if (callback.status === 'ERROR') return endedInErrorJson(model, errorOfCallback(callback));
	const result = typeof payload === 'object' && payload !== null ? payload : undefined;
	if (result && isVideo && !videoResultSchema.safeParse(result).success) {
		const error = new QueueError(
			'contract',
			`fal completed request ${requestId}, but its result has no "video.url"`,
			{ requestId },
		);
		return endedInErrorJson(model, error);
	}
	// Without a payload the request is complete all the same: Get Result collects it.
	return completedJson(model, requestId, {
		status: { status: 'COMPLETED' },
		result: { ...result, ...(payload_error ? { payload_error } : {}) },
	});
}
