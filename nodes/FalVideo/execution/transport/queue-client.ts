import {
	type DeclarativeRestApiSettings,
	type IHttpRequestOptions,
	type IWebhookFunctions,
	sleep,
} from 'n8n-workflow';
import { knownHost, limited, type NamedHost, type QueueConnection } from '../../queue/host';
import type { RequestPaths } from '../../queue/paths';
import { textIn } from '../../queue/read';
import { QueuedRequest, type RequestOptions } from '../../queue/queued-request';
import { submit, type Submission, type SubmitReply } from '../../queue/submit';
import type { Clock } from '../../queue/transport';
import { InputError, shown } from '../errors/input-error';
import {
	type Carried,
	carriedOptions,
	credentialType,
	type RequestContext,
	sendThroughN8n,
} from './http';
import { cleanKey } from './key';
import { requestOptionsOf } from './request-options';

/** The queue of one host, for one item. */
export class QueueClient {
	private constructor(
		/** The credential's base URL, without a slash at its end. */
		readonly baseUrl: string,
		private readonly connection: QueueConnection,
		/** The node's Request Options, for requests to other hosts. */
		readonly carried: Carried,
		/**
		 * Where pictures may be uploaded with this host's key: fal's storage, or a mirror's own. A gateway
		 * has none, since its key goes nowhere else.
		 */
		readonly storageUrl: string | undefined,
		/** fal's platform API, which lists requests; a gateway's key does not go there. */
		readonly platformUrl: string | undefined,
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
		// Read once per item, not once per request: the server reads credentials from its database.
		const credential = await context.getCredentials(credentialType);
		if (cleanKey(credential.apiKey) === '')
			throw new InputError('API Key in the credential is empty');
		const baseUrl = baseUrlOf(composed.baseURL);
		const { timeout } = context.getNodeParameter('requestOptions', {}) as { timeout?: unknown };
		const carried = carriedOptions(composed, timeout);
		const host = knownHost(baseUrl, isFal(baseUrl, credential.platformUrl), n8nClock);
		const { send, listen } = sendThroughN8n(context, credential, baseUrl, carried);
		const party = context.getExecutionId?.() ?? '';
		const connection = { send: limited(send, host, party), listen, host, clock: n8nClock, party };
		const storageUrl = host.isFal ? storageUrlOf(baseUrl, credential.uploadUrl) : undefined;
		const platformUrl = host.isFal ? platformUrlOf(credential.platformUrl) : undefined;
		return new QueueClient(baseUrl, connection, carried, storageUrl, platformUrl);
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

	/** The host, for errors that name it. */
	get host(): NamedHost {
		return this.connection.host;
	}

	/** Whether it is fal itself, not a gateway: only of fal are prices known. */
	get isFal(): boolean {
		return this.connection.host.isFal;
	}

	/** What texts call the host: "fal", or a gateway's host. */
	get hostName(): string {
		return this.connection.host.name;
	}

	/** Submits a request; see `submit`. */
	async submit(submission: Submission, signal?: AbortSignal): Promise<SubmitReply> {
		return await submit(this.connection, submission, signal);
	}

	/** A request that exists at the host; see `QueuedRequest`. */
	request(paths: RequestPaths, options: RequestOptions): QueuedRequest {
		return new QueuedRequest(this.connection, paths, options);
	}
}

/**
 * Time that no change of the machine's clock moves, as milliseconds since the epoch at which the
 * process started. n8n's `sleep` cannot be interrupted, so an abort ends the wait around it.
 */
const n8nClock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
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

/** fal's own queue, and its back-up. */
const falHosts = ['queue.fal.run', 'queue.falrun.com'];

/** Hosts of fal's that are no queue: people enter them for it. */
const otherFalHosts = [
	'fal.run',
	'queue.fal.ai',
	'fal.ai',
	'www.fal.ai',
	'api.fal.ai',
	'rest.fal.ai',
];

/** fal's platform API, where the credential names no other. */
const falPlatformUrl = 'https://api.fal.ai/v1';

/**
 * Whether a base URL is fal's own. A credential with another platform API is for a mirror of fal, which
 * answers as fal does.
 */
export function isFal(baseUrl: string, platformUrl: unknown): boolean {
	const isMirror =
		typeof platformUrl === 'string' && platformUrl !== '' && platformUrl !== falPlatformUrl;
	return isMirror || (URL.canParse(baseUrl) && falHosts.includes(new URL(baseUrl).hostname));
}

/** fal's platform API, or the mirror that a credential names, without a slash at its end. */
export function platformUrlOf(given: unknown): string {
	return textIn(given)?.replace(/\/+$/, '') ?? falPlatformUrl;
}

/** fal's storage, where the credential names no other. */
const falStorageUrl = 'https://rest.fal.ai';

function storageUrlOf(baseUrl: string, uploadUrl: unknown): string | undefined {
	if (typeof uploadUrl === 'string' && uploadUrl !== '' && uploadUrl !== falStorageUrl) {
		return uploadUrl;
	}
	// The key of a mirror is not one for fal's own storage.
	return falHosts.includes(new URL(baseUrl).hostname) ? falStorageUrl : undefined;
}

function baseUrlOf(value: IHttpRequestOptions['baseURL']): string {
	const text = typeof value === 'string' ? value.trim().replace(/\/+$/, '') : '';
	// Without a user and a password, which would stand in every URL that the node gives out.
	const isUrl = /^https?:\/\/[^/?#\s@]+(\/[^?#\s@]*)?$/.test(text) && URL.canParse(text);
	if (!isUrl) {
		throw new InputError(
			`Base URL in the credential is ${shown(withoutUser(value))}; it must be an address such as "https://queue.fal.run", without a user or a password`,
		);
	}
	if (otherFalHosts.includes(new URL(text).hostname)) {
		throw new InputError(
			`Base URL in the credential is "${text}", which is not fal's queue; it must be "https://queue.fal.run"`,
		);
	}
	return text;
}

function withoutUser(value: unknown): unknown {
	// Up to the last @: a password may hold any character, and the scheme may have been left out.
	return typeof value === 'string'
		? value.replace(/^(\s*(?:[a-z]+:\/\/)?).*@/is, '$1[user]@')
		: value;
}
