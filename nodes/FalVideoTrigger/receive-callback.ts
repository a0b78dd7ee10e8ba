import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { QueueClient } from '../FalVideo/execution/transport/queue-client';
import { askEnding, callbackJson, type EndedModel } from '../FalVideo/execution/webhook/ending';
import { settle } from '../FalVideo/execution/settle';
import { onAnswered, respond } from '../FalVideo/execution/webhook/respond';
import { verifyCallback } from '../FalVideo/execution/webhook/verify-callback';
import { type Callback, readCallback } from '../FalVideo/queue/callback';
import { QueueError, type QueueErrorKind } from '../FalVideo/queue/errors';
import { falItself } from '../FalVideo/queue/host';
import { chosenModel } from '../FalVideo/resources/model-choice';
import { type Claim, StartedRequests, staticShelf } from './started-requests';

/** fal wants an answer within 15 s; the host is asked within these, in milliseconds. */
const confirmWithinMs = 10_000;

/** A request that has just ended may be said to be running for a moment, in milliseconds. */
const lagMs = 3_000;

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
			? await startIfOwn(context, callback, claim, deadline)
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
		return { isFirst: true, keep: () => {}, release: () => {}, undo: () => {} };
	}
	const trigger = `${context.getWorkflow().id} ${context.getNode().id}`;
	return startedRequests.claim(trigger, requestId, staticShelf(context));
}

/**
 * A callback that fal signed. fal signs those of all its customers with the same keys, so a signature
 * does not tell whose request it is. With Fetch Result, fal is asked, which knows what belongs to the
 * credential's key.
 */
async function startIfOwn(
	context: IWebhookFunctions,
	callback: Callback,
	claim: FirstClaim,
	signal: AbortSignal,
): Promise<IWebhookResponseData> {
	const found = await settle(jsonOf(context, callback, signal));
	if ('value' in found) return start(context, claim, found.value);
	claim.release();
	const { error } = found;
	context.logger.warn(
		`Request ${callback.request_id} is not one that the credential’s key may read, so nothing was started`,
		{ error: String(error) },
	);
	return error instanceof QueueError && error.kind === 'not-found'
		? respond(context, 404, 'There is no such request')
		: respond(context, 503, 'The request could not be confirmed');
}

/**
 * What fal says of the request when asked, or else, where fal cannot be asked, what the callback carries.
 *
 * @throws {QueueError} `not-found` and `account`, where the key may not read the request
 */
async function jsonOf(
	context: IWebhookFunctions,
	callback: Callback,
	signal: AbortSignal,
): Promise<IDataObject> {
	const node = context.getNode();
	const model = await settle(Promise.resolve().then(() => modelOf(context)));
	const known: EndedModel = 'value' in model ? model.value : { node, id: '', isVideo: false };
	const client = await settle(QueueClient.ofWebhook(context));
	const host = 'value' in client ? client.value.host : falItself;
	if (context.getNodeParameter('fetchResult', true) !== true) {
		return callbackJson(known, callback, host);
	}
	const asked =
		'value' in client ? await settle(ask(client.value, known, callback, signal)) : client;
	if ('value' in asked) return asked.value;
	const { error } = asked;
	if (error instanceof QueueError && mayNotRead.includes(error.kind)) throw error;
	context.logger.warn(
		`The result of request ${callback.request_id} could not be fetched, so its callback was taken for it`,
		{ error: String(error) },
	);
	return callbackJson(known, callback, host);
}

/** How fal refuses a request that belongs to somebody else. */
const mayNotRead: readonly QueueErrorKind[] = ['not-found', 'account'];

async function ask(
	client: QueueClient,
	model: EndedModel,
	callback: Callback,
	signal: AbortSignal,
): Promise<IDataObject> {
	return await askEnding(client, model, callback.request_id, {
		pollIntervalMs: 1_000,
		waitMs: confirmWithinMs,
		signal,
	});
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
	return start(context, claim, json);
}

function modelOf(context: IWebhookFunctions): EndedModel {
	const { id, isVideo } = chosenModel(context);
	return { node: context.getNode(), id, isVideo };
}

// n8n answers when it has stored the execution: what was answered has started, even if the process ends.
function start(
	context: IWebhookFunctions,
	claim: FirstClaim,
	json: IDataObject,
): IWebhookResponseData {
	claim.keep();
	onAnswered(context, (status) => {
		if (status >= 500) claim.undo();
	});
	return { webhookResponse: { message: 'Taken' }, workflowData: [[{ json }]] };
}
