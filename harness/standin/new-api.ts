import type { JsonValue } from './json';
import { isJsonObject } from './json';
import { jsonReply, textReply, type Reply } from './reply';

/**
 * What the hosts say that resell fal: the form of errors is that of QuantumNous/new-api, the program
 * that such hosts run. Their words differ from host to host.
 */
export function newApiError(status: number, message: string, code: string): Reply {
	const numbered = `${message} (request id: 20261125000000000000000000000000)`;
	return jsonReply(status, {
		error: { message: numbered, type: 'new_api_error', param: '', code },
	});
}

/** The web site's page, which such hosts serve for every path that they do not know. */
export function sitePage(): Reply {
	const page =
		'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Console</title></head><body><div id="root"></div></body></html>\n';
	return textReply(200, page, { 'content-type': 'text/html; charset=utf-8' });
}

/** The reason that a body of fal's gives: the first of its `detail`. */
export function reasonOf(body: JsonValue): { message: string; type: string } {
	const detail = isJsonObject(body) ? body.detail : undefined;
	if (typeof detail === 'string') return { message: detail, type: '' };
	const first = Array.isArray(detail) ? detail[0] : undefined;
	if (!isJsonObject(first)) return { message: 'The task has failed', type: '' };
	const text = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');
	return { message: text(first.msg), type: text(first.type) };
}
