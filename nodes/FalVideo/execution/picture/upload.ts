import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { QueueError } from '../../queue/errors';
import { isPassingCode } from '../../queue/reason';
import { type Fault, retry } from '../../queue/retry';
import { ConnectionFailure, eitherSignal, isSuccess } from '../../queue/transport';
import { settle } from '../settle';
import { connectionFailure } from '../transport/connection-failure';
import { credentialType, sendThroughN8n } from '../transport/http';
import type { QueueClient } from '../transport/queue-client';
import { bytesOf, type Picture } from './picture';

/** The largest picture that may stand in the body, in bytes. */
export const largestInBody = 10_000_000;

/** Up to this size, in bytes, a picture stands in the body at fal, too: it saves two requests. */
const smallest = 10_000;

/** How often an upload is tried. */
const attempts = 3;

/** How long one upload may take at least, in milliseconds: 90 MB over a slow line. */
const longestPutMs = 600_000;

/** How long an uploaded picture is used again, in milliseconds. */
const keptMs = 86_400_000;

/** Uploads that are under way, by the execution and the picture: items may share one. */
const underWay = new Map<string, Promise<string>>();

/**
 * What is sent for a picture: its address in fal's storage where the host is fal's own, else the
 * picture itself as a `data:` URI. What was uploaded once in an execution is not uploaded again.
 *
 * @throws {QueueError} when it cannot be uploaded; nothing was submitted then
 */
export async function urlOfPicture(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	picture: Picture,
): Promise<string> {
	const { storageUrl } = client;
	if (storageUrl === undefined || picture.size <= smallest) {
		return `data:${picture.type};base64,${(await bytesOf(picture)).toString('base64')}`;
	}
	const known = uploadsOf(context)[picture.sha256];
	if (known && Date.now() - known.at < keptMs) return known.url;
	const key = `${context.getExecutionId()} ${picture.sha256}`;
	const other = underWay.get(key);
	if (other) return await other;
	const upload = uploaded(context, client, storageUrl, picture);
	underWay.set(key, upload);
	try {
		const url = await upload;
		uploadsOf(context)[picture.sha256] = { url, at: Date.now() };
		return url;
	} finally {
		underWay.delete(key);
	}
}

// In the execution's data, as the ledger is: so a retry finds it, in another process, too, which is why
// the times in it are those of the wall.
function uploadsOf(context: IExecuteSingleFunctions) {
	const node: IDataObject = context.getContext('node');
	node.falPictures ??= {};
	return node.falPictures as unknown as Record<string, { url: string; at: number } | undefined>;
}

async function uploaded(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	storageUrl: string,
	picture: Picture,
): Promise<string> {
	const credential = await context.getCredentials(credentialType);
	const { send } = sendThroughN8n(context, credential, storageUrl, client.carried);
	const signal = context.getExecutionCancelSignal();
	const tryOnce = async (): Promise<{ url: string } | Fault> => {
		if (signal?.aborted) {
			throw new QueueError('stopped', 'The execution was stopped; nothing was sent');
		}
		// Which host a connection broke to, for the error.
		let host = new URL(storageUrl).host;
		const placeAndPut = async (): Promise<{ url: string } | Fault> => {
			const place = await send({
				method: 'POST',
				path: '/storage/upload/initiate',
				query: { storage_type: 'fal-cdn-v3' },
				body: { content_type: picture.type, file_name: picture.fileName },
				signal,
			});
			const { upload_url: to, file_url: url } = (place.body ?? {}) as Record<string, unknown>;
			const isPlace = typeof to === 'string' && URL.canParse(to) && typeof url === 'string';
			if (!isSuccess(place.status) || !isPlace) return faultOf(place.status, host);
			host = new URL(to).host;
			const status = await put(context, client, picture, to);
			return isSuccess(status) ? { url } : faultOf(status, host);
		};
		const tried = await settle(placeAndPut());
		if ('value' in tried) return tried.value;
		const { error } = tried;
		if (!(error instanceof ConnectionFailure)) throw error;
		if (error.reach !== 'blocked') return { fault: `${error.message} (${host})` };
		throw new QueueError(
			'blocked',
			`The image could not be uploaded to ${host}: ${error.message}. If Allowed HTTP Request Domains in the credential is Specific Domains, add that host there; or give the image as a URL`,
		);
	};
	const { clock } = client;
	const again = (_: Fault, attempt: number) => attempt < attempts;
	const outcome = await retry<{ url: string }>(tryOnce, { firstMs: 1000, again, clock, signal });
	if ('url' in outcome) return outcome.url;
	throw new QueueError(
		'not-accepted',
		`The image could not be uploaded to fal's storage in ${attempts} attempts: ${outcome.fault}`,
	);
}

// A 4xx will not pass, but for those that ask to come again.
function faultOf(status: number, host: string): Fault {
	if (status === 401 || status === 403) {
		throw new QueueError('unauthorized', `${host} refused the key when the image was uploaded`, {
			httpStatus: status,
		});
	}
	if (status >= 400 && status < 500 && !isPassingCode(status)) {
		throw new QueueError('rejected', `${host} refused the image with HTTP status ${status}`, {
			httpStatus: status,
		});
	}
	return { fault: `HTTP status ${status} from ${host}`, httpStatus: status };
}

// Without the key: the address was made for this one file.
async function put(
	context: IExecuteSingleFunctions,
	{ carried }: QueueClient,
	picture: Picture,
	url: string,
): Promise<number> {
	const body = await picture.open();
	const destroy = () => (body as { destroy?: () => void }).destroy?.();
	const timeout = Math.max(carried.timeout, longestPutMs);
	const deadline = AbortSignal.timeout(timeout);
	const stop = context.getExecutionCancelSignal();
	try {
		const reply = (await context.helpers.httpRequest({
			...carried,
			timeout,
			method: 'PUT',
			url,
			// With its length, so that it does not go in chunks, which storages refuse.
			headers: { 'Content-Type': picture.type, 'Content-Length': String(picture.size) },
			body: ('pipe' in body ? body : await bytesOf(picture)) as IHttpRequestOptions['body'],
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			abortSignal: eitherSignal(stop, deadline),
		})) as { statusCode: number };
		return reply.statusCode;
	} catch (error) {
		throw connectionFailure(error);
	} finally {
		// Where the request ended early, n8n's helper leaves the file open.
		destroy();
	}
}
