import type { JsonObject, JsonValue } from './json';

/** How a request ends: the reply to the fetch of its result. */
export interface Outcome {
	/** HTTP status. */
	status: number;
	/** The body; left out, the video. */
	body?: JsonValue;
	headers?: Record<string, string>;
	/** What the status says beside `COMPLETED`. */
	error?: string;
	errorType?: string;
	/** Milliseconds in progress, in place of the option `durationMs`; `Infinity` never ends. */
	durationMs?: number;
}

/** One entry of the list that a model's error carries as `detail`. */
export interface ModelErrorDetail extends JsonObject {
	/** Where the fault lies, e.g. `['body', 'prompt']`. */
	loc: (string | number)[];
	/** For people. */
	msg: string;
	/** For machines. */
	type: string;
}

/** The request ends with a video. */
export function video(): Outcome {
	return { status: 200 };
}

/** The request ends with an error of the model. */
export function modelError(
	status: number,
	retryable: boolean,
	...detail: ModelErrorDetail[]
): Outcome {
	return {
		status,
		body: {
			detail: detail.map((entry) => ({
				...entry,
				url: `https://docs.fal.ai/errors#${entry.type}`,
			})),
		},
		headers: { 'x-fal-retryable': String(retryable) },
		error: detail[0]?.msg,
		errorType: detail[0]?.type,
	};
}

/** The request ends with an error of fal's machinery. */
export function infrastructureError(
	status: number,
	errorType: string,
	detail: string,
	headers: Record<string, string> = {},
): Outcome {
	return {
		status,
		body: { detail, error_type: errorType },
		headers: { 'x-fal-error-type': errorType, ...headers },
		error: detail,
		errorType,
	};
}

/**
 * How a request ends that was cancelled. Code and type are those of fal's documentation of request
 * errors; the words are a guess.
 */
export function cancelledOutcome(): Outcome {
	return infrastructureError(499, 'client_cancelled', 'Client cancelled the request');
}

/** How a request ends that had not started by the time its sender set. */
export function startTimeoutOutcome(): Outcome {
	return infrastructureError(504, 'request_timeout', 'Request timed out', {
		'x-fal-request-timeout-type': 'user',
	});
}
