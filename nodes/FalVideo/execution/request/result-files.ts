import { type Result, type VideoFile, videoOf } from '../../queue/reply';
import { objectIn, textIn } from '../../queue/read';

/** A file of a result. */
export interface ResultFile extends VideoFile {
	/** Whether it can only be a video: then nothing else is stored in its place. */
	isVideo: boolean;
}

/** How deep a result is looked through. */
const deepest = 8;

/**
 * The files of a result: of a model that makes videos the video; of another one every file that it
 * names, at any depth, videos first. What the request itself sent, such as the address of its image, is
 * none of them.
 *
 * @param isVideo whether the result must be a video
 * @param sent the addresses that the body held, where they are known
 */
export function filesOf(
	result: Result,
	isVideo: boolean,
	sent: ReadonlySet<string> = new Set(),
): ResultFile[] {
	const video = videoOf(result);
	if (isVideo) return video ? [{ ...video, isVideo: true }] : [];
	const files = new Map<string, ResultFile>();
	const add = (file: ResultFile) => {
		if (!files.has(file.url) && !sent.has(file.url)) files.set(file.url, file);
	};
	if (video) add({ ...video, isVideo: true });
	for (const file of within(result, '', 0)) add(file);
	const all = [...files.values()];
	return [...all.filter((file) => file.isVideo), ...all.filter((file) => !file.isVideo)];
}

function within(value: unknown, name: string, depth: number): ResultFile[] {
	if (depth > deepest) return [];
	if (Array.isArray(value)) return value.flatMap((one) => within(one, name, depth + 1));
	const object = objectIn(value);
	if (object) {
		const own = isAddress(object.url) ? [fileIn(object, object.url, name)] : [];
		const others = Object.entries(object)
			.filter(([key]) => key !== 'url' && !ofTheQueue.test(key))
			.flatMap(([key, one]) => within(one, key, depth + 1));
		return [...own, ...others];
	}
	const isNamed = /(^|_)(urls?|uri)$/i.test(name);
	return isNamed && isAddress(value) ? [fileIn({}, value, name)] : [];
}

/** Addresses of the request, and of pages, which are no files. */
const ofTheQueue = /^(response|status|cancel|queue|webhook|page|docs?|documentation)_url$/i;

const isAddress = (value: unknown): value is string =>
	typeof value === 'string' && /^(https?:\/\/[^\s/]+\/|data:)\S+$/i.test(value);

function fileIn(object: Record<string, unknown>, url: string, name: string): ResultFile {
	const type = textIn(object.content_type);
	const size = object.file_size;
	const isVideo = type === undefined ? /video/i.test(name) : /^video\//i.test(type);
	return {
		url,
		content_type: type,
		file_name: textIn(object.file_name),
		file_size: typeof size === 'number' ? size : undefined,
		isVideo,
	};
}
