import type { JsonObject } from './json';
import type { Outcome } from './outcome';

/** The three states of fal's queue. There is none for failure. */
export type QueueState = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED';

/** A request that was accepted. */
export interface Submission {
	/** A UUID. */
	requestId: string;
	/** The whole endpoint: owner, app and sub-path, e.g. `fal-ai/kling-video/v2/master/text-to-video`. */
	endpoint: string;
	/** What was asked for; `{}` when the body was not a JSON object. */
	body: JsonObject;
	/** Where fal calls back when the request ends. */
	webhookUrl?: string;
	headers: Record<string, string>;
	/** Milliseconds since 1970, as the two that follow. */
	acceptedAt: number;
	startedAt?: number;
	completedAt?: number;
	state: QueueState;
	/** Whether it was cancelled, and in which state: only from the queue is it free of charge. */
	cancelled: false | 'IN_QUEUE' | 'IN_PROGRESS';
	/** How it will end; from `COMPLETED` on, how it ended. */
	outcome: Outcome;
}

/** First parts of an endpoint before owner and app: as fal's clients parse an endpoint. */
export const namespaces = ['workflows', 'comfy'];

/** Owner and app, the part of an endpoint that fal keeps in the URLs of a request. */
export function appOf(endpoint: string): string {
	const parts = endpoint.split('/');
	return parts.slice(0, namespaces.includes(parts[0] ?? '') ? 3 : 2).join('/');
}

/** Whether fal bills a request: not when it ended 5xx, nor when it was cancelled before it started. */
export function isBilled(submission: Submission): boolean {
	if (submission.cancelled === 'IN_QUEUE') return false;
	return submission.state !== 'COMPLETED' || submission.outcome.status < 500;
}
