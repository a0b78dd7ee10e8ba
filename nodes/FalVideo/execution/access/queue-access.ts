import type { DeclarativeRestApiSettings, IHttpRequestOptions } from 'n8n-workflow';
import { bounded } from '../../queue/bounded';
import { type KnownHost, knownHost } from '../../queue/known-host';
import type { Clock, Listen, SendRequest } from '../../queue/transport';
import { InputError, shown } from '../errors/input-error';
import { n8nClock } from './n8n-clock';
import {
	type Carried,
	carriedOptions,
	type RequestContext,
	sendThroughN8n,
} from './send-through-n8n';

/** What it takes to speak with the queue on behalf of one item. */
export interface QueueAccess {
	send: SendRequest;
	listen: Listen;
	/** What all executions of this process know of the base URL's host. */
	host: KnownHost;
	/** The credential's base URL, without a slash at its end. */
	baseUrl: string;
	carried: Carried;
	clock: Clock;
}

/**
 * Gives access to the queue as the request that n8n composed says: its base URL, its Request Options.
 *
 * @throws {InputError} when the credential's base URL is not an address
 */
export async function queueAccess(
	context: RequestContext,
	composed: DeclarativeRestApiSettings.HttpRequestOptions,
): Promise<QueueAccess> {
	const baseUrl = baseUrlOf(composed.baseURL);
	const { timeout } = context.getNodeParameter('requestOptions', {}) as { timeout?: unknown };
	const carried = carriedOptions(composed, timeout);
	const host = knownHost(baseUrl, n8nClock);
	const { send, listen } = await sendThroughN8n(context, baseUrl, carried);
	return {
		send: bounded(send, host),
		listen,
		host,
		baseUrl,
		carried,
		clock: n8nClock,
	};
}

function baseUrlOf(value: IHttpRequestOptions['baseURL']): string {
	const text = readBaseUrl(value);
	if (text === undefined) {
		throw new InputError(
			`Base URL in the credential is ${shown(value)}; allowed is an address such as "https://queue.fal.run"`,
		);
	}
	return text;
}

/** A base URL without a slash at its end, or `undefined` where it is none. */
export function readBaseUrl(value: unknown): string | undefined {
	const text = typeof value === 'string' ? value.trim().replace(/\/+$/, '') : '';
	// Without a user and a password, which would stand in every URL that the node gives out.
	return /^https?:\/\/[^/?#\s@]+(\/[^?#\s]*)?$/.test(text) && URL.canParse(text) ? text : undefined;
}

/** The path of a base URL: that of a gateway, such as `/fal`, or empty. */
export function basePathOf(baseUrl: string): string {
	return new URL(baseUrl).pathname.replace(/\/$/, '');
}
