import type { IDataObject } from 'n8n-workflow';
import { anyResultSchema, videoResultSchema } from '../../queue/contract';
import { QueueError, type QueueErrorKind } from '../../queue/queue-error';
import { pathsOfModel } from '../../queue/request-path';
import { waitForResult } from '../../queue/wait';
import type { QueueAccess } from '../access/queue-access';
import { completedJson } from '../output';
import { settle } from '../settle';
import { type EndedModel, endedInErrorJson } from './ended';

/** How a request that is said to have ended is looked up. */
export interface LookUpOptions {
	/** The pause between two questions while fal says that it has not ended, in milliseconds. */
	pollIntervalMs: number;
	/** How long fal is asked while it says so, or cannot be asked, in milliseconds. */
	waitMs: number;
	/** Ends it in any case. */
	signal: AbortSignal;
}

/** What is fal's word on the request, as against a question that was not answered. */
const endings: readonly QueueErrorKind[] = ['rejected', 'failed', 'contract'];

/**
 * Asks fal how a request ended.
 *
 * @returns the item's JSON: the result, or the error that the request ended in
 * @throws {QueueError} where fal does not say: it has not ended, is not known, or fal cannot be asked
 */
export async function lookUp(
	{ send, clock }: QueueAccess,
	{ id: model, isVideo }: EndedModel,
	requestId: string,
	{ pollIntervalMs, waitMs, signal }: LookUpOptions,
): Promise<IDataObject> {
	const ending = await settle(
		waitForResult<Record<string, unknown>>(send, pathsOfModel(model, requestId), {
			schema: isVideo ? videoResultSchema : anyResultSchema,
			pollIntervalMs,
			deadline: clock.now() + waitMs,
			askAtOnce: true,
			clock,
			signal,
		}),
	);
	if ('value' in ending) return completedJson(model, requestId, ending.value);
	const { error } = ending;
	if (!(error instanceof QueueError) || !endings.includes(error.kind)) throw error;
	return endedInErrorJson(model, error);
}
