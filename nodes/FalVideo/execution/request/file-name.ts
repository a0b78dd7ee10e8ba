/** The longest name, in characters, before the request's id and the extension. */
const longestStem = 60;

const extensions: Record<string, string> = {
	'video/mp4': 'mp4',
	'video/webm': 'webm',
	'video/quicktime': 'mov',
	'image/png': 'png',
	'image/jpeg': 'jpg',
	'image/webp': 'webp',
	'image/gif': 'gif',
	'audio/mpeg': 'mp3',
	'audio/wav': 'wav',
	'audio/x-wav': 'wav',
	'application/json': 'json',
	'text/plain': 'txt',
};

const videoExtensions = ['mp4', 'm4v', 'webm', 'mov', 'mkv', 'gif'];

/** Extensions of other files that models make: what a computer would run is none of them. */
const otherExtensions =
	/^(png|jpe?g|webp|gif|avif|exr|tiff?|mp3|wav|flac|ogg|m4a|aac|opus|srt|vtt|json|txt|zip|safetensors|glb|ply|npz)$/;

/** What a file is named after. */
interface Naming {
	/** The name that the host gave it. */
	given: string | null | undefined;
	requestId: string;
	mimeType: string;
	/** The prompt as it was sent, where that is known. */
	prompt?: string | undefined;
	/** Which of the result's files it is, from 0. @default 0 */
	index?: number | undefined;
}

/** How many of a prompt's words a file's name begins with, and how long they may be together. */
const mostWords = 6;
const longestWords = 40;

// Letters of any script: a prompt may be Chinese. Marks are joined to their letters, so that none is lost.
function firstWords(prompt: string): string {
	const words = prompt.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
	let text = '';
	for (const word of words.slice(0, mostWords)) {
		const longer = text === '' ? word : `${text}_${word}`;
		if ([...longer].length > longestWords) break;
		text = longer;
	}
	// A first word that is too long by itself, as of a script that has no blanks.
	return text === '' ? [...(words[0] ?? '')].slice(0, longestWords).join('') : text;
}

/**
 * The name under which a file is stored: the first words of its prompt, or where that is not known,
 * the name that the host gave it, made safe for any file system; with the request's id, since fal calls
 * every file `output.mp4`.
 */
export function fileName({ given, requestId, mimeType, prompt = '', index = 0 }: Naming): string {
	const name = (given ?? '').split(/[\\/]/).pop() ?? '';
	const dot = name.lastIndexOf('.');
	const stem = (dot > 0 ? name.slice(0, dot) : name)
		.replace(/[^A-Za-z0-9_-]+/g, '_')
		.replace(/^_+|_+$/g, '')
		.slice(0, longestStem);
	const isVideo = mimeType.startsWith('video/');
	const end = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
	// Of a name that somebody else made up, only the extension of its kind is believed.
	const isKnown = isVideo ? videoExtensions.includes(end) : otherExtensions.test(end);
	const extension = isKnown ? end : (extensions[mimeType] ?? (isVideo ? 'mp4' : 'bin'));
	const number = index > 0 ? `_${index}` : '';
	return `${firstWords(prompt) || stem || (isVideo ? 'video' : 'file')}-${requestId}${number}.${extension}`;
}
