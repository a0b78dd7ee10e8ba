import { gzipSync } from 'node:zlib';
import { bytes, jsonReply, textReply, type Reply, type ReplyBody } from './reply';

/** What can be odd about a video's file; left out, nothing is. */
export interface FileQuirks {
	/** `file_size` in the result: so many bytes too much, 0, or not there. Seen by clients. */
	size?: number | 'zero' | 'missing';
	/**
	 * `partial` sends the whole file with 206, `gzip` packs it, `chunked` tells no length. All as HTTP
	 * allows.
	 */
	transfer?: 'partial' | 'gzip' | 'chunked';
	/** The result holds the file itself, as a `data:` URI: fal's documentation of `sync_mode`. */
	inline?: boolean;
	/** Another type than `video/mp4`, in the result and at the file host. */
	contentType?: string;
	/** What comes in place of the file, with 200. A guess, after what proxies do. */
	instead?: 'page' | 'picture';
	/** Milliseconds after the end during which the file is not there yet (404). Seen by clients. */
	lateMs?: number;
}

/** The smallest PNG there is. */
const PICTURE = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/** The size that the result names, if any. */
export function namedSize({ size }: FileQuirks, length: number): number | undefined {
	if (size === 'missing') return undefined;
	return size === 'zero' ? 0 : length + (size ?? 0);
}

/** The file as a `data:` URI. */
export function dataUri({ contentType = 'video/mp4' }: FileQuirks, body: ReplyBody): string {
	return `data:${contentType};base64,${contentOf(body).toString('base64')}`;
}

/**
 * The reply to the fetch of a file.
 *
 * @param age milliseconds since the request has ended
 */
export function quirkyFile(quirks: FileQuirks, body: ReplyBody, age: number): Reply {
	const { transfer, contentType = 'video/mp4', instead, lateMs = 0 } = quirks;
	if (age < lateMs) return jsonReply(404, { detail: 'Not Found' });
	if (instead === 'page') {
		return textReply(200, '<html><body>Sign in</body></html>', { 'content-type': 'text/html' });
	}
	if (instead === 'picture') {
		return { status: 200, headers: { 'content-type': 'image/png' }, body: bytes(PICTURE) };
	}
	const headers = { 'content-type': contentType };
	if (transfer === 'gzip') {
		const packed = bytes(gzipSync(contentOf(body)));
		return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: packed };
	}
	if (transfer === 'partial') {
		const range = `bytes 0-${body.length - 1}/${body.length}`;
		return { status: 206, headers: { ...headers, 'content-range': range }, body };
	}
	const isChunked = transfer === 'chunked';
	return {
		status: 200,
		headers: { ...headers, ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}) },
		body,
	};
}

function contentOf(body: ReplyBody): Buffer {
	return Buffer.concat([...body.chunks()]);
}
