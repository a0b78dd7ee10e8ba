import type { IExecuteSingleFunctions } from 'n8n-workflow';
import type { RequestPaths } from '../../queue/paths';
import { isTool } from '../run/tool';

/** How many requests are remembered; beyond that the oldest are forgotten. */
const mostKept = 1000;

/**
 * The requests of calls that nothing else remembers: behind an MCP Server Trigger n8n calls a tool before
 * there is an execution, and gives each call a context of its own. A client that gives up a call, which
 * those of the protocol do after 60 seconds, and makes it again would pay for a second video. So an equal
 * call waits for the request of the one before, as long as no video was delivered for it.
 *
 * Of one process, and gone when it ends.
 */
const requests = new Map<string, RequestPaths>();

/** The place of one call's request among them. */
export class CallOutside {
	private constructor(private readonly key: string) {}

	/**
	 * @param hash of what identifies the request
	 * @returns nothing where the call belongs to an execution, which remembers its requests itself
	 */
	static of(context: IExecuteSingleFunctions, hash: string): CallOutside | undefined {
		// Typed as a string: n8n has none before it has begun an execution.
		const executionId = context.getExecutionId() as string | undefined;
		if (executionId || !isTool(context)) return undefined;
		const { id } = context.getWorkflow();
		return new CallOutside(JSON.stringify([id, context.getNode().name, hash]));
	}

	get request(): RequestPaths | undefined {
		return requests.get(this.key);
	}

	submitted(paths: RequestPaths): void {
		requests.delete(this.key);
		requests.set(this.key, paths);
		const [oldest] = requests.keys();
		if (requests.size > mostKept && oldest !== undefined) requests.delete(oldest);
	}

	/** Nothing is to be waited for any more. */
	forget(): void {
		requests.delete(this.key);
	}
}
