import { z } from 'zod';
import { plainRequestId } from '../request-path';

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
