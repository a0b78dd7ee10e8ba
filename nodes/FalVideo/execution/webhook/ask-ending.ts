import type { IDataObject } from 'n8n-workflow';
import { schemaOf } from '../../queue/contract';
import { isEnding } from '../../queue/queue-error';
import { pathsOfModel } from '../../queue/request-path';
import { fixedRhythm } from '../../queue/rhythm';
import { waitForResult } from '../../queue/wait';
import type { QueueAccess } from '../access/queue-access';
import { completedJson } from '../output';
import { settle } from '../settle';
import { type EndedModel, endedInErrorJson } from './ended';

/** How fal is asked about a request that is said to have ended. */
export interface AskEndingOptions {
	/** The pause between two questions while fal says that it has not ended, in milliseconds. */
	pollIntervalMs: number;
	/** How long fal is asked while it says so, or cannot be asked, in milliseconds. */
	waitMs: number;
	/** Ends it in any case. */
	signal: AbortSignal;
}

/**
 * Asks fal how a request ended.
 *
 * @returns the item's JSON: the result, or the error that the request ended in
 * @throws {QueueError} where fal does not say: it has not ended, is not known, or fal cannot be asked
 */
export async function askEnding(
	{ send, clock }: QueueAccess,
	model: EndedModel,
	requestId: string,
	{ pollIntervalMs, waitMs, signal }: AskEndingOptions,
): Promise<IDataObject> {
	const ending = await settle(
		waitForResult<Record<string, unknown>>(send, pathsOfModel(model.id, requestId), {
			schema: schemaOf(model.isVideo),
			rhythm: fixedRhythm(pollIntervalMs),
			deadline: clock.now() + waitMs,
			askAtOnce: true,
			clock,
			signal,
		}),
	);
	if ('value' in ending) return completedJson(model.id, requestId, ending.value);
	const { error } = ending;
	if (!isEnding(error)) throw error;
	return endedInErrorJson(model, error);
}
