import {
	type IDataObject,
	type IExecuteSingleFunctions,
	type INodeExecutionData,
	NodeApiError,
	type NodeError,
	NodeOperationError,
} from 'n8n-workflow';
import { QueueError } from '../../queue/queue-error';
import { adviceFor } from './advice';
import { InputError } from './input-error';

/**
 * Makes of any error one that n8n shows well: what happened as the message, what to do next as the
 * description, the HTTP code, the item, and the request's id.
 */
export function nodeError(context: IExecuteSingleFunctions, error: unknown): NodeError {
	const node = context.getNode();
	const itemIndex = context.getItemIndex();
	if (error instanceof InputError) {
		return new NodeOperationError(node, error.message, {
			itemIndex,
			description: `Nothing was sent for item ${itemIndex}, and nothing is billed. Correct the value, or the expression that gives it.`,
		});
	}
	if (error instanceof QueueError) {
		const { requestId, httpStatus, type, videoUrl } = error.facts;
		const apiError = new NodeApiError(
			node,
			{ message: error.message },
			{
				itemIndex,
				message: error.message,
				description: adviceFor(error),
				httpCode: httpStatus === undefined ? 'none' : String(httpStatus),
			},
		);
		// n8n puts words of its own in place of a message in which it finds the name of an error code.
		apiError.message = error.message;
		apiError.context.data = {
			...(requestId ? { request_id: requestId } : {}),
			...(type ? { type } : {}),
			...(videoUrl ? { video_url: videoUrl } : {}),
		};
		return apiError;
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return new NodeOperationError(node, error instanceof Error ? error : String(error), {
		itemIndex,
	});
}

/**
 * The item that stands for a failed one when the node continues on errors: with the input's fields,
 * the message, and as `details` fal's type, the request's id and the HTTP code.
 *
 * n8n sends an item to the error output, and adds the input's fields to it, only if it has no other
 * keys than these three. Without an error output the fields are added here.
 */
export function errorItem(context: IExecuteSingleFunctions, error: NodeError): INodeExecutionData {
	const { message, description } = error;
	const data = (error.context.data ?? {}) as IDataObject;
	const details: IDataObject = {
		...data,
		...(error instanceof NodeApiError ? { http_code: error.httpCode } : {}),
		description: description ?? '',
	};
	const hasErrorOutput = context.getNode().onError === 'continueErrorOutput';
	return {
		json: {
			...(hasErrorOutput ? {} : context.getInputData().json),
			error: message,
			message,
			details,
		},
		pairedItem: { item: context.getItemIndex() },
	};
}
