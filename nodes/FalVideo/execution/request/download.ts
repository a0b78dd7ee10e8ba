import {
	type IBinaryData,
	type IExecuteSingleFunctions,
	type IN8nHttpFullResponse,
	sleep,
} from 'n8n-workflow';
import type { QueuedRequest } from '../../queue/queued-request';
import { type Fault, retry } from '../../queue/retry';
import { type Clock, eitherSignal } from '../../queue/transport';
import { settle } from '../settle';
import { connectionFailure } from '../transport/connection-failure';
import type { Carried } from '../transport/http';
import { fileName } from './file-name';
import type { ResultFile } from './result-files';

/** What to download, and its limits. */
export interface Download {
	file: ResultFile;
	/** Which of the result's files it is, from 0: it is in the file's name. @default 0 */
	index?: number;
	request: Pick<QueuedRequest, 'id' | 'error'>;
	/** The prompt as it was sent, where that is known: the file is named after it. */
	prompt?: string | undefined;
	/** When to give up, in milliseconds since the epoch. */
	deadline: number;
	/** The node's Request Options. The allowed domains are those of the key, which stays here. */
	carried: Carried;
	clock: Clock;
	signal: AbortSignal | undefined;
}

/** Minimum attempts for a file that is broken or missing, even past the deadline. */
const leastAttempts = 4;

/** How long a 404 is waited out: a file may appear minutes after its request completes. */
const notThereYetMs = 180_000;

/** An attempt may take this long, even past the deadline. */
const leastAttemptMs = 600_000;

/** Without a Content-Length, a file with this share of `file_size` is whole: a cut one is far shorter. */
const leastShare = 0.99;

/** What a file may call itself. Some hosts call every file a stream of bytes. */
const videoTypes = /^(video\/|application\/(octet-stream|mp4|x-matroska)|binary\/octet-stream)/i;

/**
 * Streams a finished file into n8n's binary store, again when it comes short, broken or not at
 * all. No key goes with it.
 *
 * @returns the binary data, whole: of the length that the file's host names
 * @throws {QueueError} `download`, with the file's URL; `stopped`
 */
export async function downloadFile(
	context: Pick<IExecuteSingleFunctions, 'helpers'>,
	download: Download,
): Promise<IBinaryData> {
	const { file, request, clock, deadline, signal } = download;
	const videoUrl = shownUrl(file.url);
	const startedAt = clock.now();
	const tryOnce = async () => {
		if (signal?.aborted) {
			throw request.error('stopped', 'The execution was stopped while a file was downloaded', {
				videoUrl,
			});
		}
		return await fetchFile(context, download);
	};
	const outcome = await retry<{ file: IBinaryData }, FileFault>(tryOnce, {
		again: ({ hopeless }, attempt, pauseMs) => {
			if (hopeless === 'at-once') return false;
			if (attempt < leastAttempts) return true;
			if (hopeless === 'soon') return false;
			const until = hopeless === 'later' ? Math.min(deadline, startedAt + notThereYetMs) : deadline;
			return clock.now() + pauseMs < until;
		},
		clock,
		signal,
	});
	if ('file' in outcome) return outcome.file;
	const { fault, httpStatus } = outcome;
	throw request.error(
		'download',
		`The ${kindOf(file)} of request ${request.id} is finished, but it could not be downloaded: ${fault}`,
		{ videoUrl, lastFault: fault, ...(httpStatus === undefined ? {} : { httpStatus }) },
	);
}

// A `data:` URI is the file itself.
function shownUrl(url: string): string {
	return url.startsWith('data:') ? `${url.slice(0, 40)}…` : url;
}

interface FileFault extends Fault {
	/** When to give up before the deadline: after a while, after a few attempts, or at once. */
	hopeless?: 'later' | 'soon' | 'at-once';
}

/** The part of the helper's stream that is used here. */
interface FileStream {
	destroy(): void;
	socket?: { bytesRead: number };
}

