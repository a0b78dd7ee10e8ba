import { z, type ZodType, type ZodTypeDef } from 'zod';
import { plainRequestId } from './request-path';

/**
 * fal's replies as its documentation gives them. Unknown fields are kept: they reach the user.
 * A reply that does not fit is never passed on half understood.
 */

export const submitReplySchema = z
	.object({
		request_id: z.string().regex(plainRequestId),
		// Whatever else is off, the id must not be lost: the request is accepted, and costs money.
		status: z.string().optional().catch(undefined),
		response_url: z.string().catch(''),
		status_url: z.string().catch(''),
		cancel_url: z.string().catch(''),
		queue_position: z.number().nullish().catch(undefined),
	})
	.passthrough();

/** fal's reply to the POST. */
export type SubmitReply = z.infer<typeof submitReplySchema>;

export const statusReplySchema = z
	.object({
		status: z.string().min(1),
		// Nothing is decided by these: one that is off must not hide the status.
		queue_position: z.number().nullish().catch(undefined),
		metrics: z.record(z.unknown()).nullish().catch(undefined),
		logs: z.array(z.unknown()).nullish().catch(undefined),
		error: z.unknown(),
		error_type: z.string().nullish().catch(undefined),
	})
	.passthrough();

/** fal's reply to a status request. `status` may be a word that nobody here knows yet. */
export type StatusReply = z.infer<typeof statusReplySchema>;

const videoSchema = z
	.object({
		url: z.string().url(),
		content_type: z.string().nullish().catch(undefined),
		file_name: z.string().nullish().catch(undefined),
		file_size: z.number().nullish().catch(undefined),
	})
	.passthrough();

/** The finished file as fal names it. */
export type VideoFile = z.infer<typeof videoSchema>;

export const videoResultSchema = z.object({ video: videoSchema }).passthrough();

/** What a text-to-video model returns. */
export type VideoResult = z.infer<typeof videoResultSchema>;

/** What a model of any kind returns: an object, of which nothing more is known. */
export const anyResultSchema = z.record(z.unknown());

/** What is expected of a result. */
export function schemaOf(isVideo: boolean): ZodType<Record<string, unknown>, ZodTypeDef, unknown> {
	return isVideo ? videoResultSchema : anyResultSchema;
}

export const cancelReplySchema = z.object({ status: z.string() }).passthrough();

const errorDetailSchema = z
	.object({
		msg: z.string(),
		type: z.string().optional(),
		loc: z.array(z.union([z.string(), z.number()])).optional(),
	})
	.passthrough();

export const errorReplySchema = z
	.object({
		detail: z.union([z.string(), z.array(errorDetailSchema)]).optional(),
		error_type: z.string().nullish(),
		error: z.string().nullish(),
		message: z.string().nullish(),
	})
	.passthrough();
