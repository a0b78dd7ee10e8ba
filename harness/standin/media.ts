import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, type ReplyBody } from './reply';
import type { Submission } from './submission';

const FOLDER = join(__dirname, 'videos');

/** Bytes that a filled up file is made of at a time. */
const FILLING = Buffer.alloc(64 * 1024, 'fal video ');

/** The video that was asked for: a real MP4 of that length and shape. */
export function videoFor(submission: Submission): Buffer {
	const { duration = '5', aspect_ratio: shape = '16:9' } = submission.body;
	// Of other models it may be `8s` or `auto`.
	const wanted = Number(typeof duration === 'string' ? duration.replace(/s$/, '') : duration);
	const seconds = Math.min(15, Math.max(3, Math.round(wanted) || 5));
	const known = shape === '9:16' || shape === '1:1' ? shape : '16:9';
	return readFileSync(join(FOLDER, `${known.replace(':', 'x')}-${seconds}s.mp4`));
}

/**
 * The content of a video file.
 *
 * @param fileBytes the size to fill it up to, in bytes. What is added lies in a box of the type
 *   `free`, which players pass over: the file still plays.
 */
export function videoFile(submission: Submission, fileBytes?: number): ReplyBody {
	const video = videoFor(submission);
	const missing = (fileBytes ?? 0) - video.length;
	if (missing < 16) return bytes(video);
	return {
		length: video.length + missing,
		*chunks() {
			yield video;
			yield freeBoxHeader(missing);
			for (let left = missing - 16; left > 0; left -= FILLING.length) {
				yield FILLING.subarray(0, left);
			}
		},
	};
}

/** The head of a box with a 64-bit length, so that it may be larger than 4 GB. */
function freeBoxHeader(length: number): Buffer {
	const header = Buffer.alloc(16);
	header.writeUInt32BE(1, 0);
	header.write('free', 4, 'latin1');
	header.writeBigUInt64BE(BigInt(length), 8);
	return header;
}