async function fetchFile(
	context: Pick<IExecuteSingleFunctions, 'helpers'>,
	download: Download,
): Promise<{ file: IBinaryData } | FileFault> {
	const { file: source, carried, signal, clock, deadline } = download;
	const { protocol } = new URL(source.url);
	if (protocol === 'data:') {
		const stored = await settle(storeDataUri(context, download));
		if ('value' in stored) return stored.value;
		return { fault: `its data: URI cannot be read: ${String(stored.error)}`, hopeless: 'at-once' };
	}
	if (protocol !== 'https:' && protocol !== 'http:') {
		return { fault: `its URL is of the kind "${protocol}"`, hopeless: 'at-once' };
	}
	const { proxy, skipSslCertificateValidation, timeout } = carried;
	const stalled = new AbortController();
	let finished = false;
	let answered = false;
	try {
		const reply = (await context.helpers.httpRequest({
			...(proxy ? { proxy } : {}),
			...(skipSslCertificateValidation ? { skipSslCertificateValidation } : {}),
			timeout,
			method: 'GET',
			url: source.url,
			// Content-Length can only be compared with bytes that are not compressed.
			headers: { 'Accept-Encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			abortSignal: eitherSignal(signal, stalled.signal),
		})) as IN8nHttpFullResponse;
		answered = true;
		const stream = reply.body as unknown as FileStream;
		const wrong = wrongReply(reply, source);
		if (wrong) {
			stream.destroy();
			return wrong;
		}
		const until = Math.max(deadline, clock.now() + leastAttemptMs);
		void watch(stream, { timeoutMs: timeout, until, clock }, stalled, () => finished);
		const mimeType = mimeTypeOf(source, reply);
		const file = await context.helpers.prepareBinaryData(
			stream as unknown as Parameters<typeof context.helpers.prepareBinaryData>[0],
			nameOf(download, mimeType),
			mimeType,
		);
		const bytes = await storedBytes(context, file);
		const expected = expectedBytes(source, reply);
		if (bytes === 0) return { fault: 'the file is empty' };
		// More bytes are fine: n8n's helper decompresses the body but keeps the compressed length.
		if (expected !== undefined && bytes < expected) {
			return { fault: `${bytes} of ${expected} bytes came` };
		}
		return { file };
	} catch (error) {
		if (stalled.signal.aborted) return { fault: String(stalled.signal.reason) };
		const { message, reach } = connectionFailure(error);
		// What n8n does not let out, or cannot store, is the same the next time.
		const isHopeless = answered ? isStoreFault(error) : reach === 'blocked';
		return { fault: message, ...(isHopeless ? { hopeless: 'soon' } : {}) };
	} finally {
		finished = true;
	}
}

// Checks a reply before anything is stored.
function wrongReply(
	{ statusCode, headers }: IN8nHttpFullResponse,
	file: ResultFile,
): FileFault | undefined {
	const contentRange = headers['content-range'];
	const range =
		typeof contentRange === 'string' ? /^bytes 0-(\d+)\/(\d+)$/i.exec(contentRange) : null;
	const isWholeRange = statusCode === 206 && range && Number(range[1]) + 1 === Number(range[2]);
	if (statusCode !== 200 && !isWholeRange) {
		// A forbidden or deleted file does not come back within half an hour.
		const hopeless = [401, 403, 410].includes(statusCode) ? 'soon' : 'later';
		return {
			fault: `HTTP ${statusCode}`,
			...(hopeless === 'soon' || statusCode === 404 ? { hopeless } : {}),
			httpStatus: statusCode,
		};
	}
	if (headers['content-length'] === '0') return { fault: 'the file is empty' };
	const type = headers['content-type'];
	return typeof type === 'string' && !isTypeOf(file, type)
		? {
				fault: `the host sent "${type}" instead of a ${kindOf(file)}`,
				httpStatus: statusCode,
				hopeless: 'soon',
			}
		: undefined;
}

// The last: n8n 1 keeps files in memory unless it is told otherwise, and a text has a longest length.
const storeFaults = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'ERR_STRING_TOO_LONG']);

function isStoreFault(error: unknown): boolean {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === 'string' && storeFaults.has(code);
}

