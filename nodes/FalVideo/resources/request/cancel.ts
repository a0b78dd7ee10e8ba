import type { INodePropertyOptions } from 'n8n-workflow';
import { cancel, type CancelOutcome } from '../../queue/cancel';
import { QueueError, type QueueErrorKind } from '../../queue/queue-error';
import { itemHook } from '../../execution/run-item';
import { requestOf } from './request-of';

const runCancel = itemHook(async (context, _composed, { baseUrl, send, clock }) => {
	const { paths, model } = requestOf(context, baseUrl);
	const answer = await cancel(send, paths, clock);
	if (answer.outcome === 'refused' || answer.outcome === 'unreachable') {
		throw refusal(answer, paths.requestId);
	}
	return {
		json: {
			request_id: paths.requestId,
			model,
			// fal says OK to one that was still queued, and CANCELLATION_REQUESTED to one that runs.
			status: answer.message,
			cancelled: answer.outcome === 'requested',
		},
	};
});

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

/** The operation: ends a request; the item says what fal answered. */
export const cancelOperation: INodePropertyOptions = {
	name: 'Cancel',
	value: 'cancel',
	action: 'Cancel a request',
	description: 'End a request that is queued or in progress',
	routing: {
		request: { method: 'PUT', url: '/' },
		send: { paginate: true },
		operations: { pagination: runCancel },
	},
};
