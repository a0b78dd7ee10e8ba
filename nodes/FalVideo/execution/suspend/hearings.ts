import type { StatusReply } from '../../queue/contract';
import type { QueueError } from '../../queue/queue-error';

/** What fal said of a request, for good. */
export type Heard =
	{ completed: { status: StatusReply; result: Record<string, unknown> } } | { error: QueueError };

/** What was heard so far for one suspended execution. */
export interface Hearing {
	/** By the item's index. */
	heard: Map<number, Heard>;
	/** Whether a callback has found that nothing is pending, and is about to resume it. */
	resuming: boolean;
}

/** How many suspended executions are remembered in this process; the ones heard of longest ago go. */
const mostHearings = 1000;

/**
 * What the callbacks of suspended executions have heard from fal. n8n stores nothing that a webhook
 * finds out while the execution stays suspended, so without this the last of a hundred callbacks
 * would have to ask about all hundred within fal's 15 s. Lost with the process, it is asked again.
 */
export class Hearings {
	private readonly hearings = new Map<string, Hearing>();

	/** @param key one suspension of one execution */
	of(key: string): Hearing {
		const hearing = this.hearings.get(key) ?? { heard: new Map<number, Heard>(), resuming: false };
		this.hearings.delete(key);
		this.hearings.set(key, hearing);
		const [oldest] = this.hearings.keys();
		if (this.hearings.size > mostHearings && oldest !== undefined) this.hearings.delete(oldest);
		return hearing;
	}

	/** The execution has been resumed, or must be tried again from the beginning. */
	forget(hearing: Hearing): void {
		for (const [key, one] of this.hearings) if (one === hearing) this.hearings.delete(key);
		hearing.resuming = false;
	}
}
