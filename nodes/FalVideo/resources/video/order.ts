import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import type { VideoOrder } from '../../execution/request/video-request';
import type { Composed } from '../../execution/run/item-hook';
import { modelToSubmit } from '../model-choice';
import { checkQueueOptions, deliverySettings, readOption, waitSettings } from '../options';
import { bodyFor, customBody } from './body';

/**
 * Checks an item, and makes of it what is submitted and how the video is delivered.
 *
 * @param composed the request that n8n composed of the declared fields
 * @param maxWait which of the two longest waits counts
 * @throws {InputError} naming the field, the value and what is allowed
 */
export function readOrder(
	context: IExecuteSingleFunctions,
	composed: Composed,
	maxWait: 'maxWaitSeconds' | 'maxSuspendSeconds' = 'maxWaitSeconds',
): VideoOrder {
	const { download } = deliverySettings(context);
	checkQueueOptions(context);
	const extra = readOption(context, 'extraInput');
	const { id, listed } = modelToSubmit(context, 'text');
	const body = (composed.body ?? {}) as Record<string, unknown>;
	const written = context.getNode().parameters;
	return {
		model: id,
		isVideo: listed !== undefined,
		body: listed ? bodyFor(listed, body, extra, written) : customBody(body, extra, written),
		query: strings(composed.qs),
		headers: strings(composed.headers),
		download,
		settings: waitSettings(context, maxWait),
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
