import * as n8nWorkflow from 'n8n-workflow';
import {
	type IDataObject,
	type IExecuteSingleFunctions,
	type INodeExecutionData,
	NodeApiError,
	type NodeError,
	NodeOperationError,
} from 'n8n-workflow';
import { QueueError } from '../../queue/errors';
import { isTool } from '../run/tool';
import { type Advised, adviceFor } from './advice';
import { InputError } from './input-error';

/** Where an error happened. */
export type ErrorContext = Pick<IExecuteSingleFunctions, 'getItemIndex' | 'getNode'>;

/**
 * Converts any error to one that n8n shows well: what happened as the message, what to do next as the
 * description, plus the HTTP code, the item and the request's id.
 */
export function nodeError(context: ErrorContext, error: unknown): NodeError {
	const itemIndex = context.getItemIndex();
	if (error instanceof InputError) {
		// With one item, there is no other that it could be taken for.
		const which = itemIndex === 0 ? 'this item' : `item ${itemIndex}`;
		return apiError(context, error.message, {
			description: `Nothing was sent for ${which}, and nothing is billed. Correct the value, or the expression that gives it.`,
		});
	}
	if (error instanceof QueueError) {
		const { requestId, httpStatus, type, field, videoUrl, estimate } = error.facts;
		const failure = apiError(context, error.message, {
			description: adviceFor(error, advised(context)),
			httpCode: httpStatus === undefined ? 'none' : String(httpStatus),
		});
		failure.context.data = {
			...(requestId ? { request_id: requestId } : {}),
			...(type ? { type } : {}),
			...(field ? { field } : {}),
			...(videoUrl ? { video_url: videoUrl } : {}),
			...(estimate === undefined ? {} : { cost: { estimate, currency: 'USD' } }),
		};
		return failure;
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return new NodeOperationError(context.getNode(), error instanceof Error ? error : String(error), {
		itemIndex,
	});
}

function advised(context: Pick<IExecuteSingleFunctions, 'getNode'>): Advised {
	if (isTool(context)) return 'agent';
	return context.getNode().parameters?.resource === 'request' ? 'asker' : 'maker';
}

/**
 * An error that n8n shows in exactly these words.
 *
 * Always a NodeApiError: n8n's declarative node wraps any other error, searches its message for error
 * codes ("EEXIST" in "preexisting") and replaces it with its own words.
 */
export function apiError(
	context: ErrorContext,
	message: string,
	{ description, httpCode = 'none' }: { description: string; httpCode?: string },
): NodeApiError {
	const itemIndex = context.getItemIndex();
	const error = new NodeApiError(
		context.getNode(),
		{ message },
		{ itemIndex, message, description, httpCode },
	);
	error.message = message;
	return error;
}

/**
 * Whether n8n sends an item that has `details` to the error output: from 2.36 on, whose n8n-workflow is
 * the first to export this. Before, such an item would leave by the success output.
 */
const takesDetails = 'redactedHeaders' in n8nWorkflow;

/**
 * Whether an error is an item, and not thrown: where the node continues on errors; and as a tool that n8n runs
 * for an agent as a node of the workflow. There a thrown error ends the whole execution in 1.123, 2.0 and 2.20,
 * while the agent should hear of it and go on; 2.37 and newer tell the agent themselves.
 */
export function isItem(
	context: Pick<IExecuteSingleFunctions, 'continueOnFail' | 'getNode'>,
	tellsAgent = takesDetails,
): boolean {
	if (context.continueOnFail()) return true;
	// Where it is not set, the agent itself calls the tool, hears what is thrown, and tries again on fail.
	const { rewireOutputLogTo, onError } = context.getNode();
	const isRunAsNode = isTool(context) && rewireOutputLogTo !== undefined;
	return !tellsAgent && isRunAsNode && onError !== 'stopWorkflow';
}

/**
 * The item that stands for a failed one when the node continues on errors: with the input's fields,
 * the message, and as `details` fal's type and field, the request's id and the HTTP code.
 *
 * n8n sends an item to the error output, and adds the input's fields to it, only if it has no other
 * keys than these three, in older versions than the first two: then the message has the id, the type
 * and the video's address. Without an error output the fields are added here.
 */
export function errorItem(
	context: IExecuteSingleFunctions,
	error: NodeError,
	hasDetails = takesDetails,
): INodeExecutionData {
	const hasErrorOutput = context.getNode().onError === 'continueErrorOutput';
	const details = detailsOf(error);
	const isPlain = hasErrorOutput && !hasDetails;
	const message = isPlain ? withMarks(error.message, details) : error.message;
	return {
		json: {
			...(hasErrorOutput ? {} : context.getInputData().json),
			// Where other keys may be: sums over items find it where a video's item has it.
			...(hasErrorOutput || details.cost === undefined ? {} : { cost: details.cost }),
			error: message,
			message,
			...(isPlain ? {} : { details }),
		},
		pairedItem: { item: context.getItemIndex() },
	};
}

// What the message does not say yet.
function withMarks(message: string, { type, request_id: id, video_url: url }: IDataObject): string {
	const marks = [
		...(typeof type === 'string' && !message.includes(type) ? [type] : []),
		...(typeof id === 'string' && !message.includes(id) ? [`request ${id}`] : []),
		...(typeof url === 'string' && !message.includes(url) ? [`video at ${url}`] : []),
	];
	return marks.length === 0 ? message : `${message} (${marks.join(', ')})`;
}

/**
 * The JSON of an item that failed, in the place of its result, for an operation that cannot fail
 * when it knows: a suspended execution that is resumed can only hand on items.
 *
 * @param known what is known of the request besides: its model, its result
 */
export function errorJson(error: NodeError, known: IDataObject = {}): IDataObject {
	const details = detailsOf(error);
	return {
		...(details.request_id === undefined ? {} : { request_id: details.request_id }),
		...(details.cost === undefined ? {} : { cost: details.cost }),
		...known,
		status: 'ERROR',
		error: error.message,
		message: error.message,
		details,
	};
}

// fal's type and field, the request's id, the HTTP code, and what to do next.
function detailsOf(error: NodeError): IDataObject {
	return {
		...((error.context.data ?? {}) as IDataObject),
		...(error instanceof NodeApiError && error.httpCode !== 'none'
			? { http_code: error.httpCode }
			: {}),
		description: error.description ?? '',
	};
}
