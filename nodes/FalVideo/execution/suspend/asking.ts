import { means, type QueueError } from '../../queue/errors';
import { pathsOf } from '../../queue/paths';
import { isComplete } from '../../queue/queued-request';
import type { Completed } from '../../queue/wait';
import { settle } from '../settle';
import type { QueueClient } from '../transport/queue-client';
import type { Sender } from '../webhook/verify-callback';
import type { SuspendedRequest } from './suspension';

/** How a request ended. */
export type Ending = { completed: Completed } | { error: QueueError };

/** How many requests are asked about at once. */
const mostAtOnce = 20;

/** A request that has just ended may be said to be running for a moment, in milliseconds. */
const lagMs = 3000;
const lagPauseMs = 1000;

/** What is asked about, and how. */
export interface Questions {
	client: QueueClient;
	requests: readonly SuspendedRequest[];
	/** How the requests ended, by the item's index: what is known, and what is found out. */
	endings: Map<number, Ending>;
	/** Ends it. */
	signal: AbortSignal;
}

/**
 * Finds out whether all requests of a suspension have ended: one callback asks, on behalf of those that
 * come meanwhile.
 */
export class Asking {
	/** Whether it takes no more callbacks. */
	isOver = false;

	/** Whether its own callback has been answered while it went on. */
	isLate = false;

	/** The requests that callbacks have come for, and that are still to be asked about. */
	private readonly called = new Set<string>();

	/** @param sender who sent the callback that asks */
	constructor(private readonly sender: Sender) {}

	/** A callback says that a request has ended. */
	tell(requestId: unknown): void {
		if (typeof requestId === 'string') this.called.add(requestId);
	}

	/**
	 * Whether a callback that was told need not come again. If this one fails, the host repeats its own
	 * callback, which then asks about all; what a stranger sent, nobody repeats.
	 */
	vouchesFor(sender: Sender): boolean {
		return !this.isLate && (this.sender === 'fal' || sender !== 'fal');
	}

	/**
	 * Asks about the requests of which nothing final is known, those that have called first, until one is
	 * found that still runs.
	 *
	 * @throws {Error} where the host cannot be asked, or says that a request runs whose callback came
	 */
	async untilKnown(questions: Questions): Promise<'complete' | 'pending'> {
		try {
			// One by one at first: of many requests, the next one is most likely still running, and then no
			// more need be asked. Only where one after the other is complete, it is worth asking for many.
			let size = 1;
			let running: readonly SuspendedRequest[] = [];
			for (;;) {
				const called = this.takeCalled(questions);
				if (called.length > 0) {
					await askUntilEnded(questions, called);
					continue;
				}
				if (running.some(({ item }) => !questions.endings.has(item))) return 'pending';
				const next = unknown(questions).slice(0, size);
				if (next.length === 0) return 'complete';
				running = await ask(questions, next);
				size = Math.min(2 * size, mostAtOnce);
			}
		} finally {
			// In the same turn as the last look at who has called, so that nobody is overlooked.
			this.isOver = true;
		}
	}

	private takeCalled(questions: Questions): SuspendedRequest[] {
		if (this.called.size === 0) return [];
		const all = unknown(questions).filter(({ path }) => this.called.has(pathsOf(path).requestId));
		const now = all.slice(0, mostAtOnce);
		if (now.length === all.length) this.called.clear();
		for (const { path } of now) this.called.delete(pathsOf(path).requestId);
		return now;
	}
}

function unknown({ requests, endings }: Questions): SuspendedRequest[] {
	return requests.filter(({ item }) => !endings.has(item));
}

async function askUntilEnded(
	questions: Questions,
	called: readonly SuspendedRequest[],
): Promise<void> {
	let running = await ask(questions, called);
	// The callback may have overtaken what the queue says.
	for (let left = lagMs; running.length > 0 && left > 0; left -= lagPauseMs) {
		await questions.client.clock.sleep(lagPauseMs, questions.signal);
		running = await ask(questions, running);
	}
	// The host must call again: nobody else would, when this is the last one to end.
	if (running.length > 0) {
		throw new Error('a callback says that its request has ended, and the queue that it has not');
	}
}

/** @returns those that still run */
async function ask(
	questions: Questions,
	requests: readonly SuspendedRequest[],
): Promise<SuspendedRequest[]> {
	const running = await Promise.all(
		requests.map(async (request) => ((await hasEnded(questions, request)) ? [] : [request])),
	);
	return running.flat();
}

async function hasEnded(
	{ client, endings, signal }: Questions,
	{ item, path, isVideo }: SuspendedRequest,
): Promise<boolean> {
	// A callback is what has this asked: of a later one, a new object would know nothing.
	const options = { isVideo, isSaidToHaveEnded: true, signal };
	const answer = await settle(client.request(pathsOf(path), options).state());
	if ('error' in answer) {
		const { error } = answer;
		// That the host does not know it is final here: it had accepted it, and has had its time.
		if (!means(error, 'ends') && !means(error, 'over')) throw error;
		endings.set(item, { error });
		return true;
	}
	if ('fault' in answer.value) throw new Error(answer.value.fault);
	if (!isComplete(answer.value)) return false;
	endings.set(item, { completed: answer.value });
	return true;
}
