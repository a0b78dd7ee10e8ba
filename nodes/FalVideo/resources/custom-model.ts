/** The choice in the list of models that stands for any other endpoint. */
export const customModel = 'custom';

const endpointId = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

/** Whether a text is an endpoint id. It becomes the path of requests, so nothing else is let through. */
export function isEndpointId(text: unknown): text is string {
	return typeof text === 'string' && endpointId.test(text);
}

/**
 * What Other Model gives: of n8n's resource locator its value, of a workflow that was saved before the
 * field was one the text itself. A page of fal's is as good as the id in it.
 */
export function customChoiceOf(value: unknown): unknown {
	const isLocator = typeof value === 'object' && value !== null && '__rl' in value;
	const given: unknown = isLocator ? (value as { value?: unknown }).value : value;
	if (typeof given !== 'string') return given;
	const page =
		/^https?:\/\/(?:www\.)?fal\.ai\/models\/([^?#\s]+?)(?:\/(?:api|playground|examples))?\/?(?:[?#].*)?$/.exec(
			given.trim(),
		);
	return page?.[1] ?? given.trim();
}

/** The endpoint that Other Model names, if it names one. */
export function customEndpoint(value: unknown): string | undefined {
	const id = customChoiceOf(value);
	return isEndpointId(id) ? id : undefined;
}
