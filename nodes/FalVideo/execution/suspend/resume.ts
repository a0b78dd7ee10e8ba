import {
	type IDataObject,
	type IExecuteSingleFunctions,
	type INodeExecutionData,
	type IWebhookFunctions,
	type IWebhookResponseData,
	sleep,
} from 'n8n-workflow';
import { readCallback } from '../../queue/callback';
import { messageOf } from '../../queue/errors';
import { pathsOf } from '../../queue/paths';
import { isUnbilled } from '../cost/unbilled';
import { errorJson, nodeError } from '../errors/node-error';
import { completedItem } from '../request/follow';
import { completedJson, costJson } from '../request/output';
import { settle } from '../settle';
import { QueueClient } from '../transport/queue-client';
import { onAnswered, respond } from '../webhook/respond';
import { type Sender, verifyCallback } from '../webhook/verify-callback';
import { Asking, type Ending } from './asking';
import { mayBeStarting } from './starting';
import {
	readFiles,
	readSuspendedAt,
	readSuspension,
	type Suspension,
	type SuspendedRequest,
} from './suspension';
import { type KnownSuspension, suspensions } from './suspensions';

/** fal wants an answer within 15 s: at most this long is it kept back, in milliseconds. */
const answeringMs = 12_000;

/** How long fal may be asked, which goes on after the answer, in milliseconds. */
const askingMs = 60_000;

/** How long a download may take that goes on after the answer, in milliseconds. */
const downloadMs = 3_600_000;

/** How many callbacks of this process ask at once, each for another execution. */
const mostAsking = 20;

const tooMany = 'Too many callbacks are at work; call again';
const starting = 'n8n has just started; call again in a minute';
const beingAsked = 'It is being found out whether all requests have ended; call again';
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
	const taken = await settle(takeCallback(this));
	if ('value' in taken) return taken.value;
	const reason = messageOf(taken.error);
	this.logger.warn(
		`fal: a callback could not be followed, the execution stays suspended: ${reason}`,
	);
	return respond(this, 503, 'The state of the requests could not be found out; call again');
}

// What costs little comes first: of hundreds of callbacks that come at once, one does the work.
async function takeCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const begunAt = Date.now();
	const body: unknown = context.getBodyData();
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return respond(context, 400, 'This is not a callback of fal');
	}
	if (readCallback(body)?.status === 'pending') {
		return respond(context, 200, 'The request is still running');
	}
	const at = readSuspendedAt(context);
	if (at === undefined) return respond(context, 503, 'The execution waits for no request');
	const known = suspensions.of(context.getExecutionId(), at);
	const early = unlessOpen(context, known);
	if (early) return early;
	if (mayBeStarting(at)) return respond(context, 503, starting);
	const sender = await verifyCallback(context);
	if (sender === 'forged') return respond(context, 401, 'The signature is not fal’s');

	const answer = unlessOpen(context, known) ?? tellOther(context, known, sender);
	if (answer) return answer;
	if (asking >= mostAsking) return respond(context, 503, tooMany);
	asking += 1;
	known.asking = new Asking(sender);
	known.asking.tell(requestIdOf(context));
	return await resume(context, known, known.asking, begunAt);
}

/** How many callbacks of this process ask now. */
let asking = 0;

// The answer to a callback of an execution that is being resumed, or has gone on. What a callback can
// read is the execution as it was stored when it came, and that must not be written back.
function unlessOpen(
	context: IWebhookFunctions,
	{ state }: KnownSuspension,
): IWebhookResponseData | undefined {
	if (state === 'closed') return respond(context, 200, 'The execution has gone on');
	return state === 'resuming' ? respond(context, 503, beingResumed) : undefined;
}

// The answer to a callback that is left to the one at work on the same suspension.
function tellOther(
	context: IWebhookFunctions,
	{ asking: other }: KnownSuspension,
	sender: Sender,
): IWebhookResponseData | undefined {
	if (other === undefined || other.isOver) return undefined;
	other.tell(requestIdOf(context));
	return other.vouchesFor(sender)
		? respond(context, 200, 'Another callback finds out how the requests stand')
		: respond(context, 503, beingAsked);
}

function requestIdOf(context: IWebhookFunctions): unknown {
	return (context.getBodyData() as { request_id?: unknown }).request_id;
}

async function resume(
	context: IWebhookFunctions,
	known: KnownSuspension,
	mine: Asking,
	begunAt: number,
): Promise<IWebhookResponseData> {
	const finding = settle(findOut(context, known, mine, begunAt));
	mine.isLate = await Promise.race([
		finding.then(() => false),
		sleep(answeringMs).then(() => true),
	]);
	// If this process ends before it is done, fal calls again and it starts over.
	if (mine.isLate) respond(context, 503, mine.isOver ? beingResumed : beingAsked);
	const found = await finding;
	if ('error' in found) throw found.error;
	if (!('outputs' in found.value)) return found.value;

	context.logger.debug('fal: all requests are complete, resuming');
	const workflowData = [found.value.outputs];
	if (mine.isLate) return { noWebhookResponse: true, workflowData };
	// n8n answers when it has resumed the execution. Where it could not, the next callback may.
	onAnswered(context, (status) => {
		if (status >= 500) suspensions.reopen(context.getExecutionId(), known);
	});
	return { webhookResponse: { message: 'The execution is being resumed' }, workflowData };
}

