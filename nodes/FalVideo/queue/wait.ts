import type { ZodType, ZodTypeDef } from 'zod';
import { backoffMs } from './backoff';
import type { StatusReply } from './contract';
import { QueueError } from './queue-error';
import type { Fault } from './reply-fault';
import type { RequestPaths } from './request-path';
import { fetchResult } from './result';
import { fetchStatus } from './status';
import type { Clock, SendRequest } from './transport';

/** How to wait. */
export interface WaitOptions<Result> {
	/** What the model returns. */
	schema: ZodType<Result, ZodTypeDef, unknown>;
	/** The pause between two status requests, in milliseconds. */
	pollIntervalMs: number;
	/** When to give up, in milliseconds since the epoch. */
	deadline: number;
	/** Whether to ask before the first pause: for a request that was submitted earlier. */
	askAtOnce?: boolean;
	clock: Clock;
	/** Ends the wait at once. */
	signal?: AbortSignal;
	/** Hears of each status that fal gives, and of the faults on the way. */
	onProgress?: (progress: { status: StatusReply } | { fault: string }) => void;
}

/** A request that is complete, with its result. */
export interface Completed<Result> {
	status: StatusReply;
	result: Result;
}

/** How far beyond the deadline the result of a complete request is asked for, in milliseconds. */
const resultGraceMs = 60_000;

/** The pause after the first fault of a row, in milliseconds: one lost poll must not show. */
const firstFaultPauseMs = 500;

/**
 * Waits until a request is complete and fetches its result. Faults on the way (5xx, 408, 425, 429,
 * a lost connection, an unreadable body) are waited out, with a growing pause, until the deadline;
 * a status that is not known is one that is not finished.
 *
 * @throws {QueueError} `rejected` or `failed` (fal's verdict), `unauthorized`, `gone`, `contract`,
 * `blocked`, `unavailable`, `timeout` at the deadline, `stopped` when the signal aborts
 */
export async function waitForResult<Result>(
	send: SendRequest,
	paths: RequestPaths,
	options: WaitOptions<Result>,
): Promise<Completed<Result>> {
	const { clock, signal, pollIntervalMs, onProgress } = options;
	let { deadline } = options;
	let lastStatus: StatusReply | undefined;
	let lastFault: string | undefined;
	let completed: StatusReply | undefined;
	let faults = 0;
	let pause = options.askAtOnce ? 0 : pollIntervalMs;

	for (;;) {
		// The last question comes at the deadline itself: a video that was finished in the last pause
		// is not given up.
		const lastCall = clock.now() + pause >= deadline;
		if (pause > 0) await clock.sleep(Math.min(pause, deadline - clock.now()), signal);
		if (signal?.aborted) throw stopped(paths);

		const answer = completed ? await askResult(completed) : await askStatus();
		if (signal?.aborted) throw stopped(paths);

		if ('fault' in answer) {
			faults += 1;
			lastFault = answer.fault;
			onProgress?.({ fault: answer.fault });
			pause = Math.max(
				answer.retryAfterMs ?? 0,
				backoffMs(faults, Math.min(firstFaultPauseMs, pollIntervalMs), clock.random()),
			);
		} else if ('result' in answer) {
			return answer;
		} else {
			faults = 0;
			pause = answer.pause;
		}
		if (lastCall && pause > 0) throw timedOut(paths, lastStatus, lastFault);
	}

	async function askStatus(): Promise<Fault | { pause: number }> {
		const answer = await fetchStatus(send, paths, clock, { signal });
		if ('fault' in answer) return answer;
		lastStatus = answer.status;
		onProgress?.({ status: answer.status });
		if (answer.status.status !== 'COMPLETED') return { pause: pollIntervalMs };
		completed = answer.status;
		// A request that is known to be complete gets its result fetched, however late it is.
		deadline = options.deadline + resultGraceMs;
		return { pause: 0 };
	}

	async function askResult(
		status: StatusReply,
	): Promise<Fault | { pause: number } | Completed<Result>> {
		const answer = await fetchResult(send, paths, options.schema, clock, signal);
		if ('result' in answer) return { status, result: answer.result };
		if ('fault' in answer) return answer;
		completed = undefined;
		return { pause: pollIntervalMs };
	}
}

function stopped({ requestId }: RequestPaths): QueueError {
	return new QueueError(
		'stopped',
		`The execution was stopped while request ${requestId} was running`,
		{
			requestId,
		},
	);
}

function timedOut(
	{ requestId }: RequestPaths,
	lastStatus: StatusReply | undefined,
	lastFault: string | undefined,
): QueueError {
	const what =
		lastStatus?.status === 'COMPLETED'
			? `Request ${requestId} is complete, but its result could not be fetched within the longest wait`
			: `Request ${requestId} was not complete within the longest wait`;
	return new QueueError('timeout', what, {
		requestId,
		...(lastStatus ? { lastStatus: lastStatus.status } : {}),
		...(typeof lastStatus?.queue_position === 'number'
			? { queuePosition: lastStatus.queue_position }
			: {}),
		...(lastFault ? { lastFault } : {}),
	});
}
