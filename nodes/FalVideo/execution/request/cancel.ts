import type { INodeExecutionData } from 'n8n-workflow';
import { QueueError, type QueueErrorKind } from '../../queue/errors';
import type { CancelOutcome, QueuedRequest } from '../../queue/queued-request';

/**
 * Cancels a request, and makes an item of what the host answered.
 *
 * @throws {QueueError} `unauthorized`, `unavailable` or `rejected` when it could not be cancelled
 */
export async function cancelRequest(
	request: QueuedRequest,
	model: string,
): Promise<INodeExecutionData> {
	const answer = await request.cancel();
	if (answer.outcome === 'refused' || answer.outcome === 'unreachable') {
		throw refusal(answer, request.id);
	}
	return {
		json: {
			request_id: request.id,
			model,
			// fal says OK to one that was still queued, and CANCELLATION_REQUESTED to one that runs.
			status: answer.message,
			cancelled: answer.outcome === 'requested',
		},
	};
}

function refusal({ outcome, message, httpStatus }: CancelOutcome, requestId: string): QueueError {
	const kind: QueueErrorKind =
		httpStatus === 401 || httpStatus === 403
			? 'unauthorized'
			: outcome === 'unreachable'
				? 'unavailable'
				: 'rejected';
	return new QueueError(kind, `Request ${requestId} could not be cancelled: ${message}`, {
		requestId,
		...(httpStatus === undefined ? {} : { httpStatus }),
	});
}
