import { readMp4 } from '../../harness/standin/mp4';

/** One line about a video file: its length and its shape. */
export function describeMp4(bytes: Buffer): string {
	const { durationSeconds, width, height, videoCodec } = readMp4(bytes);
	return `${durationSeconds.toFixed(1)} s, ${width} × ${height}, ${videoCodec}, ${bytes.length} bytes`;
}
