import type { IDisplayOptions, IExecuteSingleFunctions, INodeProperties } from 'n8n-workflow';
import { InputError, shown } from '../../execution/errors/input-error';
import { type Picture, pictureOf } from '../../execution/picture/picture';
import { largestInBody } from '../../execution/picture/upload';
import { isTool } from '../../execution/run/tool';
import type { QueueClient } from '../../execution/transport/queue-client';
import { checkChoice, isEmpty } from '../checks';
import { customModel } from '../custom-model';
import { endPictureInput, videoModels } from '../models';

type Show = NonNullable<IDisplayOptions['show']>;

/** One of the two pictures: how its fields are called. */
interface PictureFields {
	source: string;
	binaryField: string;
	url: string;
	/** What the editor and errors call it. */
	label: string;
}

const first: PictureFields = {
	source: 'imageSource',
	binaryField: 'imageBinaryField',
	url: 'imageUrl',
	label: 'Image',
};

const last: PictureFields = {
	source: 'endImageSource',
	binaryField: 'endImageBinaryField',
	url: 'endImageUrl',
	label: 'End Image',
};

const ofItem = {
	name: 'File of the Item',
	value: 'binary',
	description:
		'A file that comes with the item, as from a form, Google Drive, Telegram or HTTP Request',
	// n8n gives a tool no files.
	displayOptions: { hide: { '@tool': [true] } },
};

const url = { name: 'URL', value: 'url', description: 'An address that fal can fetch it from' };

/** The fields of the picture that a video begins with, and of the one that it ends with. */
export function pictureFields(show: Show): INodeProperties[] {
	const withoutEnd = videoModels.filter((model) => endPictureInput(model) === undefined);
	const hide = { model: [...withoutEnd.map(({ id }) => id), customModel] };
	return [
		{
			displayName: 'Image From',
			name: first.source,
			type: 'options',
			default: 'binary',
			description: 'Where the image is that the video begins with',
			options: [ofItem, url],
			displayOptions: { show },
		},
		...placeFields(first, show),
		{
			displayName: 'End Image From',
			name: last.source,
			type: 'options',
			default: 'none',
			description: 'Where the image is that the video ends with',
			options: [{ name: 'None', value: 'none' }, ofItem, url],
			displayOptions: { show, hide },
		},
		...placeFields(last, show, hide),
	];
}

function placeFields(
	{ source, binaryField, url: address, label }: PictureFields,
	show: Show,
	hide?: Show,
): INodeProperties[] {
	const shownFor = (from: string) => ({
		show: { ...show, [source]: [from] },
		...(hide ? { hide } : {}),
	});
	return [
		{
			displayName: `${label} Field`,
			name: binaryField,
			type: 'string',
			default: 'data',
			placeholder: 'e.g. data',
			description:
				'The name of the field that holds the file, as Binary in the input panel shows it: a jpg, png, webp, gif or avif',
			hint: 'A form names it after the question; if this is empty, the only file of the item is taken',
			displayOptions: shownFor('binary'),
		},
		{
			displayName: `${label} URL`,
			name: address,
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/photo.jpg',
			description:
				'An address (http or https) that fal can open without a login, or the image itself as a data: URI',
			displayOptions: shownFor('url'),
		},
	];
}

/** A picture of an item, checked: an address, or a file that is still to be sent. */
export type GivenPicture = { url: string } | { picture: Picture };

/** The pictures of an item, by the names of the inputs that they go into. */
export type Pictures = Record<string, GivenPicture | GivenPicture[]>;

/**
 * Reads the picture that a video begins with.
 *
 * @throws {InputError} when there is none, or it cannot be sent
 */
export async function readPicture(
	context: IExecuteSingleFunctions,
	client: QueueClient,
): Promise<GivenPicture> {
	const source = context.getNodeParameter(first.source, 'binary') as unknown;
	const choice = isEmpty(source)
		? 'binary'
		: checkChoice(`${first.label} From`, source, ['binary', 'url']);
	return await readPlace(context, client, first, choice);
}

