import type { KeyObject } from 'crypto';
import type { IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';
import { isMadeBy, keysOfJwks, readSignature } from '../../queue/signature';
import { credentialType } from '../transport/http';
import { WebhookKeys } from './webhook-keys';

/** The keys are fetched within this time, in milliseconds: fal waits 15 s for the whole answer. */
const timeoutMs = 3_000;

const webhookKeys = new WebhookKeys();

/**
 * Who sent a callback. `fal`: signed by fal. `forged`: not signed, or not by fal. `unverified`:
 * nobody can tell: there are no keys to check it with, or its time is off. Only a hint.
 */
export type Sender = 'fal' | 'forged' | 'unverified';

/** What n8n adds to a request. */
interface WithRawBody {
	rawBody?: Buffer;
	readRawBody(): Promise<void>;
}

/** Checks the signature of the callback that came in. Never throws. */
export async function verifyCallback(context: IWebhookFunctions): Promise<Sender> {
	try {
		const url = await keysUrl(context);
		if (url === undefined) return 'unverified';
		const fetch = async () => await fetchKeys(context, url);
		const keys = await webhookKeys.keysOf(url, fetch);
		if (keys.length === 0) return 'unverified';

		const rawBody = await readRawBody(context);
		const signature = readSignature({ headers: context.getHeaderData(), rawBody }, Date.now());
		if (signature === undefined) return refused(context, 'it is missing or malformed');
		const isSigned =
			isMadeBy(keys, signature) || isMadeBy(await webhookKeys.newKeysOf(url, fetch), signature);
		if (!isSigned) {
			return refused(context, 'no key of the Webhook Keys URL in the credential fits it');
		}
		if (signature.isInTime) return 'fal';
		// A replayed callback, or a clock that drifts: it still counts as a hint.
		context.logger.warn(
			`A callback was signed more than 300 s off this machine's clock, so it is taken for unverified`,
		);
		return 'unverified';
	} catch (error) {
		context.logger.warn('A callback could not be verified', { error: String(error) });
		return 'unverified';
	}
}

function refused(context: IWebhookFunctions, why: string): Sender {
	context.logger.warn(`fal: a callback was refused for its signature: ${why}`);
	return 'forged';
}

async function keysUrl(context: IWebhookFunctions): Promise<string | undefined> {
	const { webhookKeysUrl } = await context.getCredentials(credentialType);
	const text = typeof webhookKeysUrl === 'string' ? webhookKeysUrl.trim() : '';
	return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

async function readRawBody(context: IWebhookFunctions): Promise<Buffer> {
	const request = context.getRequestObject() as unknown as WithRawBody;
	// n8n reads most bodies before, but not those of every content type.
	if (request.rawBody === undefined) await request.readRawBody();
	return request.rawBody ?? Buffer.alloc(0);
}

async function fetchKeys(context: IWebhookFunctions, url: string): Promise<KeyObject[]> {
	const options: IHttpRequestOptions = {
		method: 'GET',
		url,
		headers: { Accept: 'application/json' },
		json: true,
		timeout: timeoutMs,
		// The time-out above starts anew with each byte that drips in.
		abortSignal: AbortSignal.timeout(timeoutMs),
		// Keys are trusted for what they sign, so they come from the address that was entered.
		disableFollowRedirect: true,
	};
	try {
		const keys = keysOfJwks(await context.helpers.httpRequest(options));
		if (keys.length === 0) context.logger.warn('There are no Ed25519 keys at the Webhook Keys URL');
		return keys;
	} catch (error) {
		context.logger.warn('The Webhook Keys URL could not be fetched', { error: String(error) });
		return [];
	}
}
