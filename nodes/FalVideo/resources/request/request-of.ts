import type { IExecuteSingleFunctions } from 'n8n-workflow';
import {
	pathsOf,
	pathsOfModel,
	plainRequestId,
	type RequestPaths,
	responsePathOf,
} from '../../queue/request-path';
import { checkEndpointId } from '../fields/endpoint-id';
import { InputError, shown } from '../../execution/errors/input-error';
import { videoModel } from '../fields/models';
import { basePathOf } from '../../execution/access/queue-access';

/** The request that an item names. */
export interface NamedRequest {
	paths: RequestPaths;
	/** The endpoint id; of a URL only its owner and app are known, unless the Model field fits it. */
	model: string;
	/** Whether its result must be a video. */
	isVideo: boolean;
}

/**
 * Reads which request an item is about: from a request id and the model, or from one of the URLs
 * that fal's reply to the POST holds. Of a URL only the path is used: it is asked for at the
 * credential's host.
 *
 * @throws {InputError} when the Request ID is neither
 */
export function requestOf(context: IExecuteSingleFunctions, baseUrl: string): NamedRequest {
	const value = context.getNodeParameter('requestId', undefined);
	const text = typeof value === 'string' ? value.trim() : '';
	const choice = context.getNodeParameter('model', undefined);
	const model = checkEndpointId(
		choice === 'custom' ? 'Custom Model' : 'Model',
		choice === 'custom' ? context.getNodeParameter('customModel', undefined) : choice,
	);
	if (plainRequestId.test(text)) {
		return { paths: pathsOfModel(model, text), model, isVideo: videoModel(model) !== undefined };
	}
	const path = responsePathOf(text, basePathOf(baseUrl));
	if (path === undefined) {
		throw new InputError(
			`Request ID is ${shown(value)}; allowed is the id of a request, such as "6d5f8a0e-1c2b-4d3e-9f4a-5b6c7d8e9f0a", or its whole status URL`,
		);
	}
	const app = path.slice(1, path.indexOf('/requests/'));
	const fits = `${model}/`.startsWith(`${app}/`);
	return {
		paths: pathsOf(path),
		model: fits ? model : app,
		isVideo: fits && videoModel(model) !== undefined,
	};
}
