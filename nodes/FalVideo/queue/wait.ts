import type { ZodType, ZodTypeDef } from 'zod';
import { backoffMs } from './backoff';
import type { StatusReply } from './contract';
import { QueueError } from './queue-error';
import type { Fault } from './reply-fault';
import type { RequestPaths } from './request-path';
import { fetchResult } from './result';
import { fetchStatus } from './status';
import type { Rhythm } from './rhythm';
import type { StatusEvents } from './status-events';
import type { Clock, SendRequest } from './transport';

/** How to wait. */
export interface WaitOptions<Result> {
	/** What the model returns. */
	schema: ZodType<Result, ZodTypeDef, unknown>;
	/** When to ask. */
	rhythm: Rhythm;
	/** Makes what hears of the request's events, for a wait that may listen too. */
	events?: (onNews: () => void) => StatusEvents;
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
	const { clock, signal, rhythm, onProgress } = options;
	const wake = new Wake(signal);
	const events = options.events?.(wake.now);
	let { deadline } = options;
	let lastStatus: StatusReply | undefined;
	let lastFault: string | undefined;
	let completed: { status: StatusReply; at: number; told: boolean } | undefined;
	let faults = 0;
	// A stream tells from the start what is over at once.
	let pause = options.askAtOnce || events?.mayOpen ? 0 : rhythm.firstMs;
	let pausedAt = clock.now();
	const startedAt = pausedAt;

	try {
		for (;;) {
			// The last question comes at the deadline itself: a video that was finished in the last pause
			// is not given up.
			const lastCall = clock.now() + pause >= deadline;
			pausedAt = clock.now();
			if (pause > 0) await clock.sleep(Math.min(pause, deadline - pausedAt), wake.signal);
			if (signal?.aborted) throw stopped(paths);

			const news = wake.again() ? readNews() : undefined;
			if (news === 'none') continue;
			const answer = news ?? (completed ? await askResult(completed) : await askStatus(lastCall));
			if (signal?.aborted) throw stopped(paths);

			if ('fault' in answer) {
				faults += 1;
				lastFault = answer.fault;
				onProgress?.({ fault: answer.fault });
				pause = Math.max(
					answer.retryAfterMs ?? 0,
					backoffMs(faults, Math.min(firstFaultPauseMs, rhythm.firstMs), clock.random()),
				);
			} else if ('result' in answer) {
				if (completed) rhythm.completed(completed);
				return answer;
			} else {
				faults = 0;
				pause = answer.pause;
			}
			if (lastCall && !news && pause > 0) throw timedOut(paths, lastStatus, lastFault);
		}
	} finally {
		events?.close();
		rhythm.ended();
		wake.end();
	}

	// What the events told in the pause. Where they told nothing, the pause goes on; where they were
	// cut, it goes on as it would have been without them.
	function readNews(): { pause: number } | 'none' {
		const told = completed ? undefined : events?.read();
		if (told) return heard(told, true);
		const passed = clock.now() - pausedAt;
		const whole =
			events?.wasCut() && lastStatus && !completed && faults === 0
				? Math.min(
						pause,
						rhythm.pauseMs({ status: lastStatus, at: clock.now(), told: false, listening: false }),
					)
				: pause;
		pause = Math.max(0, whole - passed);
		return 'none';
	}

	async function askStatus(lastCall: boolean): Promise<Fault | { pause: number }> {
		if (events?.mayOpen && !lastCall) {
			const told = await events.open(signal);
			if (told) return heard(told);
			// Too early for a question beside it.
			const early = options.askAtOnce ? 0 : startedAt + rhythm.firstMs - clock.now();
			if (early > 0) return { pause: early };
		}
		const answer = await fetchStatus(send, paths, clock, { signal });
		if ('fault' in answer) return answer;
		events?.compare(answer.status);
		return heard(answer.status);
	}

	function heard(status: StatusReply, told = false): { pause: number } {
		lastStatus = status;
		onProgress?.({ status });
		const at = clock.now();
		if (status.status !== 'COMPLETED') {
			const listening = events?.reliable ?? false;
			return { pause: rhythm.pauseMs({ status, at, told, listening }) };
		}
		completed = { status, at, told };
		events?.close();
		// A request that is known to be complete gets its result fetched, however late it is.
		deadline = options.deadline + resultGraceMs;
		return { pause: 0 };
	}

	async function askResult({
		status,
	}: {
		status: StatusReply;
	}): Promise<Fault | { pause: number } | Completed<Result>> {
		const answer = await fetchResult(send, paths, options.schema, clock, signal);
		if ('result' in answer) return { status, result: answer.result };
		if ('fault' in answer) return answer;
		completed = undefined;
		return { pause: rhythm.firstMs };
	}
}

/** Ends a pause early: when the signal aborts, or when there is news. */
class Wake {
	private controller = new AbortController();

	constructor(private readonly stop: AbortSignal | undefined) {
		stop?.addEventListener('abort', this.now);
	}

	readonly now = (): void => this.controller.abort();

	get signal(): AbortSignal {
		return this.controller.signal;
	}

	/** Whether it was woken; from here on it may be woken again. */
	again(): boolean {
		const woken = this.controller.signal.aborted;
		if (woken) this.controller = new AbortController();
		return woken;
	}

	end(): void {
		this.stop?.removeEventListener('abort', this.now);
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
