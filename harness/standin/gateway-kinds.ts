import { falKind } from './fal-kind';
import { isJsonObject } from './json';
import type { Kind } from './kind';
import { newApiError, reasonOf, sitePage } from './new-api';
import { jsonReply } from './reply';

/** Of the queue there are only the POST and the result: documentation of these hosts. */
const ONLY_RESULT = { status: false, stream: false, cancel: false, webhook: false };

/**
 * The hosts that resell fal under a Bearer key. What their documentation shows is the POST, the result
 * and the form of errors; the web site's page in place of a missing path is what their program serves.
 */
export const resellerKind: Kind = {
	...falKind,
	schemes: ['Bearer'],
	offers: ONLY_RESULT,
	anyApp: ['fal-ai/auto'],
	urls: { host: 'fal', prefixed: false, cancel: true },
	missing: sitePage,
	unauthorized: () => newApiError(401, 'Invalid token', ''),
	account: (state) =>
		state === 'forbidden'
			? newApiError(403, 'This token has no access to the model', 'model_not_allowed')
			: newApiError(403, 'The quota of the user is not sufficient', 'insufficient_user_quota'),
	unknownModel: (model) =>
		newApiError(503, `No available channel for model ${model}`, 'model_not_found'),
	// A guess, from what the program answers about other tasks.
	unknownRequest: () => newApiError(400, 'task_not_exist', 'task_not_exist'),
	unfinished: ({ status, request_id }) => jsonReply(200, { status, request_id }),
	// The form is documented; that fal's code is kept is a guess.
	failed: ({ status }, body) => {
		const { message, type } = reasonOf(body);
		return newApiError(status, message, type);
	},
};

/** One that serves the queue below a path: its documentation. The code while in the queue is seen. */
export const prefixedKind: Kind = {
	...resellerKind,
	basePaths: ['/fal'],
	anyApp: [],
	unfinished: ({ status, request_id }) =>
		jsonReply(status === 'IN_QUEUE' ? 400 : 200, { status, request_id }),
	failed: (_outcome, body) => jsonReply(200, { status: 'FAILED', detail: reasonOf(body).message }),
};

/** One that answers whatever happens with 200: its documentation. That a missing path is so too is a guess. */
export const always200Kind: Kind = {
	...resellerKind,
	anyApp: [],
	missing: () => jsonReply(200, { detail: 'Not Found' }),
	unauthorized: () => jsonReply(200, { detail: 'Invalid API key' }),
	account: () => jsonReply(200, { detail: 'Insufficient balance' }),
	unknownModel: (model) => jsonReply(200, { detail: `Model ${model} not found` }),
	unknownRequest: () => jsonReply(200, { detail: 'Request not found' }),
	unfinished: () => jsonReply(200, { detail: 'Request is still in progress' }),
	failed: (_outcome, body) => jsonReply(200, body),
};

/**
 * UniAPI: its documentation shows the POST, status and result with `Key`, URLs of queue.fal.run
 * without a cancel URL, and the word FAILURE. The result while it runs is a guess.
 */
export const uniapiKind: Kind = {
	...falKind,
	basePaths: ['', '/fal-ai'],
	offers: { status: true, stream: false, cancel: false, webhook: false },
	urls: { host: 'fal', prefixed: false, cancel: false },
	missing: (method, path) => newApiError(404, `Invalid URL (${method} ${path})`, ''),
	unauthorized: () => newApiError(401, 'Invalid token', ''),
	account: resellerKind.account,
	unknownModel: resellerKind.unknownModel,
	unknownRequest: () => newApiError(404, 'Task not found', 'task_not_exist'),
	failed: (_outcome, body) =>
		jsonReply(200, { status: 'FAILURE', error: { message: reasonOf(body).message } }),
	failedStatus: (status) => ({ ...status, status: 'FAILURE' }),
};

/**
 * Qiniu: its documentation shows the path, both schemes, URLs of its own without a cancel URL, a
 * callback when a request starts, errors as one object, and the result in an envelope.
 */
export const qiniuKind: Kind = {
	...falKind,
	basePaths: ['/queue'],
	schemes: ['Bearer', 'Key'],
	offers: { status: true, stream: false, cancel: false, webhook: true },
	urls: { host: 'own', prefixed: true, cancel: false },
	unauthorized: () => jsonReply(401, { detail: { msg: 'Invalid API key', type: 'unauthorized' } }),
	account: () => jsonReply(402, { detail: { msg: 'Insufficient balance', type: 'no_balance' } }),
	unknownModel: (model) =>
		jsonReply(404, { detail: { msg: `Model ${model} not found`, type: 'model_not_found' } }),
	// A guess.
	unknownRequest: () =>
		jsonReply(404, { detail: { msg: 'Request not found', type: 'request_not_found' } }),
	unfinished: ({ status, request_id }) => jsonReply(200, { status, request_id }),
	failed: ({ status }, body) => {
		const detail = isJsonObject(body) && Array.isArray(body.detail) ? body.detail[0] : undefined;
		return jsonReply(status, { detail: detail ?? { msg: reasonOf(body).message } });
	},
	succeeded: (result) => ({ status: 'COMPLETED', result }),
	callsBackAtStart: true,
};

/** Maton: hands fal's whole path on below one of its own, says its documentation. Its own errors are a guess. */
export const matonKind: Kind = {
	...falKind,
	basePaths: ['/fal-ai'],
	schemes: ['Bearer'],
	urls: { host: 'fal', prefixed: false, cancel: true },
	missing: () => jsonReply(404, { error: 'Not found' }),
	unauthorized: () => jsonReply(401, { error: 'Unauthorized' }),
};

/** LiteLLM: hands fal's path on, says its documentation. The form of its own errors is that of its source. */
export const litellmKind: Kind = {
	...falKind,
	basePaths: ['/fal_ai'],
	schemes: ['Bearer'],
	urls: { host: 'fal', prefixed: false, cancel: true },
	unauthorized: () =>
		jsonReply(401, {
			error: {
				message: 'Authentication Error, Invalid proxy server token passed.',
				type: 'token_not_found_in_db',
				param: 'key',
				code: '401',
			},
		}),
};
