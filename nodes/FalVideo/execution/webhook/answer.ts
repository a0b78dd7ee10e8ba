import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** What is used here of the response that n8n gives, which is Express's. */
interface Response {
	headersSent: boolean;
	status(code: number): { json(body: object): void };
}

/**
 * Answers a callback, unless it has been answered. An answer of its own, and not one of n8n's: only so
 * can it have a status code, and be given before the webhook is through.
 *
 * @returns what the webhook returns when nothing more is to be done
 */
export function answer(
	context: IWebhookFunctions,
	status: number,
	message: string,
): IWebhookResponseData {
	const response = context.getResponseObject() as unknown as Response;
	// A second answer would throw, and a webhook must not.
	if (!response.headersSent) response.status(status).json({ message });
	return { noWebhookResponse: true };
}
