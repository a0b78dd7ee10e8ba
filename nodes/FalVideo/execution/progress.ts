import type { Logger } from 'n8n-workflow';
import type { StatusReply } from '../queue/contract';

/**
 * Tells n8n's log (level debug) how a request gets on: each change of its status or its position in
 * the queue, and each fault on the way.
 */
export function progressLog(
	logger: Logger,
	requestId: string,
): (progress: { status: StatusReply } | { fault: string }) => void {
	let last = '';
	return (progress) => {
		const line = 'status' in progress ? statusLine(progress.status) : progress.fault;
		if (line === last) return;
		last = line;
		logger.debug(`fal request ${requestId}: ${line}`);
	};
}

function statusLine({ status, queue_position: position }: StatusReply): string {
	return typeof position === 'number' ? `${status}, position ${position} in the queue` : status;
}
