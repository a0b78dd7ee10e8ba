import { messageOf, type QueueError, type QueueErrorFacts } from './errors';
import type { KnownHost, QueueConnection } from './host';
import type { RequestPaths } from './paths';
import { fixedSchedule, LearnedSchedule, type PollSchedule } from './polling';
import { isPassingCode, namesIn, type Reason } from './reason';
import {
	anyResultOf,
	type Doubt,
	failureIn,
	readCancelReply,
	type Reading,
	readReply,
	type Result,
	type StatusReply,
} from './reply';
import { type Fault, retry, retryAfterMs } from './retry';
import { StatusStream } from './status-stream';
import { ConnectionFailure, isSuccess, type QueueReply, type QueueRequest } from './transport';
import { type Completed, type DoubtfulEnd, type Progress, waitUntilComplete } from './wait';

/** How a request stands: complete if it has a result, else pending. */
export interface RequestState {
	status: StatusReply;
	result?: Result;
	/** What fal charged for, in units of the model's price, where it says so. */
	billableUnits?: number | undefined;
}

/** Whether a request is complete. */
export function isComplete(state: RequestState): state is Completed {
	return state.result !== undefined;
}

/** What the host answered to a cancel. */
export interface CancelOutcome {
	outcome:
		| 'requested'
		| 'already-completed'
		| 'not-found'
		| 'refused'
		/** The host has no such endpoint. */
		| 'not-offered'
		/** No answer, after several attempts. */
		| 'unreachable';
	/** The host's word or reason, or the last fault. */
	message: string;
	httpStatus?: number;
}

/** What is known of a request. */
export interface RequestOptions {
	/** Whether its result must be a video; of other models' results nothing is known. */
	isVideo: boolean;
	/**
	 * Whether this node saw it accepted. Then a reply that it is not known, or that the question is
	 * refused, is a fault that passes, for a while. @default false
	 */
	wasAccepted?: boolean;
	/**
	 * Whether the host itself has called to say that it has ended. Then an end that only words tell of
	 * is believed at once, and a result without its video after a moment. @default false
	 */
	isSaidToHaveEnded?: boolean;
	/** Ends waiting and asking; a cancel is sent all the same. */
	signal?: AbortSignal | undefined;
}

/** How to ask once. */
export interface AskOptions {
	/** Whether the host adds the runner's logs. @default false */
	logs?: boolean;
	/** When the answer is of no use any more, counted from now. */
	withinMs?: number | undefined;
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
	/** Whether it was submitted a while ago; if so, it is polled at once. @default false */
	submittedEarlier?: boolean;
	/** Hears of each status, and of the faults on the way. */
	onProgress?: (progress: Progress) => void;
}

/** How often the host is asked for something that is wanted now, not waited for. */
const attempts = { ask: 5, cancel: 4 };

/** An answer in doubt is believed when it was given this often in a row, */
const repeatedTimes = 3;

/** and for so long: hosts lag for some seconds, and where nothing else speaks for it, longer. */
const leastMs: Record<Doubt, number> = { repeated: 20_000, lasting: 60_000 };

/** Counts how often in a row the same answer was given. */
class Repeated {
	private answer: string | undefined;

	private times = 0;

	private since = 0;

	/**
	 * Whether the answer is now to be believed. What differs in ids and times alone is the same.
	 *
	 * @param ms how long it must have been given
	 */
	isBelieved(given: string, ms: number, now: number): boolean {
		const answer = given.replace(/\(request id: [^)]*\)/gi, '').replace(/[\w-]*\d[\w-]*/g, '#');
		if (answer !== this.answer) {
			this.answer = answer;
			this.times = 0;
			this.since = now;
		}
		this.times += 1;
		return this.times >= repeatedTimes && now - this.since >= ms;
	}

	/** Something else was answered. */
	reset(): void {
		this.answer = undefined;
	}
}

/**
 * A request that exists at the host.
 *
 * Its verbs are those of the queue: `status`, `result`, `cancel`, `wait`. All but `cancel` throw a
 * `QueueError`: `rejected` or `failed` (how the request ended), `unexpected-reply`, `unauthorized`,
 * `account`, `not-found`, `blocked`, `unavailable`, and `stopped` when the signal aborts.
 */
export class QueuedRequest {
	/** Answers that would end a request that is paid for are not believed at once. */
	private readonly repeated = { status: new Repeated(), result: new Repeated() };

	private current: RequestPaths;

	constructor(
		private readonly connection: QueueConnection,
		paths: RequestPaths,
		private readonly options: RequestOptions,
	) {
		this.current = paths;
	}

	/** Where it is at the host, as far as is known. */
	get paths(): RequestPaths {
		return this.current;
	}

	get id(): string {
		return this.paths.requestId;
	}

