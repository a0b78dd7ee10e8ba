import {
	type DeclarativeRestApiSettings,
	type IHttpRequestOptions,
	type IWebhookFunctions,
	sleep,
} from 'n8n-workflow';
import { knownHost, limited, type QueueConnection } from '../../queue/host';
import type { RequestPaths } from '../../queue/paths';
import { QueuedRequest } from '../../queue/queued-request';
import type { SubmitReply } from '../../queue/reply';
import { submit, type Submission } from '../../queue/submit';
import type { Clock } from '../../queue/transport';
import { InputError, shown } from '../errors/input-error';
import {
	type Carried,
	carriedOptions,
	credentialType,
	type RequestContext,
	sendThroughN8n,
} from './http';
import { requestOptionsOf } from './request-options';

/** The queue of one host, for one item. */
export class QueueClient {
	private constructor(
		/** The credential's base URL, without a slash at its end. */
		readonly baseUrl: string,
		private readonly connection: QueueConnection,
		/** The node's Request Options, for requests to other hosts. */
		readonly carried: Carried,
	) {}

	/**
	 * Connects as the request that n8n composed says: its base URL, its Request Options.
	 *
	 * @throws {InputError} when the credential's base URL is not an address
	 */
	static async connect(
		context: RequestContext,
		composed: DeclarativeRestApiSettings.HttpRequestOptions,
	): Promise<QueueClient> {
		const baseUrl = baseUrlOf(composed.baseURL);
		const { timeout } = context.getNodeParameter('requestOptions', {}) as { timeout?: unknown };
		const carried = carriedOptions(composed, timeout);
		const host = knownHost(baseUrl, n8nClock);
		const { send, listen } = await sendThroughN8n(context, baseUrl, carried);
		const connection = { send: limited(send, host), listen, host, clock: n8nClock };
		return new QueueClient(baseUrl, connection, carried);
	}

	/**
	 * Connects for a webhook: with the node's credential, and the Request Options of its first item,
	 * where the node has any.
	 *
	 * @throws {InputError} when the credential's base URL or the proxy is not an address
	 */
	static async ofWebhook(context: IWebhookFunctions): Promise<QueueClient> {
		const credential = await context.getCredentials(credentialType);
		const options = context.getNodeParameter('requestOptions', {}) as Record<string, unknown>;
		return await QueueClient.connect(context as unknown as RequestContext, {
			baseURL: credential.baseUrl as string,
			...requestOptionsOf(context.getNode(), options, credential),
		});
	}

	get clock(): Clock {
		return this.connection.clock;
	}

	/** The path of the base URL: a gateway's, such as `/fal`, or empty. */
	get basePath(): string {
		return new URL(this.baseUrl).pathname.replace(/\/$/, '');
	}

	/** Submits a request; see `submit`. */
	async submit(submission: Submission, signal?: AbortSignal): Promise<SubmitReply> {
		return await submit(this.connection, submission, signal);
	}

	/** A request that exists at the host; see `QueuedRequest`. */
	request(paths: RequestPaths, isVideo: boolean, signal?: AbortSignal): QueuedRequest {
		return new QueuedRequest(this.connection, paths, isVideo, signal);
	}
}

/** The real time. n8n's `sleep` cannot be interrupted, so an abort ends the wait around it. */
const n8nClock: Clock = {
	now: () => Date.now(),
	random: () => Math.random(),
	sleep: async (ms, signal) => {
		if (signal?.aborted || ms <= 0) return;
		await new Promise<void>((resolve) => {
			const done = () => {
				signal?.removeEventListener('abort', done);
				resolve();
			};
			signal?.addEventListener('abort', done);
			void sleep(ms).then(done);
		});
	},
};

function baseUrlOf(value: IHttpRequestOptions['baseURL']): string {
	const text = readBaseUrl(value);
	if (text === undefined) {
		throw new InputError(
			`Base URL in the credential is ${shown(value)}; it must be an address such as "https://queue.fal.run"`,
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
