import type { StandInOptions } from './options';

/**
 * The headers of a failure, with what says whether it may pass under the name that is wanted.
 * `X-Fal-Retryable` is fal's documentation of errors, `X-Fal-Needs-Retry` its newest one, where the
 * values are 1, 0, true or false.
 */
export function retryHeaders(
	wanted: StandInOptions['retryHeader'],
	headers: Record<string, string> = {},
): Record<string, string> {
	const { 'x-fal-retryable': retryable, ...others } = headers;
	if (retryable === undefined || wanted === 'none') return others;
	const words = { 'x-fal-needs-retry': retryable };
	const number = { 'x-fal-needs-retry': retryable === 'true' ? '1' : '0' };
	switch (wanted) {
		case 'retryable':
			return { ...headers };
		case 'needs-retry':
			return { ...others, ...number };
		case 'needs-retry-words':
			return { ...others, ...words };
		case 'both':
			return { ...headers, ...number };
	}
}
