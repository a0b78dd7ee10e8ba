import type { StatusReply } from './contract';
import type { Durations, Expected } from './durations';
import type { Load } from './load';

/** A status, and how it was heard. */
export interface HeardStatus {
	status: StatusReply;
	/** Milliseconds since the epoch. */
	at: number;
	/** Whether an event told it at the moment when it came to be. */
	told: boolean;
	/** Whether the next one will be told so, as far as can be foreseen. */
	listening: boolean;
}

/** When a request that is waited for is asked about. */
export interface Rhythm {
	/** The pause before the first question about a request that was just submitted, in milliseconds. */
	readonly firstMs: number;
	/** The pause until the next question, in milliseconds, after a status was heard. */
	pauseMs(heard: HeardStatus): number;
	/** Hears that the request is complete, with a result. */
	completed(heard: Pick<HeardStatus, 'at' | 'told'>): void;
	/** The wait is over, however it ended. */
	ended(): void;
}

/** The same pause each time, as the user has set it. */
export function fixedRhythm(intervalMs: number): Rhythm {
	return {
		firstMs: intervalMs,
		pauseMs: () => intervalMs,
		completed: () => {},
		ended: () => {},
	};
}

/**
 * How many questions would be asked about a video over all the times that it may take. Most videos
 * need about half of them, since nothing is asked any more once the video is there.
 */
const questions = 32;

/** The same where the video's events are heard: what they do not tell is found out all the same. */
const questionsWhileListening = 8;

/** The shortest pause, in milliseconds. */
const leastPauseMs = 500;

/** The pause before the first question, in milliseconds: what is refused is refused soon. */
const firstPauseMs = 2000;

/** The longest pause, in milliseconds. */
const longestPauseMs = 30_000;

/** How long a pause may be at most, as a part of the request's age, before a video is likely. */
const earlyPart = { known: 1, unknown: 0.5 };

/** The same after that: what is long overdue is asked about ever more rarely. */
const latePart = 0.1;

/** From this spread on, next to nothing is known of how long a video takes. */
const unknownSpread = 0.4;

/** What a rhythm goes by. */
export interface RhythmFacts {
	durations: Durations;
	load: Load;
	/** The model and what else decides how long its videos take. */
	kind: string;
	/** The length of the video in seconds, where it is known. */
	seconds: number | undefined;
	/** When the request was submitted, in milliseconds since the epoch; `undefined`: long ago. */
	submittedAt: number | undefined;
	now: number;
}

/**
 * Asks rarely while a video cannot be ready, often when it is likely to be, and ever more rarely when
 * it is overdue.
 *
 * Where times are spread with density f and n questions may be asked, the mean lag is least when the
 * pauses go with 1 / √f; it is (∫√f)² / 2n then. For a video of 60 s (spread 0.2) that is 1 s with 30
 * questions. Where so many requests are under way that all of it would be too much for the host, the
 * pauses grow in proportion.
 */
export class LearnedRhythm implements Rhythm {
	readonly firstMs = firstPauseMs;

	/** When the request was certainly not running yet. */
	private startedAfter: number;

	private queued = true;

	private pause = firstPauseMs;

	private unplan: () => void = () => {};

	constructor(private readonly facts: RhythmFacts) {
		this.startedAfter = facts.submittedAt ?? facts.now;
	}

	pauseMs({ status: { status }, at: now, told, listening }: HeardStatus): number {
		const { durations, kind, seconds, load } = this.facts;
		const expected = durations.expected(kind, seconds);
		if (this.queued && told) this.startedAfter = now;
		this.queued = status === 'IN_QUEUE';
		const age = now - this.startedAfter;
		let wanted: number;
		if (this.queued) {
			this.startedAfter = now;
			wanted = pauseInQueue(now - (this.facts.submittedAt ?? this.facts.now), expected);
			if (listening) wanted *= questions / questionsWhileListening;
		} else if (this.facts.submittedAt === undefined) {
			wanted = pauseForUnknownAge(age, expected);
		} else {
			wanted = pauseAtAge(age, expected, listening ? questionsWhileListening : questions);
		}
		this.unplan();
		const planned = load.plan(wanted);
		this.unplan = planned.end;
		this.pause = planned.pauseMs;
		return this.pause;
	}

	completed({ at, told }: Pick<HeardStatus, 'at' | 'told'>): void {
		if (this.facts.submittedAt === undefined) return;
		// Without an event it was somewhere within the last pause.
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
	// 1 / √f of the log-normal distribution, scaled so that `count` questions fill it.
	const best =
		(medianMs / count) *
		2 *
		spread *
		Math.sqrt(Math.PI) *
		Math.exp(spread ** 2 / 4 + distance / 2 + distance ** 2 / (4 * spread ** 2));
	const early = spread > unknownSpread ? earlyPart.unknown : earlyPart.known;
	const part = (distance < 0 ? early : latePart) * (questions / count);
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
	return Math.min(Math.max(best, leastPauseMs), Math.max(most, firstPauseMs), longestPauseMs);
}