// The file host's Content-Length decides; `file_size` is only a fallback.
function expectedBytes(
	{ file_size }: ResultFile,
	{ headers }: IN8nHttpFullResponse,
): number | undefined {
	const length = Number(headers['content-length'] ?? NaN);
	if (length > 0) return length;
	// Hosts are off by some bytes.
	return typeof file_size === 'number' && file_size > 0
		? Math.floor(file_size * leastShare)
		: undefined;
}

async function storeDataUri(
	context: Pick<IExecuteSingleFunctions, 'helpers'>,
	download: Download,
): Promise<{ file: IBinaryData } | FileFault> {
	const { file } = download;
	const [, type = '', base64, data = ''] =
		/^data:([^,;]*)(?:;[^,;]*?)*?(;base64)?,(.*)$/is.exec(file.url) ?? [];
	if (type !== '' && !isTypeOf(file, type)) {
		return { fault: `it is "${type}" instead of a ${kindOf(file)}`, hopeless: 'at-once' };
	}
	const bytes = base64
		? Buffer.from(data, 'base64')
		: Buffer.from(decodeURIComponent(data), 'latin1');
	if (bytes.length === 0) return { fault: 'the file is empty', hopeless: 'at-once' };
	const mimeType = file.isVideo ? (type.startsWith('video/') ? type : 'video/mp4') : type;
	const stored = await context.helpers.prepareBinaryData(
		bytes,
		nameOf(download, mimeType),
		mimeType || undefined,
	);
	return { file: stored };
}

function nameOf({ file, request, prompt, index }: Download, mimeType: string): string {
	return fileName({ given: file.file_name, requestId: request.id, mimeType, prompt, index });
}

const kindOf = ({ isVideo }: ResultFile) => (isVideo ? 'video' : 'file');

// A page in the place of a file is an error of the host's, whatever was expected.
function isTypeOf({ isVideo, content_type }: ResultFile, type: string): boolean {
	if (isVideo) return videoTypes.test(type.trim());
	const isPage = /^text\/html/i.test(type.trim());
	return !isPage || /^text\/html/i.test(content_type ?? '');
}

function mimeTypeOf({ content_type, isVideo }: ResultFile, reply: IN8nHttpFullResponse): string {
	const types = [content_type, reply.headers['content-type']].filter(
		(one): one is string => typeof one === 'string' && one !== '',
	);
	const isSaid = (one: string) => (isVideo ? one.startsWith('video/') : !/octet-stream/i.test(one));
	const type = types.find(isSaid) ?? (isVideo ? 'video/mp4' : 'application/octet-stream');
	return (type.split(';')[0] ?? type).trim();
}

// The helper's time-out ends with the headers. A stream from which nothing more comes, or too little
// for too long, is cut here; the data is piped untouched.
async function watch(
	stream: FileStream,
	{ timeoutMs, until, clock }: { timeoutMs: number; until: number; clock: Clock },
	stalled: AbortController,
	finished: () => boolean,
): Promise<void> {
	const cut = (reason: string) => {
		stalled.abort(reason);
		stream.destroy();
	};
	for (let last = -1; !finished();) {
		const bytes = stream.socket?.bytesRead ?? last + 1;
		if (bytes === last) return cut(`nothing more came for ${timeoutMs / 1000} s`);
		if (clock.now() > until) return cut('it did not come to an end');
		last = bytes;
		await sleep(timeoutMs);
	}
}

// n8n before 2.0 does not tell the bytes; then the store is asked, or the data measured.
async function storedBytes(
	context: Pick<IExecuteSingleFunctions, 'helpers'>,
	file: IBinaryData & { bytes?: number },
): Promise<number> {
	if (file.bytes !== undefined) return file.bytes;
	if (file.id === undefined) return Buffer.byteLength(file.data, 'base64');
	const { fileSize } = await (
		context.helpers as unknown as { getBinaryMetadata(id: string): Promise<{ fileSize: number }> }
	).getBinaryMetadata(file.id);
	return fileSize;
}
