import type {
	IDataObject,
	IExecuteSingleFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { readCallback } from '../../queue/callback';
import { means } from '../../queue/errors';
import { pathsOf } from '../../queue/paths';
import { isComplete } from '../../queue/queued-request';
import { errorJson, nodeError } from '../errors/node-error';
import { completedItem } from '../request/follow';
import { completedJson } from '../request/output';
import { settle } from '../settle';
import { QueueClient } from '../transport/queue-client';
import { onAnswered, respond } from '../webhook/respond';
import { verifyCallback } from '../webhook/verify-callback';
import { readSuspension, type Suspension, type SuspendedRequest } from './suspension';
import { type Ending, type KnownSuspension, suspensions } from './suspensions';

/**
 * fal wants an answer within 15 s. This is how long fal may be asked, and how long a download may
 * keep the answer back, in milliseconds.
 */
const askingMs = 9000;
const answeringMs = 12_000;

/** How many requests are asked about at once. */
const mostAtOnce = 20;

/** A request that has just ended may be said to be running for a moment, in milliseconds. */
const lagMs = 3000;
const lagPauseMs = 1000;

/** How long a download may take that goes on after the answer, in milliseconds. */
const downloadMs = 3_600_000;

/** n8n answers what comes later with 409, until fal gives up: that harms nobody. */
const beingResumed = 'The execution is being resumed; call again if it has not been';

/**
 * Answers a callback to a suspended execution, and resumes it when all its requests are complete.
 *
 * The callback is a hint: what counts is what fal says when it is asked. While a request is pending,
 * and on any trouble, the execution stays suspended; on trouble the answer is 503, and fal calls
 * again. Never throws: n8n would wipe the execution's data and resume it with nothing.
 */
export async function resumeOnCallback(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const resumed = await settle(resume(this, Date.now()));
	if ('value' in resumed) return resumed.value;
	const reason = resumed.error instanceof Error ? resumed.error.message : String(resumed.error);
	this.logger.warn(
		`fal: a callback could not be followed, the execution stays suspended: ${reason}`,
	);
	return respond(this, 503, 'The state of the requests could not be found out; call again');
}

async function resume(context: IWebhookFunctions, begunAt: number): Promise<IWebhookResponseData> {
	if ((await verifyCallback(context)) === 'forged') {
		return respond(context, 401, 'The signature is not fal’s');
	}
	if (readCallback(context.getBodyData())?.status === 'pending') {
		return { webhookResponse: { message: 'The request is still running' } };
	}
	const stored = readSuspension(context);
	if (stored === undefined) return respond(context, 503, 'The execution waits for no request');
	const { suspension, items } = stored;
	const known = suspensions.of(context.getExecutionId(), suspension.at);
	const busy = () => unlessOpen(context, known, suspension, begunAt);
	const atOnce = busy();
	if (atOnce) return atOnce;

	const client = await QueueClient.ofWebhook(context);
	const still = await askAll(context, client, suspension, known.endings, begunAt + askingMs);
	if (still.fault !== undefined) throw new Error(still.fault);
	if (still.pending) return { webhookResponse: { message: 'Requests are still running' } };
	// Another callback may have got here while this one asked.
	const meanwhile = busy();
	if (meanwhile) return meanwhile;

	known.state = 'resuming';
	try {
		const requests = new Map(suspension.requests.map((request) => [request.item, request]));
		const outputs = Promise.all(
			items.map(async (item, index): Promise<INodeExecutionData> => {
				const request = requests.get(index);
				const pairedItem = { item: index };
				if (request === undefined)
					return { ...item, json: suspension.done[index] ?? {}, pairedItem };
				const ending = known.endings.get(request.item);
				if (ending === undefined) throw new Error(`Nothing is known of item ${index}`);
				return { ...(await outputOf(context, client, request, ending)), pairedItem };
			}),
		);
		const left = begunAt + answeringMs - client.clock.now();
		const early = await Promise.race([
			outputs.then(() => false),
			client.clock.sleep(left).then(() => true),
		]);
		// If this process ends before the download does, fal calls again and it starts over.
		if (early) respond(context, 503, beingResumed);
		const workflowData = [await outputs];
		const overtaken = unlessCurrent(context, known, suspension, begunAt);
		if (overtaken) return overtaken;
		known.close();
		context.logger.debug(`fal: all ${suspension.requests.length} requests are complete, resuming`);
		if (early) return { noWebhookResponse: true, workflowData };
		// n8n answers when it has resumed the execution. Where it could not, the next callback may.
		onAnswered(context, (status) => {
			if (status >= 500) suspensions.reopen(context.getExecutionId(), known);
		});
		return { webhookResponse: { message: 'The execution is being resumed' }, workflowData };
	} finally {
		if (known.state === 'resuming') known.state = 'open';
	}
}

// The answer to a callback that may not resume the execution, where it is being resumed or has gone on.
function unlessOpen(
	context: IWebhookFunctions,
	known: KnownSuspension,
	suspension: Suspension,
	begunAt: number,
): IWebhookResponseData | undefined {
	if (known.state === 'resuming') return respond(context, 503, beingResumed);
	return unlessCurrent(context, known, suspension, begunAt);
}

// What a callback has read is the execution as it was stored when the callback came. Once the execution
// has gone on, that must not be written back.
function unlessCurrent(
	context: IWebhookFunctions,
	{ state }: KnownSuspension,
	{ until }: Suspension,
	begunAt: number,
): IWebhookResponseData | undefined {
	if (state === 'closed') return respond(context, 200, 'The execution has gone on');
	// At Max Wait, n8n resumes it by itself.
	const isOvertaken = begunAt < until && Date.now() >= until;
	return isOvertaken ? respond(context, 503, beingResumed) : undefined;
}

// Asks about the requests of which nothing final is known, the one that called first, until one is
// found that still runs.
async function askAll(
	context: IWebhookFunctions,
	client: QueueClient,
	{ requests }: Suspension,
	endings: Map<number, Ending>,
	until: number,
): Promise<{ pending: boolean; fault?: string }> {
	const signal = AbortSignal.timeout(Math.max(1, until - client.clock.now()));
	const caller = (context.getBodyData() as { request_id?: unknown }).request_id;
	const unknown = requests.filter(({ item }) => !endings.has(item));
	const first = unknown.filter(({ path }) => pathsOf(path).requestId === caller);
	const others = unknown.filter((request) => !first.includes(request));
	let pending = false;
	let fault: string | undefined;
	const askAbout = async (request: SuspendedRequest): Promise<void> => {
		const queued = client.request(pathsOf(request.path), {
			isVideo: request.isVideo,
			signal,
		});
		const answer = await settle(queued.state());
		if ('error' in answer) {
			const { error } = answer;
			// That the host does not know it is final here: it had accepted it, and has had its time.
			if (!means(error, 'ends') && !means(error, 'over')) throw error;
			endings.set(request.item, { error });
		} else if ('fault' in answer.value) {
			fault = answer.value.fault;
		} else if (isComplete(answer.value)) {
			endings.set(request.item, { completed: answer.value });
		} else {
			pending = true;
		}
	};
	for (const request of first) {
		await askAbout(request);
		// The callback may have overtaken what the queue says.
		for (let left = lagMs; pending && left > 0; left -= lagPauseMs) {
			await client.clock.sleep(lagPauseMs, signal);
			pending = false;
			await askAbout(request);
		}
		// fal must call again: nobody else would, when this is the last one to end.
		if (pending)
			fault = 'a callback says that its request has ended, and the queue that it has not';
	}
	// One by one at first: of many requests, the next one is most likely still running, and then no
	// more need be asked. Only where one after the other is complete, it is worth asking for many.
	let size = 1;
	for (let next = 0; next < others.length && !pending && fault === undefined;) {
		await Promise.all(others.slice(next, next + size).map(askAbout));
		next += size;
		size = Math.min(2 * size, mostAtOnce);
	}
	return { pending, fault };
}

// Never fails: what cannot be downloaded is told in the item, with the video's URL.
async function outputOf(
	context: IWebhookFunctions,
	client: QueueClient,
	request: SuspendedRequest,
	ending: Ending,
): Promise<INodeExecutionData> {
	const { model, download, field, item } = request;
	const errorContext = { getNode: () => context.getNode(), getItemIndex: () => item };
	const failed = (error: unknown, known: IDataObject = {}): INodeExecutionData => ({
		json: errorJson(nodeError(errorContext, error), { model, ...known }),
	});
	if ('error' in ending) return failed(ending.error);
	const queued = client.request(pathsOf(request.path), { isVideo: request.isVideo });
	const output = await settle(
		completedItem(
			{
				helpers: context.helpers as unknown as IExecuteSingleFunctions['helpers'],
				getExecutionCancelSignal: () => undefined,
			},
			client,
			queued,
			{ model, download, binaryPropertyName: field },
			client.clock.now() + downloadMs,
			ending.completed,
		),
	);
	if ('value' in output) return output.value;
	return failed(output.error, completedJson(model, queued.id, ending.completed));
}