	/**
	 * Asks for the status, again after faults.
	 *
	 * @param logs whether the host adds the runner's logs
	 */
	async status({ logs = false }: Pick<AskOptions, 'logs'> = {}): Promise<StatusReply> {
		return (await this.ask(() => this.askStatus({ logs }))).status;
	}

	/** Asks how the request stands, again after faults, with the result of one that is complete. */
	async result(): Promise<RequestState> {
		return await this.ask(() => this.state());
	}

	/** Asks once how the request stands, with the result of one that is complete. */
	async state(): Promise<RequestState | Fault> {
		const state = await this.askStatus();
		if ('fault' in state || isComplete(state) || state.status.status !== 'COMPLETED') return state;
		return await this.askResult(state.status);
	}

	/**
	 * Asks for the status once: where the host has no endpoint for it, through the result, which then
	 * comes with the status.
	 */
	async askStatus({ logs = false, withinMs }: AskOptions = {}): Promise<
		RequestState | DoubtfulEnd
	> {
		const { clock, host } = this.connection;
		const { statusEndpoint } = host;
		if (statusEndpoint.isMissing(clock.now())) return await this.askResultForStatus(withinMs);
		const reply = await this.get({
			withinMs,
			path: this.paths.status,
			isPoll: true,
			...(logs ? { query: { logs: '1' } } : {}),
		});
		if ('fault' in reply) return reply;
		const reading = this.read(reply, 'status');
		const isFine = isSuccess(reply.status);
		if (isFine && saysOfRequest(reading)) statusEndpoint.seen(clock.now());
		// A request that failed is complete: its result has the verdict.
		if (reading.says === 'failed') return { status: reading.status };
		const isKnown = statusEndpoint.isKnown(clock.now());
		const asksResult =
			(reading.says === 'ended' && !isFine) ||
			(reading.says === 'no-endpoint' && (!isKnown || reading.reason.isGiven)) ||
			(['not-found', 'refused', 'account'].includes(reading.says) && !isKnown);
		if (asksResult && reply.status !== 410) {
			return await this.askResultForStatus(withinMs, { reading, reply, isKnown });
		}
		return this.stateOf(reading, reply, 'status');
	}

	/**
	 * Asks for the result once.
	 *
	 * @param status what the host said of the request
	 */
	async askResult(
		status: StatusReply,
		{ withinMs }: Pick<AskOptions, 'withinMs'> = {},
	): Promise<RequestState | DoubtfulEnd> {
		const reply = await this.get({ path: this.paths.response, withinMs });
		if ('fault' in reply) return reply;
		const failure = failureIn(status);
		const any = failure || this.options.isVideo ? undefined : anyResultOf(reply);
		if (
			any &&
			(any.isSure || this.isBelieved(JSON.stringify(reply.body ?? null), 'repeated', 'result'))
		) {
			return {
				status: { ...status, status: 'COMPLETED' },
				result: any.result,
				...this.unitsOf(reply),
			};
		}
		const reading = this.read(reply, 'result');
		if (any) {
			return 'reason' in reading ? this.faultOf(reading.reason, reply) : { status: reading.status };
		}
		// The host said that it failed: the first error of the result is the verdict.
		if (failure && isVerdict(reading, reply)) {
			throw this.endedWith(
				reading.says === 'ended' && reading.reason.isGiven ? reading.reason : failure,
			);
		}
		const state = this.stateOf(reading, reply, 'result');
		if ('fault' in state || !isComplete(state)) return state;
		return {
			status: { ...state.status, ...status, status: 'COMPLETED' },
			result: state.result,
			...this.unitsOf(reply),
		};
	}

	/**
	 * Asks the host to end the request, again where the answer was lost: a cancel may be sent as often
	 * as one likes. Never throws; a cancel that is refused is an answer too.
	 */
	async cancel(): Promise<CancelOutcome> {
		const { clock, host } = this.connection;
		const answer = await retry<CancelOutcome, Fault & { isMissing?: boolean }>(
			() => this.askCancel(),
			{
				again: ({ isMissing }, attempt) =>
					attempt < attempts.cancel &&
					// A page in front of a host that has all endpoints passes; else it has none to cancel.
					!(
						isMissing &&
						!host.isFal &&
						(attempt > 1 || host.statusEndpoint.isMissing(clock.now()))
					),
				clock,
			},
		);
		if ('outcome' in answer) return answer;
		const { fault: message, httpStatus, isMissing } = answer;
		return {
			outcome: isMissing && !host.isFal ? 'not-offered' : 'unreachable',
			message,
			...(httpStatus === undefined ? {} : { httpStatus }),
		};
	}

	/** Whether its result must be a video. */
	get isVideo(): boolean {
		return this.options.isVideo;
	}

