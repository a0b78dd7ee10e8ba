import type { IDataObject } from 'n8n-workflow';
import type { SubmitReply } from '../../queue/contract';
import type { RequestPaths } from '../../queue/request-path';
import type { Completed } from '../../queue/wait';

/** The JSON of an item whose video is complete. */
export function completedJson(
	model: string,
	requestId: string,
	{ status, result }: Completed<Record<string, unknown>>,
): IDataObject {
	const { video, ...others } = result;
	const own = {
		request_id: requestId,
		model,
		status: 'COMPLETED',
		...(video === undefined ? {} : { video }),
		metrics: status.metrics ?? {},
	};
	// What the model returned besides comes after, and takes the place of none of these.
	return { ...own, ...others, ...own };
}

/** The JSON of an item that is not waited for: what fal replied to the POST, and the model. */
export function submittedJson(model: string, reply: SubmitReply): IDataObject {
	return { ...(reply as IDataObject), model };
}

/**
 * The JSON of an item whose request is still pending, or was submitted by an earlier attempt: the
 * fields of fal's reply to the POST, as far as they are known now.
 *
 * @param status fal's last word; `IN_QUEUE` where there was none yet
 */
export function pendingJson(
	model: string,
	baseUrl: string,
	paths: RequestPaths,
	status = 'IN_QUEUE',
): IDataObject {
	return {
		status,
		request_id: paths.requestId,
		response_url: baseUrl + paths.response,
		status_url: baseUrl + paths.status,
		cancel_url: baseUrl + paths.cancel,
		model,
	};
}
