import type {
	DeclarativeRestApiSettings,
	IDataObject,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	INodeExecutionData,
} from 'n8n-workflow';
import { anyResultSchema, videoResultSchema } from '../../queue/contract';
import { InputError, shown } from '../shared/input-error';
import { n8nClock } from '../shared/n8n-clock';
import { errorItem, nodeError } from '../shared/node-error';
import { NodeRun } from '../shared/node-run';
import { carriedOptions, sendThroughN8n } from '../shared/send-through-n8n';
import { waitSettings } from '../shared/wait-options';
import { type CheckedInput, checkInput } from './check-input';
import { VideoRequest } from './video-request';

/**
 * Carries the request that the fields composed from the check of its input to the finished video.
 *
 * It stands where n8n's declarative nodes have their pagination, since that hook may take one
 * composed request through many HTTP calls.
 *
 * @returns the item's output: one item, linked to its input
 * @throws {NodeApiError} or {NodeOperationError}, unless the node continues on errors
 */
export async function runGenerate(
	this: IExecutePaginationFunctions,
	{ options: composed }: DeclarativeRestApiSettings.ResultOptions,
): Promise<INodeExecutionData[]> {
	const run = NodeRun.of(this);
	try {
		if (!(await run.composed())) return [];
		const item = await generate(this, composed);
		run.succeeded();
		return [item];
	} catch (error) {
		const failure = nodeError(this, error);
		if (this.continueOnFail()) return [errorItem(this, failure)];
		run.failed(failure);
		throw failure;
	}
}

async function generate(
	context: IExecuteSingleFunctions,
	composed: DeclarativeRestApiSettings.HttpRequestOptions,
): Promise<INodeExecutionData> {
	const input = checkedInput(context, composed);
	const settings = waitSettings(context);
	const waits = context.getNodeParameter('waitUntilComplete', true) === true;
	const baseUrl = baseUrlOf(composed.baseURL);
	const carried = carriedOptions(composed);
	const request = new VideoRequest(context, {
		input,
		baseUrl,
		query: strings(composed.qs),
		headers: strings(composed.headers),
		schema: input.known ? videoResultSchema : anyResultSchema,
		settings,
		carried,
		send: await sendThroughN8n(context, baseUrl, carried),
		clock: n8nClock,
	});
	const output = waits
		? await request.completed(context.getNodeParameter('downloadVideo', false) === true)
		: { json: await request.submitted() };
	return { ...output, pairedItem: { item: context.getItemIndex() } };
}

function checkedInput(
	context: IExecuteSingleFunctions,
	{ url, body }: DeclarativeRestApiSettings.HttpRequestOptions,
): CheckedInput {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	return checkInput({
		choice: context.getNodeParameter('model', undefined),
		// The path that the operation's routing made of the model, without its slash.
		model: url?.slice(1),
		body: (body ?? {}) as Record<string, unknown>,
		extraInput: options.extraInput,
	});
}

function baseUrlOf(value: unknown): string {
	const text = typeof value === 'string' ? value.trim().replace(/\/+$/, '') : '';
	if (!/^https?:\/\/[^/?#]+(\/[^?#]*)?$/.test(text)) {
		throw new InputError(
			`Base URL in the credential is ${shown(value)}; allowed is an address such as "https://queue.fal.run"`,
		);
	}
	return text;
}

function strings(values: IDataObject | undefined): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values ?? {})
			.filter(
				([, value]) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
			)
			.map(([name, value]) => [name, String(value as string | number)]),
	);
}
