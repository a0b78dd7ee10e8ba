import type { IDataObject } from 'n8n-workflow';
import type { RequestPaths } from '../../queue/paths';
import type { StatusReply } from '../../queue/reply';
import type { SubmitReply } from '../../queue/submit';
import type { Completed } from '../../queue/wait';

/** What is known of a request beside what the host says. */
export interface Known {
	/** The prompt as it was sent: it tells one video from another. */
	prompt?: string | undefined;
	/** What the video costs by the list of prices, in US dollars. */
	estimate?: number | undefined;
}

/**
 * The JSON of an item whose video is complete. What people look for comes first: a table shows it in its
 * first columns.
 */
export function completedJson(
	model: string,
	requestId: string,
	{ status, result, billableUnits }: Completed,
	{ prompt, estimate }: Known = {},
): IDataObject {
	const { video, ...others } = result;
	const own = {
		...(video === undefined ? {} : { video }),
		...(prompt === undefined ? {} : { prompt }),
		status: 'COMPLETED',
		request_id: requestId,
		model,
		metrics: status.metrics ?? {},
		...costJson(estimate, billableUnits),
	};
	// Other fields of the model come after these and never overwrite them.
	return { ...own, ...others, ...own };
}

// What is known of the cost; nothing is invented.
function costJson(estimate: number | undefined, billableUnits?: number): IDataObject {
	const cost = {
		...(estimate === undefined ? {} : { estimate, currency: 'USD' }),
		...(billableUnits === undefined ? {} : { billable_units: billableUnits }),
	};
	return Object.keys(cost).length === 0 ? {} : { cost };
}

/** The JSON of an item that is not waited for: what fal replied to the POST, the model, and the cost. */
export function submittedJson(
	model: string,
	reply: SubmitReply,
	{ estimate }: Known = {},
): IDataObject {
	return { ...withLogs(reply as IDataObject), model, ...costJson(estimate) };
}

/**
 * The JSON of an item whose request is still pending, or was submitted by an earlier attempt: the
 * fields of fal's reply to the POST, as far as they are known now.
 *
 * @param last what fal said of it last; `IN_QUEUE` where it has said nothing yet
 */
export function pendingJson(
	model: string,
	baseUrl: string,
	paths: RequestPaths,
	last: Partial<StatusReply> = {},
	{ estimate }: Known = {},
): IDataObject {
	return {
		status: last.status ?? 'IN_QUEUE',
		request_id: paths.requestId,
		response_url: baseUrl + paths.response,
		status_url: baseUrl + paths.status,
		cancel_url: baseUrl + paths.cancel,
		...(typeof last.queue_position === 'number' ? { queue_position: last.queue_position } : {}),
		model,
		...costJson(estimate),
	};
}

/** The JSON of an item that asked for a status: what fal says, the request's id, and the model. */
export function statusJson(model: string, requestId: string, status: StatusReply): IDataObject {
	return { request_id: requestId, model, ...withLogs(status as IDataObject) };
}

// A host that gives no logs says null, or a list of null: a column of that tells nobody anything.
function withLogs({ logs, ...others }: IDataObject): IDataObject {
	const lines: unknown[] = Array.isArray(logs) ? logs.filter((line) => line !== null) : [];
	if (lines.length > 0) return { ...others, logs: lines };
	return Array.isArray(logs) && logs.length === 0 ? { ...others, logs } : others;
}
