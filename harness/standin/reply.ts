import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseJson, type JsonValue } from './json';

/** The bytes of a reply: known length, produced piece by piece so that a big file needs no memory. */
export interface ReplyBody {
	/** Bytes in all. */
	length: number;
	/** The bytes in order. Can be asked for more than once. */
	chunks: () => Iterable<Buffer>;
}

/** One reply, before any fault has touched it. */
export interface Reply {
	/** HTTP status code. */
	status: number;
	headers: Record<string, string>;
	body: ReplyBody;
}

/** How a reply goes over the wire. Left out: whole and at once. */
export interface Delivery {
	/** Bytes after which the body ends. */
	cutAfter?: number;
	/** With `cutAfter`: whether `content-length` names the cut length, as if the reply were whole. */
	honestLength?: boolean;
	/** Milliseconds between one byte of the body and the next. */
	dripMs?: number;
}

/** A body that is in memory already. */
export function bytes(content: Buffer): ReplyBody {
	return { length: content.length, chunks: () => (content.length > 0 ? [content] : []) };
}

/** The content type of a stream of events. */
export const EVENT_STREAM = 'text/event-stream';

/** A reply with a JSON body. */
export function jsonReply(
	status: number,
	body: JsonValue,
	headers: Record<string, string> = {},
): Reply {
	return {
		status,
		headers: { 'content-type': 'application/json', ...headers },
		body: bytes(Buffer.from(JSON.stringify(body))),
	};
}

/** A reply with a body of text (plain, unless `headers` says otherwise). */
export function textReply(
	status: number,
	text: string,
	headers: Record<string, string> = {},
): Reply {
	return {
		status,
		headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
		body: bytes(Buffer.from(text)),
	};
}

/** What a reply with a JSON body says. */
export function jsonOfReply(reply: Reply): JsonValue {
	return parseJson(Buffer.concat([...reply.body.chunks()]).toString());
}

/**
 * Writes a reply. Waits for the receiver whenever its buffer is full, and stops when it has gone.
 * Never rejects: a receiver that leaves is nothing to fail about.
 */
export async function sendReply(
	response: ServerResponse,
	reply: Reply,
	delivery: Delivery = {},
): Promise<void> {
	const { cutAfter = Infinity, honestLength = false, dripMs } = delivery;
	const end = Math.min(reply.body.length, cutAfter);
	const isChunked = reply.headers['transfer-encoding'] === 'chunked';
	response.writeHead(reply.status, {
		...reply.headers,
		...(isChunked ? {} : { 'content-length': String(honestLength ? end : reply.body.length) }),
	});
	response.flushHeaders();

	let sent = 0;
	for (const chunk of reply.body.chunks()) {
		const part = chunk.subarray(0, end - sent);
		const pieces = dripMs === undefined ? [part] : Array.from(part, (byte) => Buffer.of(byte));
		for (const piece of pieces) {
			if (dripMs !== undefined) await delay(dripMs);
			if (response.destroyed) return;
			if (!response.write(piece)) await drained(response);
		}
		sent += part.length;
		if (sent >= end) break;
	}
	if (response.destroyed) return;
	// A body cut short of its promise can only end with the connection.
	if (end < reply.body.length && !honestLength) response.socket?.destroySoon();
	else response.end();
}

/** Resolves when the response takes more, or has been closed. */
async function drained(response: ServerResponse): Promise<void> {
	if (response.destroyed) return;
	await new Promise<void>((resolve) => {
		const done = () => {
			response.off('drain', done);
			response.off('close', done);
			resolve();
		};
		response.on('drain', done);
		response.on('close', done);
	});
}