// The outputs of a suspension whose requests have all ended, which closes it; or else the answer.
async function findOut(
	context: IWebhookFunctions,
	known: KnownSuspension,
	mine: Asking,
	begunAt: number,
): Promise<{ outputs: INodeExecutionData[] } | IWebhookResponseData> {
	const asked = await askAbout(context, known, mine);
	if (asked === undefined) return respond(context, 503, 'The execution waits for no request');
	if (asked.state === 'pending') return respond(context, 200, 'Requests are still running');
	const { suspension } = asked;
	// Another callback may have got here while this one asked, or n8n itself at Max Wait.
	const gone = () => unlessOpen(context, known) ?? unlessOvertaken(context, suspension, begunAt);
	const goneMeanwhile = gone();
	if (goneMeanwhile) return goneMeanwhile;

	known.state = 'resuming';
	const outputs = await settle(outputsOf(context, asked, known.endings));
	// Unless it was closed.
	if (known.state === 'resuming') known.state = 'open';
	if ('error' in outputs) throw outputs.error;
	const goneSince = gone();
	if (goneSince) return goneSince;
	known.close();
	return { outputs: outputs.value };
}

/** What a suspension waits for, and how that stands. */
interface Asked {
	client: QueueClient;
	suspension: Suspension;
	state: 'complete' | 'pending';
}

async function askAbout(
	context: IWebhookFunctions,
	{ endings }: KnownSuspension,
	mine: Asking,
): Promise<Asked | undefined> {
	try {
		const suspension = readSuspension(context);
		if (suspension === undefined) return undefined;
		const client = await QueueClient.ofWebhook(context);
		const { requests } = suspension;
		const signal = AbortSignal.timeout(askingMs);
		const state = await mine.untilKnown({ client, requests, endings, signal });
		return { client, suspension, state };
	} finally {
		mine.isOver = true;
		asking -= 1;
	}
}

function unlessOvertaken(
	context: IWebhookFunctions,
	{ until }: Suspension,
	begunAt: number,
): IWebhookResponseData | undefined {
	const isOvertaken = begunAt < until && Date.now() >= until;
	return isOvertaken ? respond(context, 503, beingResumed) : undefined;
}

async function outputsOf(
	context: IWebhookFunctions,
	{ client, suspension }: Asked,
	endings: ReadonlyMap<number, Ending>,
): Promise<INodeExecutionData[]> {
	const { requests, done, items } = suspension;
	const byItem = new Map(requests.map((request) => [request.item, request]));
	const files = Object.keys(done).length > 0 ? readFiles(context) : [];
	return await Promise.all(
		Array.from({ length: items }, async (_, index): Promise<INodeExecutionData> => {
			const request = byItem.get(index);
			const pairedItem = { item: index };
			if (request === undefined) {
				const binary = files[index];
				return { json: done[index] ?? {}, ...(binary ? { binary } : {}), pairedItem };
			}
			const ending = endings.get(index);
			if (ending === undefined) throw new Error(`Nothing is known of item ${index}`);
			return { ...(await outputOf(context, client, request, ending)), pairedItem };
		}),
	);
}

// Never fails: what cannot be downloaded is told in the item, with the video's URL.
async function outputOf(
	context: IWebhookFunctions,
	client: QueueClient,
	request: SuspendedRequest,
	ending: Ending,
): Promise<INodeExecutionData> {
	const { model, download, field, item, prompt, estimate } = request;
	const errorContext = { getNode: () => context.getNode(), getItemIndex: () => item };
	const failed = (error: unknown, known: IDataObject = {}): INodeExecutionData => ({
		json: errorJson(nodeError(errorContext, error), { model, ...known }),
	});
	if ('error' in ending) {
		const isFree = isUnbilled(ending.error, client.isFal);
		return failed(ending.error, isFree ? {} : costJson(estimate));
	}
	const queued = client.request(pathsOf(request.path), { isVideo: request.isVideo });
	const output = await settle(
		completedItem(
			{
				helpers: context.helpers as unknown as IExecuteSingleFunctions['helpers'],
				getExecutionCancelSignal: () => undefined,
			},
			client,
			queued,
			{ model, download, binaryPropertyName: field, prompt, estimate },
			client.clock.now() + downloadMs,
			ending.completed,
		),
	);
	if ('value' in output) return output.value;
	return failed(
		output.error,
		completedJson(model, queued.id, ending.completed, { prompt, estimate }),
	);
}
