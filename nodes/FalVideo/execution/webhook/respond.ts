import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** What is used here of the response that n8n gives, which is Express's. */
interface Response {
	headersSent: boolean;
	statusCode: number;
	status(code: number): { json(body: object): void };
	once(event: 'finish', listener: () => void): void;
}

/**
 * Answers a callback, unless it has been answered. Written to the response directly, since only this
 * way it can have a status code and be sent before the webhook is done.
 *
 * @returns what the webhook returns when nothing more is to be done
 */
export function respond(
	context: IWebhookFunctions,
	status: number,
	message: string,
): IWebhookResponseData {
	const response = context.getResponseObject() as unknown as Response;
	// A second answer would throw, and a webhook must never throw.
	if (!response.headersSent) response.status(status).json({ message });
	return { noWebhookResponse: true };
}

/**
 * Tells what the callback was answered with, when it has been answered by n8n itself: after the
 * webhook is done.
 */
export function onAnswered(context: IWebhookFunctions, hear: (status: number) => void): void {
	const response = context.getResponseObject() as unknown as Response;
	response.once('finish', () => hear(response.statusCode));
}

/**
 * n8n's hooks for the webhooks that a node registers with a service. fal is told the address with
 * each request instead, so there is nothing to register, and nothing to clean up.
 */
export const noRegistration = {
	default: {
		checkExists: () => Promise.resolve(true),
		create: () => Promise.resolve(true),
		delete: () => Promise.resolve(true),
	},
};
