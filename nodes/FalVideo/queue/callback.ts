import { z } from 'zod';
import { QueueError } from './errors';
import { plainRequestId } from './paths';
import { readVerdict, verdictLine } from './reply';

const callbackSchema = z
	.object({
		request_id: z.string().regex(plainRequestId),
		// The id of fal's last attempt. The queue knows the request by the one above.
		gateway_request_id: z.string().nullish().catch(undefined),
		status: z.enum(['OK', 'ERROR']),
		// What a model returns, or the reason of the error; `null` where it could not be sent along.
		payload: z.unknown(),
		error: z.string().nullish().catch(undefined),
		payload_error: z.string().nullish().catch(undefined),
	})
	.passthrough();

/** What fal posts when a request has ended. */
export type Callback = z.infer<typeof callbackSchema>;

/**
 * Reads the body of a callback.
 *
 * @param body parsed JSON, or whatever came in its place
 * @returns `undefined` where it is none of fal's callbacks
 */
export function readCallback(body: unknown): Callback | undefined {
	return callbackSchema.safeParse(body).data;
}

/**
 * The error that a callback with the status `ERROR` tells of: `rejected` or `failed`. It is what is
 * known without asking fal, whose own reply also says whether the request may be sent again.
 */
export function errorOfCallback({ request_id: requestId, error, payload }: Callback): QueueError {
	const code = /status code:? *([1-5]\d\d)\b/i.exec(error ?? '')?.[1];
	const httpStatus = code === undefined ? undefined : Number(code);
	// Without a code: a list of details is a model's word on the input, all else is fal's machinery.
	const isAboutInput = typeof payload === 'object' && payload !== null && hasDetails(payload);
	const reply = { status: httpStatus ?? (isAboutInput ? 422 : 500), headers: {}, body: payload };
	const verdict = readVerdict(reply, error ?? 'fal gave no reason');
	return new QueueError(verdict.mayPass ? 'failed' : 'rejected', verdictLine(verdict, requestId), {
		requestId,
		...(httpStatus === undefined ? {} : { httpStatus }),
		...(verdict.type ? { type: verdict.type } : {}),
	});
}

function hasDetails(payload: object): boolean {
	return 'detail' in payload && Array.isArray(payload.detail);
}