/**
 * Reads the picture that a video ends with.
 *
 * @returns `undefined`: it ends as the model likes
 * @throws {InputError} when it cannot be sent
 */
export async function readEndPicture(
	context: IExecuteSingleFunctions,
	client: QueueClient,
): Promise<GivenPicture | undefined> {
	const source = context.getNodeParameter(last.source, 'none') as unknown;
	const choice = isEmpty(source)
		? 'none'
		: checkChoice(`${last.label} From`, source, ['none', 'binary', 'url']);
	if (choice === 'none') return undefined;
	const address = context.getNodeParameter(last.url, '') as unknown;
	if (choice === 'url' && isEmpty(address)) return undefined;
	return await readPlace(context, client, last, choice);
}

async function readPlace(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ binaryField, url: address, label }: PictureFields,
	choice: 'binary' | 'url',
): Promise<GivenPicture> {
	if (choice === 'url') {
		return { url: checkUrl(`${label} URL`, context.getNodeParameter(address, '')) };
	}
	if (isTool(context)) {
		throw new InputError(
			`${label} From is "File of the Item"; as a tool of an agent it must be "URL", with the address in ${label} URL: n8n gives a tool no files`,
		);
	}
	const field = context.getNodeParameter(binaryField, 'data') as unknown;
	if (typeof field !== 'string' && !isEmpty(field)) {
		throw new InputError(
			`${label} Field is ${shown(field)}; it must be the name of a field of the item that holds a file`,
		);
	}
	return await fileNamed(context, client, {
		label: `${label} Field`,
		field: typeof field === 'string' ? field : '',
		instead: `${label} URL`,
	});
}

/**
 * Reads a picture that one field gives in either way: its address, or the name of the item's file.
 *
 * @param label what errors call the field
 * @throws {InputError} when it is neither, or cannot be sent
 */
export async function readEither(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	label: string,
	value: unknown,
): Promise<GivenPicture> {
	const text = typeof value === 'string' ? value.trim() : '';
	const isAddress = /^(https?:\/\/|data:)/i.test(text);
	if (isAddress) return { url: checkUrl(label, text) };
	if (text === '' || isTool(context)) {
		throw new InputError(
			`${label} is ${shown(value)}; it must be an address such as "https://example.com/photo.jpg"${isTool(context) ? '' : ', or the name of a field of the item that holds a file'}`,
		);
	}
	return await fileNamed(context, client, { label, field: text, instead: label });
}

async function fileNamed(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ label, field, instead }: { label: string; field: string; instead: string },
): Promise<GivenPicture> {
	const name = field.trim();
	const picture = await pictureOf(context, label, name);
	if (client.storageUrl === undefined && picture.size > largestInBody) {
		throw new InputError(
			`${label} "${name}" has ${megabytes(picture.size)} MB; at ${client.hostName} a file may have at most ${largestInBody / 1e6} MB. Put it where it has an address, and give that as ${instead}`,
		);
	}
	return { picture };
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1e5) / 10;

function checkUrl(field: string, value: unknown): string {
	const text = typeof value === 'string' ? value.trim() : value;
	const isAddress =
		typeof text === 'string' && /^https?:\/\/[^\s/]+\S*$/i.test(text) && URL.canParse(text);
	if (isAddress) return text;
	const isPicture =
		typeof text === 'string' &&
		/^data:image\/(jpe?g|png|webp|gif|avif);base64,[A-Za-z0-9+/_=-]+$/i.test(text);
	if (!isPicture) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be an address such as "https://example.com/photo.jpg", or a data: URI of an image (jpg, png, webp, gif or avif)`,
		);
	}
	const size = Math.floor(((text.length - text.indexOf(',') - 1) * 3) / 4);
	if (size > largestInBody) {
		throw new InputError(
			`${field} is a data: URI of ${megabytes(size)} MB; it may have at most ${largestInBody / 1e6} MB`,
		);
	}
	return text;
}
