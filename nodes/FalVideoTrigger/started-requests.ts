import type { IWebhookFunctions } from 'n8n-workflow';

/** How many request ids are remembered; fal repeats a callback for two hours. */
const longestList = 1_000;

/** What a callback of a request may do. */
export type Claim =
	| {
			isFirst: true;
			/** The workflow is going to be started: the id is kept. */
			keep(): void;
			/** It is not, for now: the next callback may try again. */
			release(): void;
			/** n8n could not start it after it was kept: the next callback may try again. */
			undo(): void;
	  }
	| {
			isFirst: false;
			/** Whether the one that came first starts the workflow. */
			isStarted: Promise<boolean>;
	  };

/** Keeps the ids beyond the process's life, such as in n8n's workflow static data. */
export interface Shelf {
	read(): readonly string[];
	write(ids: string[]): void;
}

/**
 * The requests whose callbacks have started a workflow, so that each starts it once: in this
 * process's memory, where those of the same moment meet, and on a shelf, for the next process.
 */
export class StartedRequests {
	private readonly started = new Map<string, Set<string>>();

	private readonly claimed = new Map<string, Promise<boolean>>();

	/**
	 * Takes a request, if no callback has before.
	 *
	 * @param trigger what tells one trigger from another
	 */
	claim(trigger: string, requestId: string, shelf: Shelf): Claim {
		const started = this.startedBy(trigger);
		if (started.has(requestId) || shelf.read().includes(requestId)) {
			return { isFirst: false, isStarted: Promise.resolve(true) };
		}
		const key = `${trigger} ${requestId}`;
		const other = this.claimed.get(key);
		if (other) return { isFirst: false, isStarted: other };

		let settle: (isStarted: boolean) => void = () => {};
		this.claimed.set(key, new Promise((resolve) => (settle = resolve)));
		const end = (isStarted: boolean) => {
			this.claimed.delete(key);
			settle(isStarted);
		};
		return {
			isFirst: true,
			keep: () => {
				started.add(requestId);
				// Others may have written since this callback's copy of the shelf was read: what is in
				// memory is added again, so that nothing gets lost between two that overlap.
				const ids = [...new Set([...shelf.read(), ...started])];
				// The newest of both, this one last.
				const newest = ids.filter((id) => id !== requestId).slice(1 - longestList);
				shelf.write([...newest, requestId]);
				for (const id of [...started].slice(0, -longestList)) started.delete(id);
				end(true);
			},
			release: () => end(false),
			undo: () => {
				started.delete(requestId);
				shelf.write(shelf.read().filter((id) => id !== requestId));
			},
		};
	}

	private startedBy(trigger: string): Set<string> {
		let started = this.started.get(trigger);
		if (started === undefined) {
			started = new Set();
			this.started.set(trigger, started);
		}
		return started;
	}
}

/** n8n's static data of the trigger node; n8n stores it when the webhook has been answered. */
export function staticShelf(context: IWebhookFunctions): Shelf {
	const data = context.getWorkflowStaticData('node');
	return {
		read: () => {
			const ids: unknown[] = Array.isArray(data.startedRequests) ? data.startedRequests : [];
			return ids.filter((id) => typeof id === 'string');
		},
		write: (ids) => {
			data.startedRequests = ids;
		},
	};
}
