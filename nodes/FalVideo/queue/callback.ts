import { z } from 'zod';
import type { QueueError } from './errors';
import type { NamedHost } from './host';
import { plainRequestId } from './paths';
import { namesIn, reasonOf } from './reason';
import { meaningOfWord } from './reply';

const callbackSchema = z.object({
	request_id: z.string().regex(plainRequestId),
	// The id of fal's last attempt. The queue knows the request by the one above.
	gateway_request_id: z.string().nullish().catch(undefined),
	status: z.string().min(1),
	// What a model returns, or the reason of the error; `null` where it could not be sent along.
	payload: z.unknown(),
	error: z.unknown(),
	payload_error: z.string().nullish().catch(undefined),
});

/** What a host posts when a request has ended, and some while it still runs. */
export type Callback = Omit<z.infer<typeof callbackSchema>, 'status'> & {
	/** `pending`: it has not ended. */
	status: 'OK' | 'ERROR' | 'pending';
};

/**
 * Reads the body of a callback.
 *
 * @param body parsed JSON, or whatever came in its place
 * @returns `undefined` where it is no callback of a queue
 */
export function readCallback(body: unknown): Callback | undefined {
	const { data } = callbackSchema.safeParse(body);
	if (data === undefined) return undefined;
	const meaning = meaningOfWord(data.status);
	const status = meaning === 'complete' ? 'OK' : meaning === 'failed' ? 'ERROR' : 'pending';
	return { ...data, status };
}

/**
 * The error that a callback with the status `ERROR` tells of: `rejected` or `failed`. It is what is
 * known without asking the host, whose own reply also says whether the request may be sent again.
 *
 * @param host the one that has called
 */
export function errorOfCallback(
	{ request_id: requestId, error, payload }: Callback,
	host: NamedHost,
): QueueError {
	const code = /status code:? *([1-5]\d\d)\b/i.exec(typeof error === 'string' ? error : '')?.[1];
	const httpStatus = code === undefined ? undefined : Number(code);
	// Without a code, only a type says that it may pass: 422 claims nothing of the kind.
	const read = (body: unknown) => reasonOf({ status: httpStatus ?? 422, headers: {}, body });
	const ofPayload = read(payload);
	const reason = ofPayload.isGiven ? ofPayload : read({ error });
	const named = reason.isGiven ? reason : { ...reason, message: 'no reason was given' };
	return host.error(reason.mayPass ? 'failed' : 'rejected', named.message, {
		requestId,
		...(httpStatus === undefined ? {} : { httpStatus }),
		...namesIn(reason),
	});
}
