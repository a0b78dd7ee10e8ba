import { backoffMs } from './backoff';
import { QueueError } from './queue-error';
import type { Fault } from './reply-fault';
import type { Clock } from './transport';

/** How often something is asked that is wanted now, not waited for. */
const attempts = 5;

/** The pause after the first fault, in milliseconds; doubled with each further one. */
const firstPauseMs = 500;

/**
 * Asks the queue for something that it can tell at once, again when a fault came in the way.
 *
 * @throws {QueueError} `unavailable` after a few faults in a row; `stopped`; whatever `question` throws
 */
export async function ask<Answer extends object>(
	question: () => Promise<Answer | Fault>,
	requestId: string,
	clock: Clock,
	signal?: AbortSignal,
): Promise<Answer> {
	for (let attempt = 1; ; attempt++) {
		if (signal?.aborted) {
			throw new QueueError('stopped', 'The execution was stopped', { requestId });
		}
		const answer = await question();
		if (!('fault' in answer)) return answer;
		if (attempt >= attempts) {
			throw new QueueError(
				'unavailable',
				`fal could not be asked about request ${requestId}: ${answer.fault}`,
				{ requestId, lastFault: answer.fault },
			);
		}
		const pause = backoffMs(attempt, firstPauseMs, clock.random());
		await clock.sleep(Math.max(pause, Math.min(answer.retryAfterMs ?? 0, 30_000)), signal);
	}
}
