import type { Fault } from './faults';
import { isJsonObject, parseJson, type JsonValue } from './json';
import { jsonReply, textReply, type Delivery, type Reply } from './reply';

/** What is done about a request under a fault. */
export type Treatment =
	/** This reply, in this way. */
	{ type: 'reply'; reply: Reply; delivery?: Delivery } | { type: 'reset' } | { type: 'hang' };

/** Whether a fault alters the right reply, rather than standing in its place. */
export function altersReply(fault: Fault): boolean {
	return ['status-word', 'drip', 'truncate', 'short', 'cut', 'withhold'].includes(fault.type);
}

/**
 * What a fault makes of a reply.
 *
 * @param right makes the right reply; called only for the faults that alter it
 */
export function treat(fault: Fault, right: () => Reply): Treatment {
	switch (fault.type) {
		case 'reset':
		case 'hang':
			return { type: fault.type };
		case 'http':
			return { type: 'reply', reply: content(fault.status, fault.body, fault.headers) };
		case 'html':
			return { type: 'reply', reply: proxyPage(fault.status) };
		case 'empty':
			return { type: 'reply', reply: content(fault.status, undefined) };
		case 'redirect': {
			const { location, status = 302 } = fault;
			return { type: 'reply', reply: content(status, undefined, { location }) };
		}
		case 'body':
			return { type: 'reply', reply: content(fault.status ?? 200, fault.body) };
		case 'status-word':
			return { type: 'reply', reply: withStatusWord(right(), fault.status) };
		case 'drip':
			return { type: 'reply', reply: right(), delivery: { dripMs: fault.ms } };
		case 'truncate':
			return { type: 'reply', reply: right(), delivery: { cutAfter: fault.bytes } };
		case 'short': {
			const delivery = { cutAfter: fault.bytes, honestLength: true };
			return { type: 'reply', reply: right(), delivery };
		}
		case 'cut':
		case 'withhold':
			// Of a stream; any other reply goes as it is.
			return { type: 'reply', reply: right() };
	}
}

function content(
	status: number,
	body: JsonValue | undefined,
	headers: Record<string, string> = {},
): Reply {
	if (body === undefined) return { ...textReply(status, ''), headers };
	if (typeof body === 'string') return textReply(status, body, headers);
	return jsonReply(status, body, headers);
}

function proxyPage(status: number): Reply {
	const page = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center><hr><center>nginx</center></body>\r\n</html>\r\n`;
	return textReply(status, page, { 'content-type': 'text/html' });
}

/** The same reply with another word for its status: 202, as for all that are not finished. */
function withStatusWord(reply: Reply, status: string): Reply {
	const text = Buffer.concat([...reply.body.chunks()]).toString();
	const body = parseJson(text);
	return jsonReply(202, { ...(isJsonObject(body) ? body : {}), status });
}
