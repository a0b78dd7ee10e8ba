import { randomUUID } from 'node:crypto';
import type { Changes } from './changes';
import { isJsonObject, type JsonValue } from './json';
import { outcomeOfPrompt } from './markers';
import type { StandInOptions } from './options';
import { cancelledOutcome, startTimeoutOutcome, type Outcome } from './outcome';
import type { Submission } from './submission';
import { invalidInput } from './validation';

/** The longest a request runs whose input is refused, in milliseconds. */
const REFUSAL_MS = 50;

/** What a cancellation came to. */
export type Cancellation = 'OK' | 'CANCELLATION_REQUESTED' | 'ALREADY_COMPLETED';

/** What is known of a request when it is accepted. */
export type NewSubmission = Pick<Submission, 'endpoint' | 'webhookUrl' | 'headers'> & {
	body: JsonValue | undefined;
};

/** Takes requests in and moves them from state to state, in real time. */
export class Queue {
	/** In the order of their acceptance. */
	readonly submissions: Submission[] = [];
	private readonly places = new Map<string, number>();
	private readonly timers = new Set<NodeJS.Timeout>();
	/** Those that have been in the queue for the least time. */
	private readonly ready = new WeakSet<Submission>();

	/**
	 * @param options read anew each time, so that a change takes effect at once
	 * @param onStart called once for each request that starts
	 * @param onEnd called once for each request, when it has ended
	 */
	constructor(
		private readonly options: () => StandInOptions,
		private readonly changes: Changes,
		private readonly onStart: (submission: Submission) => void,
		private readonly onEnd: (submission: Submission) => void,
	) {}

	accept(request: NewSubmission): Submission {
		const body = isJsonObject(request.body) ? request.body : {};
		const prompt = typeof body.prompt === 'string' ? body.prompt : '';
		const submission: Submission = {
			requestId: randomUUID(),
			endpoint: request.endpoint,
			body,
			webhookUrl: request.webhookUrl,
			headers: request.headers,
			acceptedAt: Date.now(),
			state: 'IN_QUEUE',
			cancelled: false,
			outcome: outcomeOfPrompt(prompt),
		};
		const index = this.submissions.push(submission) - 1;
		this.places.set(submission.requestId, index);
		const invalid = invalidInput(request.endpoint, request.body);
		const ordered = this.options().outcome?.(submission, index);
		submission.outcome = ordered ?? (invalid && this.briefly(invalid, index)) ?? submission.outcome;

		const { headers } = request;
		// The newest name and the older one, which is still taken: fal's documentation of the queue.
		const startTimeout = headers['x-fal-request-start-timeout'] ?? headers['x-fal-request-timeout'];
		const startTimeoutMs = Number(startTimeout) * 1000;
		if (startTimeoutMs > 0) {
			this.later(startTimeoutMs, () => {
				if (submission.state === 'IN_QUEUE') this.end(submission, startTimeoutOutcome());
			});
		}
		this.later(this.options().queueMs, () => {
			this.ready.add(submission);
			this.startNext();
		});
		this.changes.announce();
		return submission;
	}

	find(requestId: string): Submission | undefined {
		return this.submissions[this.placeOf(requestId)];
	}

	/** The place of a request among the accepted ones, counted from 0; -1 where there is none. */
	placeOf(requestId: string): number {
		return this.places.get(requestId) ?? -1;
	}

	/** How many requests are before this one in the queue. */
	position(submission: Submission): number {
		return Math.max(0, this.waiting().indexOf(submission));
	}

	cancel(submission: Submission): Cancellation {
		if (submission.state === 'COMPLETED') return 'ALREADY_COMPLETED';
		if (submission.state === 'IN_QUEUE') {
			submission.cancelled = 'IN_QUEUE';
			this.end(submission, cancelledOutcome());
			return 'OK';
		}
		submission.cancelled = 'IN_PROGRESS';
		this.later(this.options().cancelMs, () => this.end(submission, cancelledOutcome()));
		this.changes.announce();
		return 'CANCELLATION_REQUESTED';
	}

	/** Ends all that have not ended, as they would have by themselves. */
	endAll(): void {
		for (const submission of this.submissions) this.end(submission, submission.outcome);
	}

	/** Holds all requests where they are, for good. */
	stop(): void {
		for (const timer of this.timers) clearTimeout(timer);
		this.timers.clear();
	}

	/** Stops and forgets all requests. */
	clear(): void {
		this.stop();
		this.submissions.length = 0;
		this.places.clear();
	}

	/** Those in the queue, in the order in which they start: `low` priority after the others. */
	private waiting(): Submission[] {
		const isLow = ({ headers }: Submission) => headers['x-fal-queue-priority'] === 'low';
		const queued = this.submissions.filter(({ state }) => state === 'IN_QUEUE');
		return [...queued.filter((each) => !isLow(each)), ...queued.filter(isLow)];
	}

	private startNext(): void {
		const { capacity } = this.options();
		let running = this.submissions.filter(({ state }) => state === 'IN_PROGRESS').length;
		for (const submission of this.waiting()) {
			if (running >= capacity) break;
			if (!this.ready.has(submission)) continue;
			running++;
			this.start(submission);
		}
	}

	private start(submission: Submission): void {
		submission.state = 'IN_PROGRESS';
		submission.startedAt = Date.now();
		this.onStart(submission);
		const durationMs = submission.outcome.durationMs ?? this.usualDuration(submission);
		if (Number.isFinite(durationMs)) {
			this.later(durationMs, () => this.end(submission, submission.outcome));
		}
		this.changes.announce();
	}

	private end(submission: Submission, outcome: Outcome): void {
		if (submission.state === 'COMPLETED') return;
		submission.state = 'COMPLETED';
		submission.completedAt = Date.now();
		submission.outcome = outcome;
		this.changes.announce();
		this.onEnd(submission);
		this.startNext();
	}

	private usualDuration(submission: Submission): number {
		const { durationMs } = this.options();
		if (typeof durationMs === 'number') return durationMs;
		return durationMs(submission, this.submissions.indexOf(submission));
	}

	private briefly(outcome: Outcome, index: number): Outcome {
		const submission = this.submissions[index];
		const usual = submission ? this.usualDuration(submission) : REFUSAL_MS;
		return { ...outcome, durationMs: Math.min(REFUSAL_MS, usual) };
	}

	private later(milliseconds: number, act: () => void): void {
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			act();
		}, milliseconds);
		this.timers.add(timer);
	}
}
