import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { webhookAccess } from '../FalVideo/execution/access/webhook-access';
import { answer } from '../FalVideo/execution/webhook/answer';
import { askEnding } from '../FalVideo/execution/webhook/ask-ending';
import { callbackJson, type EndedModel } from '../FalVideo/execution/webhook/ended';
import { verifyCallback } from '../FalVideo/execution/webhook/verify-callback';
import { QueueError } from '../FalVideo/queue/queue-error';
import { type Callback, readCallback } from '../FalVideo/queue/webhook/callback';
import { checkEndpointId } from '../FalVideo/resources/fields/endpoint-id';
import { videoModel } from '../FalVideo/resources/fields/models';
import { type Claim, StartedRequests, staticShelf } from './started-requests';

/** fal wants an answer within 15 s; one that has to be confirmed first is given within these. */
const confirmWithinMs = 10_000;

/** A request that has just ended may be said to be running for a moment, in milliseconds. */
const lagMs = 3_000;

/** The workflow is started by then, with or without the fetched result, in milliseconds. */
const fetchWithinMs = 30_000;

const startedRequests = new StartedRequests();

/**
 * Takes a callback of fal's, and starts the workflow once for its request. Never throws: n8n would
 * start the workflow with an empty item.
 */
export async function receiveCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	// Counted from here: finding out who sent it takes its time, too.
	const deadline = AbortSignal.timeout(confirmWithinMs);
	try {
		const callback = readCallback(context.getBodyData());
		if (callback === undefined) return answer(context, 400, 'This is not a callback of fal');
		const sender = await verifyCallback(context);
		if (sender === 'forged') return answer(context, 401, 'The signature does not hold');

		const claim = claimRequest(context, callback.request_id);
		if (!claim.isFirst) {
			// fal need not send it again.
			if (await claim.isStarted) return answer(context, 200, 'Taken already');
			return answer(context, 503, 'The request could not be confirmed');
		}
		return sender === 'fal'
			? await startAtOnce(context, callback, claim)
			: await startIfConfirmed(context, callback, claim, deadline);
	} catch (error) {
		context.logger.error('A callback could not be taken', { error: String(error) });
		return answer(context, 503, 'The callback could not be taken now');
	}
}

type FirstClaim = Extract<Claim, { isFirst: true }>;

function claimRequest(context: IWebhookFunctions, requestId: string): Claim {
	// While the workflow is being built, the same callback may be tried over and over.
	if (context.getMode() === 'manual') {
		return { isFirst: true, keep: () => {}, release: () => {} };
	}
	const trigger = `${context.getWorkflow().id} ${context.getNode().id}`;
	return startedRequests.claim(trigger, requestId, staticShelf(context));
}

/** A callback that fal signed: answered at once, and the workflow starts, come what may. */
async function startAtOnce(
	context: IWebhookFunctions,
	callback: Callback,
	claim: FirstClaim,
): Promise<IWebhookResponseData> {
	claim.keep();
	answer(context, 200, 'Taken');
	return started(await fetched(context, callback));
}

/** What fal says of the request when asked, or else what the callback carries. Never throws. */
async function fetched(context: IWebhookFunctions, callback: Callback): Promise<IDataObject> {
	let model: EndedModel = { node: context.getNode(), id: '', isVideo: false };
	try {
		model = modelOf(context);
		if (context.getNodeParameter('fetchResult', true) !== true)
			return callbackJson(model, callback);
		return await askEnding(await webhookAccess(context), model, callback.request_id, {
			pollIntervalMs: 1_000,
			waitMs: fetchWithinMs,
			signal: AbortSignal.timeout(fetchWithinMs),
		});
	} catch (error) {
		context.logger.warn(
			`The result of request ${callback.request_id} could not be fetched, so its callback was taken for it`,
			{ error: String(error) },
		);
		return callbackJson(model, callback);
	}
}

/** A callback of which nobody knows who sent it is a hint: what counts is what fal says. */
async function startIfConfirmed(
	context: IWebhookFunctions,
	callback: Callback,
	claim: FirstClaim,
	signal: AbortSignal,
): Promise<IWebhookResponseData> {
	let json: IDataObject;
	try {
		json = await askEnding(await webhookAccess(context), modelOf(context), callback.request_id, {
			pollIntervalMs: lagMs,
			waitMs: lagMs,
			signal,
		});
	} catch (error) {
		claim.release();
		const isUnknown = error instanceof QueueError && error.kind === 'gone';
		context.logger.warn(`Request ${callback.request_id} could not be confirmed`, {
			error: String(error),
		});
		return isUnknown
			? answer(context, 404, 'There is no such request')
			: answer(context, 503, 'The request could not be confirmed');
	}
	claim.keep();
	answer(context, 200, 'Taken');
	return started(json);
}

function modelOf(context: IWebhookFunctions): EndedModel {
	const choice = context.getNodeParameter('model', undefined);
	const id =
		choice === 'custom'
			? checkEndpointId('Custom Model', context.getNodeParameter('customModel', undefined))
			: checkEndpointId('Model', choice);
	return { node: context.getNode(), id, isVideo: videoModel(id) !== undefined };
}

function started(json: IDataObject): IWebhookResponseData {
	return { noWebhookResponse: true, workflowData: [[{ json }]] };
}
