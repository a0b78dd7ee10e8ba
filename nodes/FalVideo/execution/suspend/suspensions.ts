import type { Asking, Ending } from './asking';

/** How many executions are remembered, and of how many of them what their callbacks have learned. */
const mostRemembered = 10_000;
const mostWithEndings = 1_000;

/** How long an execution of which nothing is heard is remembered, in milliseconds. */
const longestMemoryMs = 24 * 60 * 60 * 1000;

/** What this process knows of one suspension of an execution. */
export class KnownSuspension {
	/** How its requests ended, by the item's index. */
	readonly endings = new Map<number, Ending>();

	/**
	 * `resuming`: a callback has found that nothing is pending, and is about to hand the outputs on.
	 * `closed`: they have been handed on, or the execution has gone on otherwise.
	 */
	state: 'open' | 'resuming' | 'closed' = 'open';

	/** The callback that asks about it. */
	asking: Asking | undefined;

	/** When it was last heard of, on the clock of `performance.now()`. */
	usedAt = 0;

	/** @param at as in `Suspension` */
	constructor(readonly at: number) {}

	close(): void {
		this.state = 'closed';
		this.endings.clear();
	}
}

/**
 * What this process knows of suspended executions: what their callbacks have learned, and which
 * suspensions are over.
 *
 * n8n gives each callback the execution as it was stored when that callback came, and resumes it
 * whenever it waits, even if it has gone on and waits again by then. The old data would overwrite the
 * new, and what was submitted since would be submitted and paid for again. So a suspension that was
 * handed on stays closed for good, and so does one that a later one has followed.
 *
 * n8n stores nothing that a webhook finds out while the execution stays suspended, so without this
 * memory the last of a hundred callbacks would have to ask about all hundred within 15 s, too. What is
 * lost with the process is asked again.
 */
export class Suspensions {
	/** The newest suspension of each execution, least recently used first. */
	private readonly newest = new Map<string, KnownSuspension>();

	private readonly withEndings = new Set<KnownSuspension>();

	/** @param now milliseconds, on a clock that nobody sets */
	constructor(private readonly now: () => number = () => performance.now()) {}

	/**
	 * What is known of a suspension. Those of the same execution that came before it are closed.
	 *
	 * @param at as in `Suspension`
	 */
	of(executionId: string, at: number): KnownSuspension {
		let known = this.newest.get(executionId);
		if (known === undefined || known.at < at) {
			known?.close();
			known = new KnownSuspension(at);
		}
		this.remember(executionId, known);
		return known.at === at ? known : closedBefore(at);
	}

	/** It could not be handed on after all: n8n has not resumed the execution. */
	reopen(executionId: string, known: KnownSuspension): void {
		if (this.newest.get(executionId) === known) known.state = 'open';
	}

	private remember(executionId: string, known: KnownSuspension): void {
		known.usedAt = this.now();
		this.newest.delete(executionId);
		this.newest.set(executionId, known);
		for (const [id, { usedAt }] of this.newest) {
			const isOld = known.usedAt - usedAt > longestMemoryMs;
			if (!isOld && this.newest.size <= mostRemembered) break;
			this.newest.delete(id);
		}
		this.withEndings.delete(known);
		this.withEndings.add(known);
		const [oldest] = this.withEndings;
		if (this.withEndings.size <= mostWithEndings || oldest === undefined) return;
		this.withEndings.delete(oldest);
		oldest.endings.clear();
	}
}

function closedBefore(at: number): KnownSuspension {
	const known = new KnownSuspension(at);
	known.close();
	return known;
}

/** Those of this process: suspending and resuming share them. */
export const suspensions = new Suspensions();
