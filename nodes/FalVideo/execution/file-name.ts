/** The longest name, in characters, before the request's id and the extension. */
const longestStem = 60;

const extensions: Record<string, string> = {
	'video/mp4': 'mp4',
	'video/webm': 'webm',
	'video/quicktime': 'mov',
};

const videoExtensions = ['mp4', 'm4v', 'webm', 'mov', 'mkv', 'gif'];

/**
 * The name under which a video is stored: fal's own, made safe for any file system, with the
 * request's id, since fal calls every file `output.mp4`.
 */
export function videoFileName(
	falName: string | null | undefined,
	requestId: string,
	mimeType: string,
): string {
	const name = (falName ?? '').split(/[\\/]/).pop() ?? '';
	const dot = name.lastIndexOf('.');
	const stem = (dot > 0 ? name.slice(0, dot) : name)
		.replace(/[^A-Za-z0-9_-]+/g, '_')
		.replace(/^_+|_+$/g, '')
		.slice(0, longestStem);
	const given = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
	// Of a name that somebody else made up, only the extension of a video is believed.
	const extension = videoExtensions.includes(given) ? given : (extensions[mimeType] ?? 'mp4');
	return `${stem === '' ? 'video' : stem}-${requestId}.${extension}`;
}