	/** Waits until the request is complete, with its result; throws `timeout` at the deadline. */
	async wait(options: WaitOptions): Promise<Completed> {
		const { listen, host, clock, party } = this.connection;
		const { deadline, pollIntervalMs, submittedEarlier = false, onProgress } = options;
		return await waitUntilComplete(this, {
			schedule: this.schedule(options),
			...(pollIntervalMs === undefined
				? {
						stream: (onNews) => new StatusStream(listen, host, this.paths, clock, onNews, party),
					}
				: {}),
			deadline,
			submittedEarlier,
			clock,
			signal: this.options.signal,
			onProgress,
		});
	}

	/** An error about this request, which names its host. */
	error(...[kind, message, facts]: Parameters<KnownHost['error']>): QueueError {
		return this.connection.host.error(kind, message, { requestId: this.id, ...facts });
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

	private async ask(question: () => Promise<RequestState | DoubtfulEnd>): Promise<RequestState> {
		const { clock, host } = this.connection;
		const { signal } = this.options;
		const tryOnce = async () => {
			if (signal?.aborted) throw this.error('stopped', 'The execution was stopped');
			return await question();
		};
		const answer = await retry<RequestState, DoubtfulEnd>(tryOnce, {
			again: (_fault, attempt) => attempt < attempts.ask,
			clock,
			signal,
		});
		if (!('fault' in answer)) return answer;
		if (answer.end) throw answer.end;
		throw this.error(
			'unavailable',
			`${host.name} could not be asked about request ${this.id}: ${answer.fault}`,
			{ lastFault: answer.fault },
		);
	}

	// Without a status endpoint, the result tells the status. If neither answers as a queue does, the host
	// has a fault.
	private async askResultForStatus(
		withinMs: number | undefined,
		status?: { reading: Reading; reply: QueueReply; isKnown: boolean },
	): Promise<RequestState | DoubtfulEnd> {
		const { clock, host } = this.connection;
		const reply = await this.get({ path: this.paths.response, isPoll: true, withinMs });
		if ('fault' in reply) return reply;
		const reading = this.read(reply, 'result');
		const isOfRequest = saysOfRequest(reading);
		if (isOfRequest && !status?.isKnown && status?.reading.says !== 'ended') {
			host.statusEndpoint.missing(clock.now());
		}
		if (!isOfRequest && status && status.reading.says !== 'ended') {
			// Neither says how it stands.
			return this.stateOf(status.reading, status.reply, 'status');
		}
		if (reading.says === 'passes') this.lookElsewhere();
		// What nobody calls complete need not have its video yet.
		if (reading.says === 'no-video' && !reading.isTold) return this.faultOf(reading.reason, reply);
		if (reading.says === 'ended' && !reading.reason.isGiven && status?.reading.says === 'ended') {
			return this.stateOf(status.reading, status.reply, 'status');
		}
		return this.stateOf(reading, reply, 'result');
	}

	private read(reply: QueueReply, of: 'status' | 'result'): Reading {
		return readReply(reply, { of, isVideo: this.options.isVideo, requestId: this.id });
	}

	private stateOf(
		reading: Reading,
		reply: QueueReply,
		of: 'status' | 'result',
	): RequestState | DoubtfulEnd {
		const { host } = this.connection;
		const facts = { httpStatus: reply.status };
		if (['not-found', 'no-endpoint', 'refused'].includes(reading.says)) this.lookElsewhere();
		if (!isDoubtful(reading)) this.repeated[of].reset();
		switch (reading.says) {
			case 'complete':
				return reading.result
					? { status: reading.status, result: reading.result, ...this.unitsOf(reply) }
					: { status: reading.status };
			case 'going-on':
				return { status: reading.status };
			case 'failed':
				throw this.endedWith(reading.reason);
			case 'ended': {
				const { reason } = reading;
				const doubt = this.options.isSaidToHaveEnded ? undefined : reading.doubt;
				// Nobody knows whether what only words tell of was billed: it is not sent again.
				const error = this.endedWith(reading.doubt ? { ...reason, mayPass: false } : reason);
				return this.unlessBelieved(error, doubt, reason, reply, of);
			}
			case 'no-video': {
				const error = this.error(
					'unexpected-reply',
					`${host.name} completed request ${this.id}, but its result has no "video.url", which the model is said to return: ${reading.reason.message}`,
					facts,
				);
				return this.unlessBelieved(error, 'repeated', reading.reason, reply, of);
			}
			case 'unauthorized':
				throw this.error(
					'unauthorized',
					`${host.name} refused the key: ${reading.reason.message}`,
					facts,
				);
			case 'account':
				// The request is paid for, and a locked account can still read: wait the lock out.
				if (reading.isLocked) return this.faultOf(reading.reason, reply);
				throw this.error(
					'account',
					`${host.name} refused the account, not the key: ${reading.reason.message}`,
					facts,
				);
			case 'not-found': {
				const error = this.error(
					'not-found',
					reply.status === 410
						? `${host.name} does not keep request ${this.id} any more`
						: `${host.name} does not know request ${this.id}`,
					{ ...facts, ...namesIn(reading.reason) },
				);
				// An accepted request is not given up at the first 404.
				const isSure = !this.options.wasAccepted || reply.status === 410;
				return this.unlessBelieved(
					error,
					isSure ? undefined : 'lasting',
					reading.reason,
					reply,
					of,
				);
			}
			case 'refused': {
				const { message } = reading.reason;
				const error = this.error('unavailable', message, { ...facts, ...namesIn(reading.reason) });
				const doubt = this.options.wasAccepted ? 'lasting' : undefined;
				return this.unlessBelieved(error, doubt, reading.reason, reply, of);
			}
			case 'no-endpoint':
			case 'passes':
				return this.faultOf(reading.reason, reply);
		}
	}

	// Of fal alone: what a gateway charges, it does not say so.
	private unitsOf({ headers }: QueueReply): { billableUnits?: number } {
		const text = headers['x-fal-billable-units']?.trim() ?? '';
		const units = Number(text);
		return this.connection.host.isFal && text !== '' && units >= 0 && Number.isFinite(units)
			? { billableUnits: units }
			: {};
	}

	// Without doubt, the error is thrown at once.
	private unlessBelieved(
		error: QueueError,
		doubt: Doubt | undefined,
		reason: Reason,
		reply: QueueReply,
		of: 'status' | 'result',
	): DoubtfulEnd {
		if (doubt === undefined || this.isBelieved(`${error.kind} ${error.message}`, doubt, of))
			throw error;
		return { ...this.faultOf(reason, reply), end: error };
	}

	private isBelieved(answer: string, doubt: Doubt, of: 'status' | 'result'): boolean {
		const ms = this.options.isSaidToHaveEnded ? 0 : leastMs[doubt];
		return this.repeated[of].isBelieved(answer, ms, this.connection.clock.now());
	}

	private endedWith(reason: Reason): QueueError {
		const { httpStatus, mayPass } = reason;
		const facts: QueueErrorFacts = { httpStatus, ...namesIn(reason) };
		return this.error(mayPass ? 'failed' : 'rejected', reason.message, facts);
	}

	private faultOf({ message, httpStatus, isGiven }: Reason, reply: QueueReply): Fault {
		const pause = retryAfterMs(reply.headers);
		return {
			fault: isGiven ? `HTTP ${httpStatus}: ${message}` : message,
			httpStatus,
			...(pause === undefined ? {} : { retryAfterMs: pause }),
		};
	}

	// The next question goes to the other place where the request may be, if there is one.
	private lookElsewhere(): void {
		const { other, ...here } = this.current;
		if (other) this.current = { ...other, other: here };
	}

	private async get(
		request: Pick<QueueRequest, 'path' | 'query' | 'isPoll' | 'withinMs'>,
	): Promise<QueueReply | Fault> {
		try {
			const { signal } = this.options;
			return await this.connection.send({ method: 'GET', ...request, signal });
		} catch (error) {
			if (error instanceof ConnectionFailure && error.reach === 'blocked') {
				throw this.error('blocked', `n8n did not let the request out: ${error.message}`);
			}
			return { fault: messageOf(error) };
		}
	}

	private async askCancel(): Promise<CancelOutcome | (Fault & { isMissing?: boolean })> {
		let reply: QueueReply;
		try {
			reply = await this.connection.send({ method: 'PUT', path: this.paths.cancel });
		} catch (error) {
			return { fault: error instanceof ConnectionFailure ? error.message : String(error) };
		}
		const { status: httpStatus } = reply;
		const { says, message } = readCancelReply(reply);
		if (says === 'passes') return { fault: message, httpStatus };
		if (says === 'no-endpoint') return { fault: message, httpStatus, isMissing: true };
		return { outcome: says, message, httpStatus };
	}
}

// Whether a reply says how the request stands, as a queue does.
function saysOfRequest({ says }: Reading): boolean {
	return says === 'complete' || says === 'going-on' || says === 'ended' || says === 'failed';
}

// Whether an answer may have to be repeated before it is believed.
function isDoubtful(reading: Reading): boolean {
	return ['not-found', 'refused', 'no-video'].includes(reading.says) || 'doubt' in reading;
}

// Whether the result of a request that failed says so, too, as against a fault on the way to it.
function isVerdict({ says }: Reading, { status }: QueueReply): boolean {
	return (
		says !== 'going-on' && says !== 'complete' && says !== 'unauthorized' && !isPassingCode(status)
	);
}
