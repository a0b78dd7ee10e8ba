import type { INodeExecutionData } from 'n8n-workflow';
import type { QueueErrorKind } from '../../queue/errors';
import type { CancelOutcome, QueuedRequest } from '../../queue/queued-request';

/**
 * Cancels a request and returns the host's answer as an item.
 *
 * @param hostName what texts call the host
 * @throws {QueueError} `not-found`, `unauthorized`, `unavailable`, `not-offered` or `rejected` when it could not be
 * cancelled
 */
export async function cancelRequest(
	request: QueuedRequest,
	model: string,
	hostName: string,
): Promise<INodeExecutionData> {
	const { outcome, message, httpStatus } = await request.cancel();
	const kind = kindOf(outcome, httpStatus);
	if (kind !== undefined) {
		const why =
			outcome === 'not-offered'
				? `${hostName} has no way to cancel a request`
				: outcome === 'not-found'
					? `${hostName} does not know it`
					: message;
		throw request.error(
			kind,
			`Request ${request.id} could not be cancelled: ${why}`,
			httpStatus === undefined ? {} : { httpStatus },
		);
	}
	return {
		json: {
			request_id: request.id,
			model,
			// fal says OK to one that was still queued, and CANCELLATION_REQUESTED to one that runs.
			status: message,
			cancelled: outcome === 'requested',
		},
	};
}

function kindOf(
	outcome: CancelOutcome['outcome'],
	httpStatus: number | undefined,
): QueueErrorKind | undefined {
	switch (outcome) {
		case 'requested':
		case 'already-completed':
			return undefined;
		case 'not-found':
			return 'not-found';
		case 'not-offered':
			return 'not-offered';
		case 'unreachable':
			return 'unavailable';
		case 'refused':
			if (httpStatus === 401) return 'unauthorized';
			return httpStatus === 402 || httpStatus === 403 ? 'account' : 'rejected';
	}
}
