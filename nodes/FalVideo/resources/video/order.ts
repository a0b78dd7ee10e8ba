import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { urlOfPicture } from '../../execution/picture/upload';
import type { VideoOrder } from '../../execution/request/video-request';
import type { Composed } from '../../execution/run/item-hook';
import type { QueueClient } from '../../execution/transport/queue-client';
import { type ChosenModel, modelToSubmit } from '../model-choice';
import { endPictureInput, pictureInput, type Source } from '../models';
import { checkQueueOptions, deliverySettings, readOption, waitSettings } from '../options';
import { bodyFor, customBody, inFieldAlready } from './body';
import { type GivenPicture, readEndPicture, readPicture } from './picture-fields';

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
	const chosen = modelToSubmit(context, source);
	const { id, listed } = chosen;
	const fields = (composed.body ?? {}) as Record<string, unknown>;
	const written = context.getNode().parameters;
	const body = listed
		? bodyFor(listed, fields, extra, written)
		: customBody(fields, extra, written);
	const order = {
		model: id,
		isVideo: listed !== undefined,
		body,
		query: strings(composed.qs),
		headers: strings(composed.headers),
		download,
		settings: waitSettings(context, maxWait),
	};
	if (source === 'text') return order;
	return { ...order, ...(await withPictures(context, client, chosen, body, extra)) };
}

/** The inputs of another endpoint that its pictures go into: the most common name. */
const customPictureInput = 'image_url';

/** The body with the item's pictures, of which files are only sent when the request is. */
async function withPictures(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ listed }: ChosenModel,
	body: VideoOrder['body'],
	extra: Readonly<Record<string, unknown>>,
): Promise<Pick<VideoOrder, 'body' | 'identity' | 'finish'>> {
	const pictures: Record<string, GivenPicture> = {};
	const name = (listed ? pictureInput(listed) : undefined) ?? customPictureInput;
	// Another endpoint may have its picture under a name of its own, in Extra Model Inputs.
	const isInExtra = !listed && Object.keys(extra).some((key) => /image.*url/.test(key));
	if (!isInExtra) pictures[name] = await readPicture(context, client);
	const endName = listed && endPictureInput(listed);
	const end = endName && (await readEndPicture(context, client));
	if (endName && end) pictures[endName] = end;
	for (const key of Object.keys(pictures)) {
		if (key in extra) throw inFieldAlready(key);
	}
	// An upload gives a file another address each time: it is known by its content.
	const identity = Object.fromEntries(
		Object.entries(pictures).map(([key, one]) => [
			key,
			'url' in one ? one.url : `sha256:${one.picture.sha256}`,
		]),
	);
	return {
		body: { ...body, ...identity },
		identity: { ...body, ...identity },
		finish: async () => {
			const urls: Record<string, string> = {};
			for (const [key, one] of Object.entries(pictures)) {
				urls[key] = 'url' in one ? one.url : await urlOfPicture(context, client, one.picture);
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
