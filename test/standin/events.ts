import type { ServerResponse } from 'node:http';
import type { Changes } from './changes';
import type { JsonObject } from './json';
import type { Submission } from './submission';

/** The longest that a stream of events may be open, in milliseconds. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/**
 * Sends the status of a request as server-sent events, at once and at every change, until it has
 * completed or the receiver has left.
 */
export async function streamStatus(
	response: ServerResponse,
	submission: Submission,
	changes: Changes,
	status: () => JsonObject,
): Promise<void> {
	response.writeHead(200, {
		'content-type': 'text/event-stream',
		'cache-control': 'no-store',
		'x-fal-request-id': submission.requestId,
	});
	// The receiver's leaving counts as a change, so that the wait below ends.
	response.on('close', () => changes.announce());
	let sent = '';
	const send = () => {
		if (response.destroyed) return true;
		const event = `data: ${JSON.stringify(status())}\n\n`;
		if (event !== sent) response.write(event);
		sent = event;
		return submission.state === 'COMPLETED' ? true : undefined;
	};
	await changes.find(send, LONGEST_MS, () => 'the stream has been open for a day');
	response.end();
}
