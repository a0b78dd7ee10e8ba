import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { InputError, shown } from '../../execution/errors/input-error';
import type { QueueClient } from '../../execution/transport/queue-client';
import { pathsOf, pathsOfModel, plainRequestId, responsePathOf } from '../../queue/paths';
import type { QueuedRequest } from '../../queue/queued-request';
import { chosenModel } from '../model-choice';

/** The request that an item names. */
export interface NamedRequest {
	request: QueuedRequest;
	/** The endpoint id; of a URL only its owner and app are known, unless the Model field fits it. */
	model: string;
}

/**
 * Reads which request an item is about: from a request id and the model, or from one of the URLs
 * that the reply to the POST holds. Of a URL only the path is used: it is asked for at the
 * credential's host.
 *
 * @throws {InputError} when the Request ID is neither
 */
export function namedRequest(context: IExecuteSingleFunctions, client: QueueClient): NamedRequest {
	const value = context.getNodeParameter('requestId', undefined);
	const text = typeof value === 'string' ? value.trim() : '';
	const signal = context.getExecutionCancelSignal();
	const { id: model, isVideo } = chosenModel(context);
	if (plainRequestId.test(text)) {
		return { request: client.request(pathsOfModel(model, text), { isVideo, signal }), model };
	}
	const path = responsePathOf(text, client.basePath, model);
	if (path === undefined) {
		throw new InputError(
			`Request ID is ${shown(value)}; it must be the id of a request, such as "6d5f8a0e-1c2b-4d3e-9f4a-5b6c7d8e9f0a", or its whole status URL`,
		);
	}
	const app = path.slice(1, path.indexOf('/requests/'));
	const fits = `${model}/`.startsWith(`${app}/`);
	return {
		request: client.request(pathsOf(path), { isVideo: fits && isVideo, signal }),
		model: fits ? model : app,
	};
}
