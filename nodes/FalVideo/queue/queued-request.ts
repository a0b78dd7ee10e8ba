import { QueueError } from './errors';
import type { QueueConnection } from './host';
import type { RequestPaths } from './paths';
import { fixedSchedule, LearnedSchedule, type PollSchedule } from './polling';
import {
	cancelReplySchema,
	faultOf,
	faultOfConnection,
	isPassing4xx,
	readResult,
	readVerdict,
	type Result,
	type StatusReply,
	statusReplySchema,
} from './reply';
import { type Fault, retry } from './retry';
import { StatusStream } from './status-stream';
import { ConnectionFailure, type QueueReply, type QueueRequest } from './transport';
import { waitUntilComplete, type Completed, type Progress } from './wait';

/** How a request stands: complete if it has a result, else pending. */
export interface RequestState {
	status: StatusReply;
	result?: Result;
}

/** Whether a request is complete. */
export function isComplete(state: RequestState): state is Completed {
	return state.result !== undefined;
}

/** What the host answered to a cancel. `unreachable`: nothing, after several attempts. */
export interface CancelOutcome {
	outcome: 'requested' | 'already-completed' | 'not-found' | 'refused' | 'unreachable';
	/** The host's word or reason, or the last fault. */
	message: string;
	httpStatus?: number;
}

/** How to wait. */
export interface WaitOptions {
	/** When to give up, in milliseconds since the epoch. */
	deadline: number;
	/** A fixed pause between two polls, as the user has set it. @default a learned schedule */
	pollIntervalMs?: number | undefined;
	/** What decides how long the video takes: the model, and its length where that is known. */
	model: string;
	seconds?: number | undefined;
	/** Whether it was submitted a while ago: then it is asked for at once. @default false */
	submittedEarlier?: boolean;
	/** Hears of each status, and of the faults on the way. */
	onProgress?: (progress: Progress) => void;
}

/** How often the host is asked for something that is wanted now, not waited for. */
const attempts = { ask: 5, cancel: 4 };

/**
 * A request that exists at the host.
 *
 * Its verbs are those of the queue: `status`, `result`, `cancel`, `wait`. All but `cancel` throw a
 * `QueueError`: `rejected` or `failed` (how the request ended), `unexpected-reply`, `unauthorized`,
 * `not-found`, `blocked`, `unavailable`, and `stopped` when the signal aborts.
 */
export class QueuedRequest {
	/**
	 * @param isVideo whether its result must be a video; of other models' results nothing is known
	 * @param signal ends waiting and asking; a cancel is sent all the same
	 */
	constructor(
		private readonly connection: QueueConnection,
		readonly paths: RequestPaths,
		private readonly isVideo: boolean,
		private readonly signal?: AbortSignal,
	) {}

	get id(): string {
		return this.paths.requestId;
	}

	/**
	 * Asks for the status, again after faults.
	 *
	 * @param logs whether the host adds the runner's logs
	 */
	async status({ logs = false } = {}): Promise<StatusReply> {
		return (await this.ask(() => this.askStatus({ logs }))).status;
	}

	/** Asks how the request stands, again after faults, with the result of one that is complete. */
	async result(): Promise<RequestState> {
		return await this.ask(() => this.state());
	}

	/** Asks once how the request stands, with the result of one that is complete. */
	async state(): Promise<RequestState | Fault> {
		const state = await this.askStatus();
		if ('fault' in state || state.status.status !== 'COMPLETED') return state;
		return await this.askResult(state.status);
	}

	/** Asks for the status once. */
	async askStatus({ logs = false } = {}): Promise<RequestState | Fault> {
		const reply = await this.get({
			path: this.paths.status,
			...(logs ? { query: { logs: '1' } } : {}),
		});
		if ('fault' in reply) return reply;
		if (reply.status === 200 || reply.status === 202) {
			const parsed = statusReplySchema.safeParse(reply.body);
			if (parsed.success) return { status: parsed.data };
		}
		return faultOf(reply, this.paths, this.connection.clock);
	}

