import type { Durations, Expected } from './durations';
import type { StatusReply } from './reply';

/** A status, and how it was heard. */
export interface HeardStatus {
	status: StatusReply;
	/** Milliseconds since the epoch. */
	at: number;
	/** Whether it was pushed by an event at the moment when it changed. */
	told: boolean;
	/** Whether the next change is expected to be pushed too. */
	listening: boolean;
}

/** When a request that is waited for is polled. */
export interface PollSchedule {
	/** The pause before the first poll of a request that was just submitted. */
	readonly firstMs: number;
	/** The pause until the next poll, after a status was heard. */
	pauseMs(heard: HeardStatus): number;
	/** The request is complete, with a result. */
	completed(heard: Pick<HeardStatus, 'at' | 'told'>): void;
	/** The wait is over, however it ended. */
	ended(): void;
}

/** The polls per second that all waiting requests share. */
export class PollBudget {
	private wanted = 0;

	/** @param perSecond what there is to share */
	constructor(private readonly perSecond: number) {}

	/**
	 * Plans a pause. Where all requests together want more polls than there are, it stretches all
	 * pauses in proportion.
	 *
	 * @returns the pause to make, and `end`, to be called when it is over
	 */
	plan(wantedMs: number): { pauseMs: number; end: () => void } {
		const rate = 1000 / wantedMs;
		this.wanted += rate;
		let planned = true;
		return {
			pauseMs: wantedMs * Math.max(1, this.wanted / this.perSecond),
			end: () => {
				if (planned) this.wanted -= rate;
				planned = false;
			},
		};
	}
}

/** The same pause each time, as the user has set it. */
export function fixedSchedule(intervalMs: number): PollSchedule {
	return {
		firstMs: intervalMs,
		pauseMs: () => intervalMs,
		completed: () => {},
		ended: () => {},
	};
}

/**
 * How many polls a video would get over all the times that it may take. Most videos need about half
 * of them, since polling ends once the video is there.
 */
const polls = 32;

/** The same while a stream is open: polling stays as a fallback. */
const pollsWhileListening = 8;

const shortestPauseMs = 500;

/** The pause before the first poll: what is refused is refused soon. */
const firstPauseMs = 2000;

const longestPauseMs = 30_000;

/** The longest pause as a part of the request's age, before a video is likely. */
const earlyPart = { known: 1, unknown: 0.5 };

/** The same after that: what is long overdue is polled ever more rarely. */
const latePart = 0.1;

/** From this spread on, next to nothing is known of how long a video takes. */
const unknownSpread = 0.4;

/** What a learned schedule goes by. */
export interface ScheduleFacts {
	durations: Durations;
	budget: PollBudget;
	/** The model and what else decides how long its videos take. */
	kind: string;
	/** The length of the video, where it is known. */
	seconds: number | undefined;
	/** When the request was submitted, in milliseconds since the epoch; `undefined`: long ago. */
	submittedAt: number | undefined;
	now: number;
}

/**
 * Polls rarely while a video cannot be ready, often when it is likely to be, and ever more rarely when
 * it is overdue.
 *
 * Where times are spread with density f and n polls are to be had, the mean lag is least when the
 * pauses go with 1 / √f; it is (∫√f)² / 2n then. For a video of 60 s (spread 0.2) that is 1 s with 30
 * polls. Where so many requests are under way that this would be too much for the host, the budget
 * stretches all pauses.
 */
export class LearnedSchedule implements PollSchedule {
	readonly firstMs = firstPauseMs;

	/** When the request was certainly not running yet. */
	private startedAfter: number;

	private queued = true;

	private pause = firstPauseMs;

	private unplan: () => void = () => {};

	constructor(private readonly facts: ScheduleFacts) {
		this.startedAfter = facts.submittedAt ?? facts.now;
	}

	pauseMs({ status: { status }, at: now, told, listening }: HeardStatus): number {
		const { durations, kind, seconds, budget } = this.facts;
		const expected = durations.expected(kind, seconds);
		if (this.queued && told) this.startedAfter = now;
		this.queued = status === 'IN_QUEUE';
		const age = now - this.startedAfter;
		let wanted: number;
		if (this.queued) {
			this.startedAfter = now;
			wanted = pauseInQueue(now - (this.facts.submittedAt ?? this.facts.now), expected);
			if (listening) wanted *= polls / pollsWhileListening;
		} else if (this.facts.submittedAt === undefined) {
			wanted = pauseForUnknownAge(age, expected);
		} else {
			wanted = pauseAtAge(age, expected, listening ? pollsWhileListening : polls);
		}
		this.unplan();
		const planned = budget.plan(wanted);
		this.unplan = planned.end;
		this.pause = planned.pauseMs;
		return this.pause;
	}

	completed({ at, told }: Pick<HeardStatus, 'at' | 'told'>): void {
		if (this.facts.submittedAt === undefined) return;
		// Without an event it was completed somewhere within the last pause.
		const lag = told ? 0 : this.pause / 2;
		this.facts.durations.learn(this.facts.kind, at - lag - this.startedAfter);
	}

	ended(): void {
		this.unplan();
	}
}

function pauseAtAge(ageMs: number, { medianMs, spread }: Expected, count: number): number {
	const age = Math.max(ageMs, 1);
	const distance = Math.log(age / medianMs);
	// 1 / √f of the log-normal distribution, scaled so that `count` polls fill it.
	const best =
		(medianMs / count) *
		2 *
		spread *
		Math.sqrt(Math.PI) *
		Math.exp(spread ** 2 / 4 + distance / 2 + distance ** 2 / (4 * spread ** 2));
	const early = spread > unknownSpread ? earlyPart.unknown : earlyPart.known;
	const part = (distance < 0 ? early : latePart) * (polls / count);
	return within(best, age * part);
}

// It cannot be complete before it has run; when it starts is to be known within a part of that.
function pauseInQueue(queuedMs: number, { medianMs }: Expected): number {
	return within(medianMs / 6, queuedMs / 2);
}

// Submitted at an earlier time, it may be complete at any moment.
function pauseForUnknownAge(waitedMs: number, { medianMs }: Expected): number {
	return within(medianMs / 12, waitedMs / 4);
}

function within(best: number, most: number): number {
	return Math.min(Math.max(best, shortestPauseMs), Math.max(most, firstPauseMs), longestPauseMs);
}
