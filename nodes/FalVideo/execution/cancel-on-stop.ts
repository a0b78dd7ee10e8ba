import type { Logger } from 'n8n-workflow';
import { cancel } from '../queue/cancel';
import type { RequestPaths } from '../queue/request-path';
import type { Clock, SendRequest } from '../queue/transport';

/** A request that is cancelled when the execution is stopped. */
export interface StopWatch {
	/** Ends the watch: the request needs no cancelling any more. */
	end(): void;
	/** Resolves when a cancel that was begun is over. */
	settled(): Promise<void>;
}

/**
 * Cancels a request at fal at the moment when the signal aborts, or at once if it has.
 *
 * @param onCancel called in the same tick, before n8n stores the stopped execution
 */
export function cancelOnStop(
	signal: AbortSignal | undefined,
	{
		send,
		paths,
		clock,
		logger,
		onCancel,
	}: {
		send: SendRequest;
		paths: RequestPaths;
		clock: Clock;
		logger: Logger;
		onCancel: () => void;
	},
): StopWatch {
	let cancelling: Promise<void> = Promise.resolve();
	const begin = () => {
		onCancel();
		cancelling = cancel(send, paths, clock).then(({ outcome, message }) => {
			const line = `fal request ${paths.requestId}: cancel ${outcome} (${message})`;
			// One that was not cancelled goes on, and costs money.
			if (outcome === 'unreachable' || outcome === 'refused') logger.warn(line);
			else logger.debug(line);
		});
	};
	if (signal?.aborted) begin();
	else signal?.addEventListener('abort', begin, { once: true });
	return {
		end: () => signal?.removeEventListener('abort', begin),
		settled: async () => await cancelling,
	};
}
