import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { type Composed, itemHook } from '../../execution/run-item';
import { checkQueueOptions, deliverySettings, waitSettings } from '../fields/wait-options';
import { type CheckedInput, checkInput } from './check-input';
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

function checkedInput(context: IExecuteSingleFunctions, { url, body }: Composed): CheckedInput {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	return checkInput({
		choice: context.getNodeParameter('model', undefined),
		// The path that the operation's routing made of the model, without its slash.
		model: url?.slice(1),
		body: (body ?? {}) as Record<string, unknown>,
		extraInput: options.extraInput,
	});
}

// An option that an expression leaves empty is one that is not set.
function strings(values: IDataObject | undefined): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values ?? {})
			.filter(
				([, value]) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
			)
			.map(([name, value]) => [name, String(value as string | number)]),
	);
}
