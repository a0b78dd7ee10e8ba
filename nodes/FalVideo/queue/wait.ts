import { means, type QueueError, type QueueErrorFacts, type QueueErrorKind } from './errors';
import type { PollSchedule } from './polling';
import type { Result, StatusReply } from './reply';
import { backoffMs, type Fault } from './retry';
import type { StatusStream } from './status-stream';
import type { Clock } from './transport';

/** A fault that may be the request's end: it is believed when it is told for long enough. */
export interface DoubtfulEnd extends Fault {
	end?: QueueError;
}

/** A request that can be asked, once at a time. */
interface Pollable {
	id: string;
	error(kind: QueueErrorKind, message: string, facts?: QueueErrorFacts): QueueError;
	askStatus(options: {
		withinMs: number;
	}): Promise<(Partial<Completed> & { status: StatusReply }) | DoubtfulEnd>;
	askResult(
		status: StatusReply,
		options: { withinMs: number },
	): Promise<(Partial<Completed> & { status: StatusReply }) | DoubtfulEnd>;
}

/** What a wait hears on its way. */
export type Progress = { status: StatusReply } | { fault: string };

/** A request that is complete, with its result. */
export interface Completed {
	status: StatusReply;
	result: Result;
	/** What fal charged for, in units of the model's price, where it says so. */
	billableUnits?: number | undefined;
}

/** How a wait goes. */
interface Waiting {
	schedule: PollSchedule;
	/** Opens the request's event stream, for a wait that may listen too. */
	stream?: (onNews: () => void) => StatusStream;
	/** When to give up, in milliseconds since the epoch. */
	deadline: number;
	/** Whether to ask before the first pause. */
	submittedEarlier: boolean;
	clock: Clock;
	/** Ends the wait at once. */
	signal: AbortSignal | undefined;
	onProgress: ((progress: Progress) => void) | undefined;
}

/** How far beyond the deadline the result of a complete request is asked for. */
const resultGraceMs = 60_000;

/** The longest `Retry-After` that is obeyed while waiting: a video may be finished meanwhile. */
const longestRetryAfterMs = 30_000;

/** How long an answer is waited for beyond the deadline: a host that hangs must not hold the item. */
const answerGraceMs = 10_000;

/** The pause after the first fault of a row: one lost poll must not show. */
const firstFaultPauseMs = 500;

/**
 * Waits until a request is complete and fetches its result. Faults on the way (5xx, 408, 425, 429,
 * a lost connection, an unreadable body) are waited out, with a growing pause, until the deadline;
 * an unknown status means not finished.
 *
 * @throws {QueueError} as `QueuedRequest.wait` does
 */