	/**
	 * Asks for the result once.
	 *
	 * @param status what the host said of the request
	 */
	async askResult(status: StatusReply): Promise<RequestState | Fault> {
		const reply = await this.get({ path: this.paths.response });
		if ('fault' in reply) return reply;
		const outcome = readResult(reply, this.paths, this.isVideo, this.connection.clock);
		if ('fault' in outcome) return outcome;
		return 'result' in outcome ? { status, result: outcome.result } : { status };
	}

	/**
	 * Asks the host to end the request, again where the answer was lost: a cancel may be sent as often
	 * as one likes. Never throws; a cancel that is refused is an answer too.
	 */
	async cancel(): Promise<CancelOutcome> {
		const { clock } = this.connection;
		const answer = await retry(() => this.askCancel(), {
			again: (_fault, attempt) => attempt < attempts.cancel,
			clock,
		});
		if ('outcome' in answer) return answer;
		const { fault: message, httpStatus } = answer;
		return { outcome: 'unreachable', message, ...(httpStatus ? { httpStatus } : {}) };
	}

	/** Waits until the request is complete, with its result; throws `timeout` at the deadline. */
	async wait(options: WaitOptions): Promise<Completed> {
		const { listen, host, clock } = this.connection;
		const { deadline, pollIntervalMs, submittedEarlier = false, onProgress } = options;
		return await waitUntilComplete(this, {
			schedule: this.schedule(options),
			...(pollIntervalMs === undefined
				? { stream: (onNews) => new StatusStream(listen, host, this.paths, clock, onNews) }
				: {}),
			deadline,
			submittedEarlier,
			clock,
			signal: this.signal,
			onProgress,
		});
	}

	private schedule({
		pollIntervalMs,
		model,
		seconds,
		submittedEarlier,
	}: WaitOptions): PollSchedule {
		if (pollIntervalMs !== undefined) return fixedSchedule(pollIntervalMs);
		const { host, clock } = this.connection;
		const now = clock.now();
		return new LearnedSchedule({
			durations: host.durations,
			budget: host.budget,
			kind: `${model} ${seconds ?? ''}`,
			seconds,
			submittedAt: submittedEarlier ? undefined : now,
			now,
		});
	}

	private async ask(question: () => Promise<RequestState | Fault>): Promise<RequestState> {
		const { clock } = this.connection;
		const { signal } = this;
		const tryOnce = async () => {
			if (signal?.aborted) {
				throw new QueueError('stopped', 'The execution was stopped', { requestId: this.id });
			}
			return await question();
		};
		const answer = await retry<RequestState>(tryOnce, {
			again: (_fault, attempt) => attempt < attempts.ask,
			clock,
			signal,
		});
		if (!('fault' in answer)) return answer;
		throw new QueueError(
			'unavailable',
			`fal could not be asked about request ${this.id}: ${answer.fault}`,
			{ requestId: this.id, lastFault: answer.fault },
		);
	}

	private async get(request: Pick<QueueRequest, 'path' | 'query'>): Promise<QueueReply | Fault> {
		try {
			return await this.connection.send({ method: 'GET', ...request, signal: this.signal });
		} catch (error) {
			return faultOfConnection(error, this.paths);
		}
	}

	private async askCancel(): Promise<CancelOutcome | Fault> {
		let reply: QueueReply;
		try {
			reply = await this.connection.send({ method: 'PUT', path: this.paths.cancel });
		} catch (error) {
			return { fault: error instanceof ConnectionFailure ? error.message : String(error) };
		}
		const { status: httpStatus } = reply;
		const word = cancelReplySchema.safeParse(reply.body);
		const message = word.success
			? word.data.status
			: readVerdict(reply, `HTTP ${httpStatus}`).message;
		const isSuccess = httpStatus >= 200 && httpStatus < 300;
		if (isSuccess && word.success) return { outcome: 'requested', message, httpStatus };
		if (message === 'ALREADY_COMPLETED') {
			return { outcome: 'already-completed', message, httpStatus };
		}
		if (httpStatus === 404) return { outcome: 'not-found', message, httpStatus };
		// A page with 200 is no answer of the queue's either.
		const passes = isSuccess || httpStatus >= 500 || isPassing4xx(httpStatus);
		return passes ? { fault: message, httpStatus } : { outcome: 'refused', message, httpStatus };
	}
}
