import { z } from 'zod';
import { plainRequestId } from './request-path';

/**
 * fal's replies as its documentation gives them. Unknown fields are kept: they reach the user.
 * A reply that does not fit is never passed on half understood.
 */

export const submitReplySchema = z
	.object({
		request_id: z.string().regex(plainRequestId),
		status: z.string().optional(),
		response_url: z.string().url(),
		status_url: z.string().url(),
		cancel_url: z.string().url(),
		queue_position: z.number().nullish(),
	})
	.passthrough();

/** fal's reply to the POST. */
export type SubmitReply = z.infer<typeof submitReplySchema>;

export const statusReplySchema = z
	.object({
		status: z.string().min(1),
		queue_position: z.number().nullish(),
		metrics: z.record(z.unknown()).nullish(),
		logs: z.array(z.unknown()).nullish(),
		error: z.unknown(),
		error_type: z.string().nullish(),
	})
	.passthrough();

/** fal's reply to a status request. `status` may be a word that nobody here knows yet. */
export type StatusReply = z.infer<typeof statusReplySchema>;

const videoSchema = z
	.object({
		url: z.string().url(),
		content_type: z.string().nullish(),
		file_name: z.string().nullish(),
		file_size: z.number().nullish(),
	})
	.passthrough();

/** The finished file as fal names it. */
export type VideoFile = z.infer<typeof videoSchema>;

export const videoResultSchema = z.object({ video: videoSchema }).passthrough();

/** What a text-to-video model returns. */
export type VideoResult = z.infer<typeof videoResultSchema>;

/** What a model of any kind returns: an object, of which nothing more is known. */
export const anyResultSchema = z.record(z.unknown());

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
