import { createHash } from 'crypto';
import type { IBinaryData, IExecuteSingleFunctions } from 'n8n-workflow';
import { InputError } from '../errors/input-error';

/** A picture of an item, of which only what tells it from others is kept in memory. */
export interface Picture {
	/** The SHA-256 of its bytes, in hex. */
	sha256: string;
	/** In bytes. */
	size: number;
	/** Such as `image/png`: what its bytes say, whatever n8n was told. */
	type: string;
	fileName: string;
	/** Opens its bytes, anew each time. */
	open: () => Promise<AsyncIterable<Buffer>>;
}

/** The largest picture that is uploaded, in bytes: fal wants larger ones in parts. */
const largestPicture = 90_000_000;

const allowed = 'jpg, png, webp, gif or avif';

/** What a file's first bytes say it is. */
const signatures: ReadonlyArray<[type: string, pattern: RegExp]> = [
	['image/jpeg', /^\xff\xd8\xff/],
	['image/png', /^\x89PNG\r\n/],
	['image/webp', /^RIFF[^]{4}WEBP/],
	['image/gif', /^GIF8[79]a/],
	['image/avif', /^[^]{4}ftypavi[fs]/],
];

/**
 * Reads a picture of an item: through once, without keeping it.
 *
 * @param label what errors call the field that names it
 * @param field the binary field; empty where the item has one only
 * @throws {InputError} when there is no such field, or its file is no picture or too large
 */
export async function pictureOf(
	context: IExecuteSingleFunctions,
	label: string,
	field: string,
): Promise<Picture> {
	const binaries = context.getInputData().binary ?? {};
	const names = Object.keys(binaries);
	const name = field === '' && names.length === 1 ? (names[0] ?? '') : field;
	const binary = binaries[name];
	if (binary === undefined) {
		const those =
			names.length === 0
				? 'the item has no files'
				: `the item's files are in: ${names.map((one) => `"${one}"`).join(', ')}`;
		throw new InputError(
			`${label} is "${field}"; it must be the field of the item that holds the image file, and ${those}`,
		);
	}
	const open = async () => await openBinary(context, binary);
	const { sha256, size, type } = await readThrough(`${label} "${name}"`, binary, open);
	return { sha256, size, type, fileName: fileNameOf(binary, type), open };
}

async function openBinary(
	context: IExecuteSingleFunctions,
	{ id, data }: IBinaryData,
): Promise<AsyncIterable<Buffer>> {
	if (id) return (await context.helpers.getBinaryStream(id)) as AsyncIterable<Buffer>;
	const bytes = Buffer.from(data, 'base64');
	return {
		async *[Symbol.asyncIterator]() {
			yield await Promise.resolve(bytes);
		},
	};
}

async function readThrough(label: string, binary: IBinaryData, open: Picture['open']) {
	const hash = createHash('sha256');
	let size = 0;
	let head = Buffer.alloc(0);
	for await (const chunk of await open()) {
		if (head.length < 16) head = Buffer.concat([head, chunk.subarray(0, 16)]);
		hash.update(chunk);
		size += chunk.length;
		if (size > largestPicture) {
			throw new InputError(
				`${label} is larger than ${largestPicture / 1e6} MB; an image may have at most that`,
			);
		}
	}
	const start = head.toString('latin1');
	const type = signatures.find(([, pattern]) => pattern.test(start))?.[0];
	if (type === undefined) {
		const said = binary.mimeType ? ` of the type ${binary.mimeType}` : '';
		throw new InputError(
			`${label} is ${size === 0 ? 'an empty file' : `a file${said}`}; it must be an image: ${allowed}`,
		);
	}
	return { sha256: hash.digest('hex'), size, type };
}

// A header and a URL may carry it: letters, digits, and what is harmless between them.
function fileNameOf({ fileName = '' }: IBinaryData, type: string): string {
	const plain = fileName.replace(/[^\w.-]+/g, '_').slice(-100);
	return plain === '' ? `image.${type.slice('image/'.length)}` : plain;
}

/** All bytes of a picture that is small enough to be held in memory. */
export async function bytesOf(picture: Picture): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of await picture.open()) chunks.push(chunk);
	return Buffer.concat(chunks);
}
