import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { urlOfPicture } from '../../execution/picture/upload';
import type { VideoOrder } from '../../execution/request/video-request';
import type { Composed } from '../../execution/run/item-hook';
import type { QueueClient } from '../../execution/transport/queue-client';
import { modelToSubmit } from '../model-choice';
import { endPictureInput, pictureInput, type Source, type VideoModel } from '../models';
import { checkQueueOptions, deliverySettings, readOption, waitSettings } from '../options';
import { bodyFor, inFieldAlready } from './body';
import { customInput } from './custom-input';
import { type GivenPicture, type Pictures, readEndPicture, readPicture } from './picture-fields';

/** How an item is read. */
export interface Reading {
	/** What the video is made of. */
	source: Source;
	/** Which of the two longest waits counts. @default maxWaitSeconds */
	maxWait?: 'maxWaitSeconds' | 'maxSuspendSeconds';
}

/**
 * Checks an item, and makes of it what is submitted and how the video is delivered.
 *
 * @param composed the request that n8n composed of the declared fields
 * @throws {InputError} naming the field, the value and what is allowed
 */
export async function readOrder(
	context: IExecuteSingleFunctions,
	composed: Composed,
	client: QueueClient,
	{ source, maxWait = 'maxWaitSeconds' }: Reading,
): Promise<VideoOrder> {
	const { download } = deliverySettings(context);
	checkQueueOptions(context);
	const extra = readOption(context, 'extraInput');
	const { id, listed } = modelToSubmit(context, source);
	const fields = (composed.body ?? {}) as Record<string, unknown>;
	const written = context.getNode().parameters;
	const { body, pictures } = listed
		? {
				body: bodyFor(listed, fields, extra, written),
				pictures: source === 'image' ? await picturesFor(context, client, listed) : {},
			}
		: await customInput(context, client, { model: id, source, composed: fields, extra, written });
	for (const name of Object.keys(pictures)) {
		if (name in extra) throw inFieldAlready(name);
	}
	return {
		model: id,
		isVideo: listed !== undefined,
		query: strings(composed.qs),
		headers: strings(composed.headers),
		download,
		settings: waitSettings(context, maxWait),
		...withPictures(context, client, body, pictures),
	};
}

async function picturesFor(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	model: VideoModel,
): Promise<Pictures> {
	const pictures: Pictures = {};
	const name = pictureInput(model);
	if (name) pictures[name] = await readPicture(context, client);
	const endName = endPictureInput(model);
	const end = endName && (await readEndPicture(context, client));
	if (endName && end) pictures[endName] = end;
	return pictures;
}

/** The body with the item's pictures, of which files are only sent when the request is. */
function withPictures(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	body: VideoOrder['body'],
	pictures: Pictures,
): Pick<VideoOrder, 'body' | 'identity' | 'finish'> {
	if (Object.keys(pictures).length === 0) return { body };
	// An upload gives a file another address each time: it is known by its content.
	const identityOf = (one: GivenPicture) =>
		'url' in one ? one.url : `sha256:${one.picture.sha256}`;
	const identity = Object.fromEntries(
		Object.entries(pictures).map(([name, given]) => [
			name,
			Array.isArray(given) ? given.map(identityOf) : identityOf(given),
		]),
	);
	const urlOf = async (one: GivenPicture) =>
		'url' in one ? one.url : await urlOfPicture(context, client, one.picture);
	return {
		body: { ...body, ...identity },
		identity: { ...body, ...identity },
		finish: async () => {
			const urls: Record<string, string | string[]> = {};
			for (const [name, given] of Object.entries(pictures)) {
				if (!Array.isArray(given)) urls[name] = await urlOf(given);
				else urls[name] = await Promise.all(given.map(urlOf));
			}
			return { ...body, ...urls };
		},
	};
}

/** Composed headers or a composed query as they are sent: an option left empty is one not set. */
function strings(values: IDataObject | undefined): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values ?? {})
			.filter(
				([, value]) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
			)
			.map(([name, value]) => [name, String(value as string | number)]),
	);
}
