import type {
	IDataObject,
	IExecuteSingleFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { schemaOf } from '../../queue/contract';
import { lookUp } from '../../queue/look-up';
import { isEnding, QueueError } from '../../queue/queue-error';
import { pathsOf } from '../../queue/request-path';
import type { QueueAccess } from '../access/queue-access';
import { webhookAccess } from '../access/webhook-access';
import { errorJson, nodeError } from '../errors/node-error';
import { finished } from '../follow-request';
import { completedJson } from '../output';
import { settle } from '../settle';
import { answer } from '../webhook/answer';
import { verifyCallback } from '../webhook/verify-callback';
import { Hearings, type Heard } from './hearings';
import { readSuspension, type Suspension, type SuspendedRequest } from './suspension';

/**
 * fal wants an answer within 15 s. This is how long fal may be asked, and how long a download may
 * keep the answer back, in milliseconds.
 */
const askingMs = 9000;
const answeringMs = 12_000;

/** How many requests are asked about at once. */
const mostLookUps = 20;

/** A request that has just ended may be said to be running for a moment, in milliseconds. */
const lagMs = 3000;
const lagPauseMs = 1000;

/** How long a download may take that goes on after the answer, in milliseconds. */
const downloadMs = 3_600_000;

/** n8n answers what comes later with 409, until fal gives up: that harms nobody. */
const beingResumed = 'The execution is being resumed; call again if it has not been';

const hearings = new Hearings();

/**
 * Answers a callback to a suspended execution, and resumes it when all its requests are complete.
 *
 * The callback is a hint: what counts is what fal says when it is asked. While a request is pending,
 * and on any trouble, the execution stays suspended; on trouble the answer is 503, and fal calls
 * again. Never throws: n8n would wipe the execution's data and resume it with nothing.
 */
export async function resumeOnCallback(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const started = Date.now();
	const resumed = await settle(resume(this, started));
	if ('value' in resumed) return resumed.value;
	const reason = resumed.error instanceof Error ? resumed.error.message : String(resumed.error);
	this.logger.warn(
		`fal: a callback could not be followed, the execution stays suspended: ${reason}`,
	);
	return answer(this, 503, 'The state of the requests could not be found out; call again');
}

async function resume(context: IWebhookFunctions, started: number): Promise<IWebhookResponseData> {
	if ((await verifyCallback(context)) === 'forged') {
		return answer(context, 401, 'The signature is not fal’s');
	}
	const stored = readSuspension(context);
	if (stored === undefined) return answer(context, 503, 'The execution waits for no request');
	const { suspension, items } = stored;
	const hearing = hearings.of(`${context.getExecutionId()}:${suspension.at}`);
	if (hearing.resuming) return answer(context, 503, beingResumed);

	const access = await webhookAccess(context);
	const still = await listen(context, access, suspension, hearing.heard, started + askingMs);
	if (still.fault !== undefined) throw new Error(still.fault);
	if (still.pending) return { webhookResponse: { message: 'Requests are still running' } };
	// Another callback may have got here while this one asked.
	if (hearing.resuming) return answer(context, 503, beingResumed);

	hearing.resuming = true;
	try {
		const requests = new Map(suspension.requests.map((request) => [request.item, request]));
		const outputs = Promise.all(
			items.map(async (item, index): Promise<INodeExecutionData> => {
				const request = requests.get(index);
				const pairedItem = { item: index };
				if (request === undefined)
					return { ...item, json: suspension.done[index] ?? {}, pairedItem };
				const heard = hearing.heard.get(request.item);
				if (heard === undefined) throw new Error(`Nothing was heard of item ${index}`);
				return { ...(await outputOf(context, access, request, heard)), pairedItem };
			}),
		);
		const left = started + answeringMs - access.clock.now();
		const early = await Promise.race([
			outputs.then(() => false),
			access.clock.sleep(left).then(() => true),
		]);
		// Should this process end before the download does, fal calls again, and all is done anew.
		if (early) answer(context, 503, beingResumed);
		const workflowData = [await outputs];
		context.logger.debug(`fal: all ${suspension.requests.length} requests are complete, resuming`);
		return early
			? { noWebhookResponse: true, workflowData }
			: { webhookResponse: { message: 'The execution is being resumed' }, workflowData };
	} finally {
		hearings.forget(hearing);
	}
}

// Asks about the requests of which nothing final is known, the one that called first, until one is
// found that still runs.
async function listen(
	context: IWebhookFunctions,
	{ send, clock }: QueueAccess,
	{ requests }: Suspension,
	heard: Map<number, Heard>,
	until: number,
): Promise<{ pending: boolean; fault?: string }> {
	const signal = AbortSignal.timeout(Math.max(1, until - clock.now()));
	const caller = (context.getBodyData() as { request_id?: unknown }).request_id;
	const unheard = requests.filter(({ item }) => !heard.has(item));
	const first = unheard.filter(({ path }) => pathsOf(path).requestId === caller);
	const others = unheard.filter((request) => !first.includes(request));
	let pending = false;
	let fault: string | undefined;
	const lookAt = async (request: SuspendedRequest): Promise<void> => {
		const schema = schemaOf(request.isVideo);
		const paths = pathsOf(request.path);
		const looked = await settle(lookUp(send, paths, schema, clock, signal));
		if ('error' in looked) {
			const { error } = looked;
			if (!isEnding(error) && !isGone(error)) throw error;
			heard.set(request.item, { error });
		} else if ('fault' in looked.value) {
			fault = looked.value.fault;
		} else if ('pending' in looked.value) {
			pending = true;
		} else {
			heard.set(request.item, { completed: looked.value });
		}
	};
	for (const request of first) {
		await lookAt(request);
		// The callback may have overtaken what the queue says.
		for (let left = lagMs; pending && left > 0; left -= lagPauseMs) {
			await clock.sleep(lagPauseMs, signal);
			pending = false;
			await lookAt(request);
		}
		// fal must call again: nobody else would, when this is the last one to end.
		if (pending)
			fault = 'a callback says that its request has ended, and the queue that it has not';
	}
	// One by one at first: of many requests, the next one is most likely still running, and then no
	// more need be asked. Only where one after the other is complete, it is worth asking for many.
	let size = 1;
	for (let next = 0; next < others.length && !pending && fault === undefined;) {
		await Promise.all(others.slice(next, next + size).map(lookAt));
		next += size;
		size = Math.min(2 * size, mostLookUps);
	}
	return { pending, fault };
}

// That fal does not know the request is final here: it had accepted it, and has had its time.
function isGone(error: unknown): error is QueueError {
	return error instanceof QueueError && error.kind === 'gone';
}

// Never fails: what cannot be downloaded is told in the item, with the video's URL.
async function outputOf(
	context: IWebhookFunctions,
	access: QueueAccess,
	request: SuspendedRequest,
	heard: Heard,
): Promise<INodeExecutionData> {
	const { model, download, field, item } = request;
	const errorContext = { getNode: () => context.getNode(), getItemIndex: () => item };
	const failed = (error: unknown, known: IDataObject = {}): INodeExecutionData => ({
		json: errorJson(nodeError(errorContext, error), { model, ...known }),
	});
	if ('error' in heard) return failed(heard.error);
	const paths = pathsOf(request.path);
	const output = await settle(
		finished(
			{
				helpers: context.helpers as unknown as IExecuteSingleFunctions['helpers'],
				getExecutionCancelSignal: () => undefined,
			},
			access,
			paths,
			{ model, download, binaryPropertyName: field },
			access.clock.now() + downloadMs,
			heard.completed,
		),
	);
	if ('value' in output) return output.value;
	return failed(output.error, completedJson(model, paths.requestId, heard.completed));
}
