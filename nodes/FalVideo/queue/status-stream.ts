import { type KnownHost, within } from './host';
import type { RequestPaths } from './paths';
import { readReply, type StatusReply } from './reply';
import type { Clock, Listen } from './transport';

/** A stream tells the status when it is opened. One that does not within this time is of no use. */
const firstEventMs = 3000;

/** A stream that is cut sooner than this is not worth opening. */
const leastLifeMs = 5000;

/**
 * A request's status as fal pushes it, in a stream of server-sent events.
 *
 * The stream is only a hint: it may be refused, silent, unreadable, cut, or held back by a proxy. So
 * polling goes on beneath it, more rarely. A stream that was cut is opened again, instead of a status
 * request; one that was of no use is not.
 */
export class StatusStream {
	/** What the stream told last, from its opening. */
	private last: StatusReply | undefined;

	private unread = false;

	private cut = false;

	private failed = false;

	private stream: { end: AbortController; heard: AbortController; openedAt: number } | undefined;

	/** @param onNews called when there is something to read, or the stream was cut */
	constructor(
		private readonly listen: Listen,
		private readonly host: Pick<KnownHost, 'streams' | 'polls' | 'trust' | 'statusEndpoint'>,
		private readonly paths: RequestPaths,
		private readonly clock: Clock,
		private readonly onNews: () => void,
		private readonly party?: string,
	) {}

	/** Whether a stream is open that will tell the next change, as the host's streams have before. */
	get reliable(): boolean {
		return this.listening && this.host.trust.isEarned;
	}

	private get listening(): boolean {
		return this.stream !== undefined && this.last !== undefined;
	}

	/** Whether opening the stream is worth a try. */
	get mayOpen(): boolean {
		const now = this.clock.now();
		if (this.host.statusEndpoint.isMissing(now)) return false;
		return !this.failed && !this.stream && this.host.trust.isGiven(now);
	}

	/**
	 * Opens the stream. That counts as a status request, and waits for its turn.
	 *
	 * @param withinMs how long the turn may be waited for
	 * @returns the status that it tells at its opening, or `undefined` where none was heard
	 */
	async open(signal?: AbortSignal, withinMs?: number): Promise<StatusReply | undefined> {
		if (!this.mayOpen || !this.host.streams.tryAcquire()) return undefined;
		if (!(await this.host.polls.acquire(within({ signal, withinMs }), this.party))) {
			this.host.streams.release();
			return undefined;
		}
		const stream = {
			end: new AbortController(),
			heard: new AbortController(),
			openedAt: this.clock.now(),
		};
		this.stream = stream;
		this.last = undefined;
		const stop = () => this.close();
		signal?.addEventListener('abort', stop);
		void this.hear(stream).then(() => {
			signal?.removeEventListener('abort', stop);
			this.host.streams.release();
			stream.heard.abort();
		});
		await this.clock.sleep(firstEventMs, stream.heard.signal);
		if (this.last === undefined && this.stream === stream) this.fail();
		// What became of the opening is told by what is returned.
		this.cut = false;
		return this.read();
	}

	/** What the stream has told since it was read last; `undefined`: nothing. */
	read(): StatusReply | undefined {
		const told = this.unread ? this.last : undefined;
		this.unread = false;
		return told;
	}

	/** Whether the stream was cut since this was asked last. */
	wasCut(): boolean {
		const { cut } = this;
		this.cut = false;
		return cut;
	}

	/** Compares with a status that was polled: a stream that says something else is held back. */
	compare({ status }: StatusReply): void {
		if (this.listening && !this.unread && this.last?.status !== status) this.fail();
	}

	/** Ends the stream, and with it the connection. */
	close(): void {
		this.stream?.end.abort();
		this.stream = undefined;
	}

	private async hear(stream: NonNullable<typeof this.stream>): Promise<void> {
		const path = `${this.paths.status}/stream`;
		try {
			const accepted = await this.listen({ path, signal: stream.end.signal }, (data) => {
				if (this.stream === stream) this.told(data);
			});
			if (!accepted && this.stream === stream) this.fail();
		} catch {
			// Polling meets the same fault and handles it.
		}
		if (this.stream !== stream) return;
		// It ended without being asked to.
		const brief = this.clock.now() - stream.openedAt < leastLifeMs;
		if (this.last === undefined || (brief && this.last.status !== 'COMPLETED')) this.fail();
		this.close();
		this.cut = true;
		this.onNews();
	}

	private told(data: string): void {
		const status = statusOf(data);
		if (status === undefined) {
			this.fail();
			this.cut = true;
			this.onNews();
			return;
		}
		const isFirst = this.last === undefined;
		const isComplete = status.status === 'COMPLETED';
		// The first event is the current status, not a change.
		if (!isFirst && status.status !== this.last?.status) this.host.trust.earned();
		this.last = status;
		this.unread = true;
		this.stream?.heard.abort();
		if (isComplete) this.close();
		if (!isFirst) this.onNews();
	}

	private fail(): void {
		this.failed = true;
		this.host.trust.lost(this.clock.now());
		this.close();
	}
}

// An event is the body of a status reply. What ended is asked for: the status has the reason.
function statusOf(data: string): StatusReply | undefined {
	let body: unknown;
	try {
		body = JSON.parse(data);
	} catch {
		return undefined;
	}
	const reading = readReply({ status: 200, headers: {}, body }, { of: 'status', isVideo: false });
	if ('status' in reading) return reading.status;
	return reading.says === 'ended' ? { status: 'COMPLETED' } : undefined;
}
