import { isJsonObject, type JsonObject, type JsonValue } from './json';
import { reasonOf } from './new-api';
import type { Outcome } from './outcome';

/** The forms that a callback's body may have. */
export type WebhookForm =
	/** `error` is a text, `payload` the result: fal's documentation of webhooks. */
	| 'documented'
	/** The payload could not be put into words: `payload` is null, beside `payload_error`. Documented. */
	| 'payload-error'
	/** Of a failure: `error` is an object, and there is no payload. Qiniu's documentation. */
	| 'error-object'
	/** Of a failure: the payload's `detail` is one object. Qiniu's documentation. */
	| 'detail-object';

function idsOf(requestId: string): JsonObject {
	return { request_id: requestId, gateway_request_id: requestId };
}

/** The body of a callback that a request has started: Qiniu's documentation. */
export function startedBody(requestId: string): JsonObject {
	return { ...idsOf(requestId), status: 'IN_PROGRESS', payload: null };
}

/** The body of a callback that a request has ended. */
export function callbackBody(
	form: WebhookForm,
	requestId: string,
	{ status }: Outcome,
	payload: JsonValue,
): JsonObject {
	const ids = idsOf(requestId);
	if (form === 'payload-error') {
		const payloadError = 'Response payload is not JSON serializable.';
		const word = status < 400 ? 'OK' : 'ERROR';
		return { ...ids, status: word, payload: null, payload_error: payloadError };
	}
	if (status < 400) return { ...ids, status: 'OK', error: null, payload };
	const error = `Invalid status code: ${status}`;
	if (form === 'error-object') {
		return { ...ids, status: 'ERROR', error: { ...reasonOf(payload) }, payload: null };
	}
	if (form === 'detail-object') {
		const list = isJsonObject(payload) ? payload.detail : undefined;
		const detail = Array.isArray(list) ? list[0] : { msg: reasonOf(payload).message };
		return { ...ids, status: 'ERROR', error, payload: { detail } };
	}
	return { ...ids, status: 'ERROR', error, payload };
}
