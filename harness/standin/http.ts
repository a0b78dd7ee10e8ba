import { request as openRequest, type IncomingHttpHeaders } from 'node:http';
import type { JsonValue } from './json';

/** A reply as it came over the wire. */
export interface RawReply {
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** Whether the connection closed before the body was as long as promised. */
	cutShort: boolean;
}

/** Sends one request on a connection of its own. Rejects when there is no reply. */
export async function sendRaw(
	method: string,
	url: string,
	{ headers = {}, body }: { headers?: Record<string, string>; body?: JsonValue } = {},
): Promise<RawReply> {
	return await new Promise((resolve, reject) => {
		const request = openRequest(url, { method, headers, agent: false }, (response) => {
			const chunks: Buffer[] = [];
			const settle = (cutShort: boolean) => {
				const { statusCode: status = 0 } = response;
				resolve({ status, headers: response.headers, body: Buffer.concat(chunks), cutShort });
			};
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => settle(false));
			response.on('error', () => settle(true));
		});
		request.on('error', reject);
		request.end(body === undefined ? undefined : JSON.stringify(body));
	});
}