export async function waitUntilComplete(request: Pollable, options: Waiting): Promise<Completed> {
	const { clock, signal, schedule, submittedEarlier, onProgress } = options;
	const wake = new Wake(signal);
	const stream = options.stream?.(wake.now);
	let { deadline } = options;
	let lastStatus: StatusReply | undefined;
	let lastFault: string | undefined;
	let toldEnd: QueueError | undefined;
	let completed: { status: StatusReply; at: number; told: boolean } | undefined;
	let faults = 0;
	// A stream tells from the start what is over at once.
	let pause = submittedEarlier || stream?.mayOpen ? 0 : schedule.firstMs;
	let pausedAt = clock.now();
	const startedAt = pausedAt;

	try {
		for (;;) {
			// The last question comes at the deadline itself: a video that was finished in the last pause
			// is not given up.
			const lastCall = clock.now() + pause >= deadline;
			pausedAt = clock.now();
			if (pause > 0) await clock.sleep(Math.min(pause, deadline - pausedAt), wake.signal);
			if (signal?.aborted) throw stopped(request);

			const news = wake.again() ? readNews() : undefined;
			if (news === 'none') continue;
			const answer = news ?? (completed ? await askResult(completed) : await askStatus(lastCall));
			if (signal?.aborted) throw stopped(request);

			if ('fault' in answer) {
				faults += 1;
				const isEnd = means(answer.end, 'ends');
				if (isEnd) toldEnd = answer.end;
				// Not the same words twice.
				lastFault = isEnd ? undefined : answer.fault;
				onProgress?.({ fault: answer.fault });
				pause = Math.max(
					Math.min(answer.retryAfterMs ?? 0, longestRetryAfterMs),
					backoffMs(faults, Math.min(firstFaultPauseMs, schedule.firstMs), clock.random()),
				);
			} else if ('result' in answer) {
				if (completed) schedule.completed(completed);
				return answer;
			} else {
				faults = 0;
				pause = answer.pause;
			}
			if (lastCall && !news && pause > 0) {
				throw timedOut(request, { lastStatus, lastFault, toldEnd });
			}
		}
	} finally {
		stream?.close();
		schedule.ended();
		wake.end();
	}

	// What the events told in the pause. Where they told nothing, the pause goes on; where they were
	// cut, it goes on as it would have been without them.
	function readNews(): { pause: number } | 'none' {
		const told = completed ? undefined : stream?.read();
		if (told) return heard(told, true);
		const passed = clock.now() - pausedAt;
		const whole =
			stream?.wasCut() && lastStatus && !completed && faults === 0
				? Math.min(
						pause,
						schedule.pauseMs({
							status: lastStatus,
							at: clock.now(),
							told: false,
							listening: false,
						}),
					)
				: pause;
		pause = Math.max(0, whole - passed);
		return 'none';
	}

	// The deadline holds while a question is asked, too.
	function untilDeadline(): number {
		return Math.ceil(Math.max(0, deadline - clock.now())) + answerGraceMs;
	}

	async function askStatus(
		lastCall: boolean,
	): Promise<DoubtfulEnd | Completed | { pause: number }> {
		if (stream?.mayOpen && !lastCall) {
			const told = await stream.open(signal, untilDeadline());
			if (told) return heard(told);
			// Too early for a question beside it.
			const early = submittedEarlier ? 0 : startedAt + schedule.firstMs - clock.now();
			if (early > 0) return { pause: early };
		}
		const answer = await request.askStatus({ withinMs: untilDeadline() });
		if ('fault' in answer) return answer;
		const { status, result, billableUnits } = answer;
		stream?.compare(status);
		const next = heard(status);
		// A host without a status endpoint tells it with the result.
		return result === undefined ? next : { status, result, billableUnits };
	}

	function heard(status: StatusReply, told = false): { pause: number } {
		lastStatus = status;
		toldEnd = undefined;
		onProgress?.({ status });
		const at = clock.now();
		if (status.status !== 'COMPLETED') {
			const listening = stream?.reliable ?? false;
			return { pause: schedule.pauseMs({ status, at, told, listening }) };
		}
		completed = { status, at, told };
		stream?.close();
		// A request that is known to be complete gets its result fetched, however late it is.
		deadline = options.deadline + resultGraceMs;
		return { pause: 0 };
	}

	async function askResult({
		status,
	}: {
		status: StatusReply;
	}): Promise<DoubtfulEnd | { pause: number } | Completed> {
		const answer = await request.askResult(status, { withinMs: untilDeadline() });
		if ('fault' in answer) return answer;
		const { result, billableUnits } = answer;
		if (result !== undefined) return { status, result, billableUnits };
		// The host takes it back. From here on the result alone is asked for, ever more rarely.
		lastStatus = answer.status;
		toldEnd = undefined;
		return { fault: `it was said to be complete, but now to be ${answer.status.status}` };
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

function stopped(request: Pollable): QueueError {
	return request.error(
		'stopped',
		`The execution was stopped while request ${request.id} was running`,
	);
}

/** What was heard of a request until Max Wait was over. */
interface Heard {
	lastStatus: StatusReply | undefined;
	lastFault: string | undefined;
	/** An end that was told since, but not for long enough to be believed. */
	toldEnd: QueueError | undefined;
}

function timedOut(request: Pollable, { lastStatus, lastFault, toldEnd }: Heard): QueueError {
	const faults = lastFault ? { lastFault } : {};
	if (toldEnd) {
		// Its last status is that of before it ended, if it did.
		return request.error(
			'timeout',
			`Max Wait was over before it was certain how request ${request.id} ended`,
			{ toldEnd: toldEnd.message, ...faults },
		);
	}
	const what =
		lastStatus?.status === 'COMPLETED'
			? `Request ${request.id} is complete, but its result could not be fetched within Max Wait`
			: `Request ${request.id} was not complete within Max Wait`;
	return request.error('timeout', what, {
		...(lastStatus ? { lastStatus: lastStatus.status } : {}),
		...(typeof lastStatus?.queue_position === 'number'
			? { queuePosition: lastStatus.queue_position }
			: {}),
		...faults,
	});
}
