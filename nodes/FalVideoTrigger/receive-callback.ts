import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { QueueClient } from '../FalVideo/execution/transport/queue-client';
import { askEnding, callbackJson, type EndedModel } from '../FalVideo/execution/webhook/ending';
import { respond } from '../FalVideo/execution/webhook/respond';
import { verifyCallback } from '../FalVideo/execution/webhook/verify-callback';
import { type Callback, readCallback } from '../FalVideo/queue/callback';
import { QueueError } from '../FalVideo/queue/errors';
import { falItself } from '../FalVideo/queue/host';
import { chosenModel } from '../FalVideo/resources/model-choice';
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
		if (callback === undefined) return respond(context, 400, 'This is not a callback of fal');
		if (callback.status === 'pending') return respond(context, 200, 'The request is still running');
		const sender = await verifyCallback(context);
		if (sender === 'forged') return respond(context, 401, 'The signature does not hold');

		const claim = claimRequest(context, callback.request_id);
		if (!claim.isFirst) {
			// fal need not send it again.
			if (await claim.isStarted) return respond(context, 200, 'Taken already');
			return respond(context, 503, 'The request could not be confirmed');
		}
		return sender === 'fal'
			? await startAtOnce(context, callback, claim)
			: await startIfConfirmed(context, callback, claim, deadline);
	} catch (error) {
		context.logger.error('A callback could not be taken', { error: String(error) });
		return respond(context, 503, 'The callback could not be taken now');
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
	respond(context, 200, 'Taken');
	return started(await fetched(context, callback));
}

/** What fal says of the request when asked, or else what the callback carries. Never throws. */
async function fetched(context: IWebhookFunctions, callback: Callback): Promise<IDataObject> {
	let model: EndedModel = { node: context.getNode(), id: '', isVideo: false };
	let host = falItself;
	try {
		model = modelOf(context);
		const client = await QueueClient.ofWebhook(context);
		host = client.host;
		if (context.getNodeParameter('fetchResult', true) !== true) {
			return callbackJson(model, callback, host);
		}
		return await askEnding(client, model, callback.request_id, {
			pollIntervalMs: 1_000,
			waitMs: fetchWithinMs,
			signal: AbortSignal.timeout(fetchWithinMs),
		});
	} catch (error) {
		context.logger.warn(
			`The result of request ${callback.request_id} could not be fetched, so its callback was taken for it`,
			{ error: String(error) },
		);
		return callbackJson(model, callback, host);
	}
}

/** An unverified callback: confirm with fal first. */
async function startIfConfirmed(
	context: IWebhookFunctions,
	callback: Callback,
	claim: FirstClaim,
	signal: AbortSignal,
): Promise<IWebhookResponseData> {
	let json: IDataObject;
	try {
		json = await askEnding(
			await QueueClient.ofWebhook(context),
			modelOf(context),
			callback.request_id,
			{
				pollIntervalMs: lagMs,
				waitMs: lagMs,
				signal,
			},
		);
	} catch (error) {
		claim.release();
		const isUnknown = error instanceof QueueError && error.kind === 'not-found';
		context.logger.warn(`Request ${callback.request_id} could not be confirmed`, {
			error: String(error),
		});
		return isUnknown
			? respond(context, 404, 'There is no such request')
			: respond(context, 503, 'The request could not be confirmed');
	}
	claim.keep();
	respond(context, 200, 'Taken');
	return started(json);
}

function modelOf(context: IWebhookFunctions): EndedModel {
	const { id, isVideo } = chosenModel(context);
	return { node: context.getNode(), id, isVideo };
}

function started(json: IDataObject): IWebhookResponseData {
	return { noWebhookResponse: true, workflowData: [[{ json }]] };
}
