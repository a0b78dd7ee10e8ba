import type { FalStandIn } from '../../harness/standin/fal-stand-in';
import { sendRaw, type RawReply } from '../../harness/standin/http';
import { isJsonObject, parseJson, type JsonObject } from '../../harness/standin/json';

/** The header with the stand-in's key. */
export const AUTHORIZED = { authorization: 'Key stand-in-key' };

/** A request that was accepted, from the reply to its submit. */
export interface Accepted {
	requestId: string;
	position: number;
	statusUrl: string;
	resultUrl: string;
	cancelUrl: string;
}

/** The body of a reply as JSON. */
export function jsonOf(reply: RawReply): JsonObject {
	const body = parseJson(reply.body.toString());
	if (!isJsonObject(body)) throw new Error('The reply is not a JSON object.');
	return body;
}

/** What a test may set of a request for a video. */
export interface VideoRequest {
	prompt?: string;
	/** With its question mark. */
	query?: string;
	headers?: Record<string, string>;
}

/** Posts a request for a video. */
export async function postVideo(
	fal: FalStandIn,
	{ prompt = 'A boat', query = '', headers = {} }: VideoRequest = {},
): Promise<RawReply> {
	const url = `${fal.url}/fal-ai/kling-video/v2.5-turbo/pro/text-to-video${query}`;
	return await sendRaw('POST', url, { headers: { ...AUTHORIZED, ...headers }, body: { prompt } });
}

/** Posts a request for a video that must be accepted. */
export async function submit(fal: FalStandIn, options: VideoRequest = {}): Promise<Accepted> {
	const reply = await postVideo(fal, options);
	if (reply.status !== 200) throw new Error(`The submit was answered ${reply.status}.`);
	const body = jsonOf(reply);
	const text = (field: string): string => {
		const value = body[field];
		if (typeof value !== 'string') throw new Error(`The reply has no ${field}.`);
		return value;
	};
	return {
		requestId: text('request_id'),
		position: Number(body.queue_position),
		statusUrl: text('status_url'),
		resultUrl: text('response_url'),
		cancelUrl: text('cancel_url'),
	};
}
