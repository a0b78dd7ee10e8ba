import type { ServerResponse } from 'node:http';
import type { Changes } from './changes';
import type { JsonObject } from './json';
import type { Submission } from './submission';

/** The longest that a stream of events may be open, in milliseconds. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** What goes wrong with a stream on its way. */
export interface StreamFault {
	/** Milliseconds after which it is cut. */
	cutAfterMs?: number;
	/** How many events come through. */
	events?: number;
}

/**
 * Sends the status of a request as server-sent events, at once and at every change, until it has
 * completed or the receiver has left. Between them a comment line comes every so often: fal's
 * documentation of the queue.
 */
export async function streamStatus(
	response: ServerResponse,
	submission: Submission,
	changes: Changes,
	status: () => JsonObject,
	commentMs: number,
	{ cutAfterMs, events = Infinity }: StreamFault = {},
): Promise<void> {
	response.writeHead(200, {
		'content-type': 'text/event-stream',
		'cache-control': 'no-store',
		'x-fal-request-id': submission.requestId,
	});
	response.flushHeaders();
	const cut =
		cutAfterMs === undefined ? undefined : setTimeout(() => response.destroy(), cutAfterMs);
	response.on('close', () => clearTimeout(cut));
	// A proxy that withholds events withholds these too.
	const comments = setInterval(() => {
		if (events === Infinity) response.write(': ping\n\n');
	}, commentMs);
	response.on('close', () => clearInterval(comments));
	// The receiver's leaving counts as a change, so that the wait below ends.
	response.on('close', () => changes.announce());
	let sent = '';
	let count = 0;
	// Announcements are many, changes of one request are few; only in the queue is there a position.
	const event = () =>
		submission.state === 'IN_QUEUE' ? JSON.stringify(status()) : submission.state;
	const send = () => {
		if (response.destroyed) return true;
		const now = event();
		if (now !== sent && count < events) {
			response.write(`data: ${JSON.stringify(status())}\n\n`);
			count++;
		}
		sent = now;
		return submission.state === 'COMPLETED' && count < events ? true : undefined;
	};
	await changes.find(send, LONGEST_MS, () => 'the stream has been open for a day');
	response.end();
}
