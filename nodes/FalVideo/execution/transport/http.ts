import type {
	DeclarativeRestApiSettings,
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import {
	ConnectionFailure,
	eitherSignal,
	type Listen,
	type SendRequest,
} from '../../queue/transport';
import { connectionFailure } from './connection-failure';
import { redactor } from './key';
import { type EventStream, readEvents } from './server-sent-events';

/** The credential type of this package. */
export const credentialType = 'falVideoApi';

/** Where no time-out is set, a request that is not answered ends after this many milliseconds. */
const defaultTimeoutMs = 30_000;

/** The longest time-out that timers know, in milliseconds: about 24 days. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The part of n8n's context that sending needs; items and webhooks both have it. */
export type RequestContext = Pick<
	IExecuteSingleFunctions,
	'getCredentials' | 'getNode' | 'getNodeParameter' | 'helpers' | 'logger'
> &
	Partial<Pick<IExecuteSingleFunctions, 'getExecutionId'>>;

/** What the node's Request Options ask of every request that the node sends. */
export type Carried = Pick<
	IHttpRequestOptions,
	'proxy' | 'skipSslCertificateValidation' | 'allowedDomains' | 'timeout'
> & { timeout: number };

/**
 * Takes the Request Options over from the request that n8n composed.
 *
 * @param timeout the time-out that the user has set, in milliseconds: where there is none, n8n
 * composes one of five minutes
 */
export function carriedOptions(
	composed: DeclarativeRestApiSettings.HttpRequestOptions,
	timeout: unknown,
): Carried {
	const { proxy, allowedDomains, skipSslCertificateValidation } = composed;
	// An expression may give a text or a fraction.
	const ms = Math.trunc(Number(timeout));
	return {
		...(proxy ? { proxy } : {}),
		...(allowedDomains ? { allowedDomains } : {}),
		...(skipSslCertificateValidation ? { skipSslCertificateValidation: true } : {}),
		timeout: ms > 0 ? Math.min(ms, longestTimeoutMs) : defaultTimeoutMs,
	};
}

/** How `queue/` reaches the host. */
export interface Wire {
	send: SendRequest;
	listen: Listen;
}

/**
 * Adapts n8n's request helper to the `send` and `listen` functions that `queue/` uses.
 *
 * The key is added by n8n, from the credential, and goes to the base URL's host alone: the queue
 * gives paths, never hosts, and redirects are not followed.
 */
export function sendThroughN8n(
	context: RequestContext,
	data: ICredentialDataDecryptedObject,
	baseUrl: string,
	carried: Carried,
): Wire {
	const credentialsDecrypted: ICredentialsDecrypted = {
		id: '',
		name: credentialType,
		type: credentialType,
		data,
	};
	const redact = redactor(data.apiKey);
	// Without `getExecutionCancelSignal`, so that n8n does not bind the request to the execution: a
	// POST must be heard to its end, and a cancel goes out after the stop.
	const unbound = {
		getCredentials: context.getCredentials.bind(context),
		getNode: context.getNode.bind(context),
		helpers: context.helpers,
		logger: context.logger,
	} as unknown as IAllExecuteFunctions;

	const request = async (options: IHttpRequestOptions) =>
		(await context.helpers.httpRequestWithAuthentication.call(
			unbound,
			credentialType,
			{
				...carried,
				baseURL: baseUrl,
				...options,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				sendCredentialsOnCrossOriginRedirect: false,
			},
			{ credentialsDecrypted },
		)) as IN8nHttpFullResponse;

	const send: SendRequest = async ({ method, path, query, headers, body, signal, withinMs }) => {
		// The helper's own time-out restarts with each byte, so a slow drip would never time out.
		const timeoutMs = Math.min(carried.timeout, withinMs ?? Infinity);
		const deadline = AbortSignal.timeout(timeoutMs);
		try {
			const reply = await request({
				method,
				url: path,
				headers: { Accept: 'application/json', ...headers },
				...(query ? { qs: query } : {}),
				...(body ? { body: body } : {}),
				json: true,
				abortSignal: eitherSignal(signal, deadline),
			});
			return {
				status: reply.statusCode,
				headers: lowerCase(reply.headers),
				body: redact(reply.body),
			};
		} catch (error) {
			throw connectionFailureWithin(error, deadline, timeoutMs);
		}
	};

	const listen: Listen = async ({ path, signal }, onData) => {
		try {
			const { statusCode, headers, body } = await request({
				method: 'GET',
				url: path,
				// Compression would buffer the events.
				headers: { Accept: 'text/event-stream', 'Accept-Encoding': 'identity' },
				encoding: 'stream',
				abortSignal: signal,
			});
			const stream = body as unknown as EventStream;
			const type = headers['content-type'];
			const isStream = typeof type === 'string' && /^text\/event-stream/i.test(type);
			if (statusCode !== 200 || !isStream) {
				stream.on('error', () => {});
				stream.destroy();
				return false;
			}
			await readEvents(stream, (data) => onData(redact(data) as string));
			return true;
		} catch (error) {
			throw connectionFailure(error);
		}
	};

	return { send, listen };
}

function connectionFailureWithin(
	error: unknown,
	deadline: AbortSignal,
	timeoutMs: number,
): ConnectionFailure {
	const failure = connectionFailure(error);
	if (!deadline.aborted) return failure;
	// n8n says of an abort nothing but that it was one.
	const reach = failure.reach === 'not-sent' ? 'not-sent' : 'maybe-sent';
	return new ConnectionFailure(`no answer within ${timeoutMs / 1000} s`, reach);
}

function lowerCase(headers: object): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
	);
}
