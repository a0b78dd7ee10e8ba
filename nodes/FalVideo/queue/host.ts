import { Durations } from './durations';
import { QueueError, type QueueErrorFacts, type QueueErrorKind } from './errors';
import { RateLimiter, Semaphore } from './limits';
import { PollBudget } from './polling';
import {
	type Clock,
	ConnectionFailure,
	eitherSignal,
	type Listen,
	type QueueRequest,
	type SendRequest,
} from './transport';

/** No more than this many requests are being submitted to a host at the same time. */
const mostSubmits = 20;

/** Status requests per second to one host. 45, not 50: delayed requests may arrive together. */
const mostPollsPerSecond = 45;

/** How many of these may go in the same moment. */
const pollBurst = 5;

/** What the poll schedules of all requests may share of it, so that the queue for a turn stays short. */
const sharedPollsPerSecond = 35;

/**
 * No more than this many event streams are open to a host: each holds a connection. A thousand of them
 * were measured to take 14 MB more than two hundred, and to save ten seconds of lag for each of a
 * thousand videos.
 */
const mostStreams = 1000;

/** After this many useless streams in a row, none is opened for a while. */
const mostFailures = 3;

/** How long; then one more is tried. */
const trustPauseMs = 600_000;

/** Whether a host's streams of events can be relied on: learned, and learned anew after a while. */
export class StreamTrust {
	private failures = 0;

	private offUntil = 0;

	private told = false;

	/** Whether streams have told what was new, and nothing was wrong with one since. */
	get isEarned(): boolean {
		return this.told;
	}

	/** Whether a stream is worth a try. */
	isGiven(now: number): boolean {
		return now >= this.offUntil;
	}

	/** A stream told something new when it happened. */
	earned(): void {
		this.failures = 0;
		this.told = true;
	}

	/** A stream was refused, silent, unreadable, or late. */
	lost(now: number): void {
		this.failures += 1;
		this.told = false;
		if (this.failures >= mostFailures) this.offUntil = now + trustPauseMs;
	}
}

/** What is learned of a host's endpoints is forgotten after this time: hosts change. */
const memoryMs = 600_000;

/**
 * Whether a host has an endpoint for the status, which some gateways do not: learned from its replies.
 */
export class StatusEndpoint {
	private seenUntil = 0;

	private missingUntil = 0;

	/** Whether it is known to be there: then a web page in its place is a fault that passes. */
	isKnown(now: number): boolean {
		return now < this.seenUntil;
	}

	/** Whether it is known to be missing: then the result is polled instead. */
	isMissing(now: number): boolean {
		return now < this.missingUntil;
	}

	/** It answered as a queue does. */
	seen(now: number): void {
		this.seenUntil = now + memoryMs;
		this.missingUntil = 0;
	}

	/** It is not there, while the result's endpoint answers as a queue does. */
	missing(now: number): void {
		this.missingUntil = now + memoryMs;
	}
}

/** What this process knows about one host, and its limits there. */
export class KnownHost {
	/** Holders may submit a request. */
	readonly submits = new Semaphore(mostSubmits);

	/** Holders may have an event stream open. */
	readonly streams = new Semaphore(mostStreams);

	/** Each status request passes here, and each opening of a stream. */
	readonly polls: RateLimiter;

	readonly budget = new PollBudget(sharedPollsPerSecond);

	readonly trust = new StreamTrust();

	readonly durations = new Durations();

	readonly statusEndpoint = new StatusEndpoint();

	/**
	 * @param name what texts call it: "fal", or a gateway's host
	 * @param isFal whether it is fal itself, not a gateway
	 */
	constructor(
		clock: Clock,
		readonly name = 'fal',
		readonly isFal = true,
	) {
		this.polls = new RateLimiter(mostPollsPerSecond, pollBurst, clock);
		// fal has all endpoints: a page in the place of one is never taken for a missing one.
		if (isFal) this.statusEndpoint.seen(Infinity);
	}

	/** An error that names this host. */
	error(kind: QueueErrorKind, message: string, facts: QueueErrorFacts = {}): QueueError {
		return new QueueError(kind, message, {
			...(this.isFal ? {} : { gateway: this.name }),
			...facts,
		});
	}
}

/** What errors need of a host. */
export type NamedHost = Pick<KnownHost, 'name' | 'error'>;

/** fal, where nothing else is known of who has called. */
export const falItself: NamedHost = {
	name: 'fal',
	error: (kind, message, facts) => new QueueError(kind, message, facts),
};

/** What it takes to speak with a host: how to send and to listen, what is known of it, and time. */
export interface QueueConnection {
	send: SendRequest;
	listen: Listen;
	host: KnownHost;
	clock: Clock;
	/** Whose requests these are: the executions of a process take turns. */
	party?: string;
}

/** How many hosts are remembered; a base URL may be an expression. */
const mostHosts = 100;

const hosts = new Map<string, KnownHost>();

/**
 * What is known of the host of a base URL: one for all executions of this process.
 *
 * @param isFal whether it is fal itself, not a gateway
 */
export function knownHost(baseUrl: string, isFal: boolean, clock: Clock): KnownHost {
	const { host, pathname } = new URL(baseUrl);
	// Below another path there may be another queue.
	const key = `${isFal} ${host}${pathname}`;
	const known = hosts.get(key) ?? new KnownHost(clock, isFal ? 'fal' : host, isFal);
	// Least recently used entries are evicted.
	hosts.delete(key);
	hosts.set(key, known);
	const [oldest] = hosts.keys();
	if (hosts.size > mostHosts && oldest !== undefined) hosts.delete(oldest);
	return known;
}

/**
 * Sends through `send`, within the host's limits: each POST holds a permit, each poll waits for its
 * turn. A cancel and a result go at once.
 *
 * A request whose signal aborts while it waits, or whose answer is of no use any more, is not sent: that
 * is a `ConnectionFailure` of the kind `not-sent`.
 *
 * @param party whose requests these are
 */
export function limited(
	send: SendRequest,
	{ submits, polls }: KnownHost,
	party?: string,
): SendRequest {
	return async (request) => {
		if (request.method === 'POST') {
			if (!(await submits.acquire(request.waitSignal, party))) throw notSent();
			try {
				const reason = request.unless?.();
				if (reason) throw reason;
				return await send(request);
			} finally {
				submits.release();
			}
		}
		if (request.isPoll && !(await polls.acquire(within(request), party))) throw notSent();
		return await send(request);
	};
}

/** A turn that is further away than this is not cut off: its own deadline would cost a timer each. */
const nearMs = 60_000;

/** The signal of a request that is also given up when its answer is of no use any more. */
export function within({
	signal,
	withinMs = Infinity,
}: Pick<QueueRequest, 'signal' | 'withinMs'>): AbortSignal | undefined {
	if (withinMs > nearMs) return signal;
	return eitherSignal(signal, AbortSignal.timeout(withinMs));
}

function notSent(): ConnectionFailure {
	return new ConnectionFailure('it was not sent any more', 'not-sent');
}
