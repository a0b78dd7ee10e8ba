import { itemHook } from '../../execution/run-item';
import { checkQueueOptions, deliverySettings, waitSettings } from '../fields/wait-options';
import { checkedInput, strings } from './prepare-video';
import { VideoRequest } from './video-request';

/**
 * Carries the request that the fields composed from the check of its input to the finished video,
 * or, without waiting, to fal's reply.
 */
export const runGenerate = itemHook(async (context, composed, access) => {
	const { waits, downloads } = deliverySettings(context);
	checkQueueOptions(context);
	const request = new VideoRequest(context, access, {
		input: checkedInput(context, composed),
		// Where the switch is an expression, n8n takes the Webhook URL for shown, and composes it.
		query: waits ? {} : strings(composed.qs),
		headers: strings(composed.headers),
		settings: waitSettings(context),
	});
	return waits ? await request.completed(downloads) : { json: await request.submitted() };
});
