import type {
	IBinaryKeyData,
	IExecuteSingleFunctions,
	INodeExecutionData,
	Logger,
} from 'n8n-workflow';
import { QueueError } from '../../queue/errors';
import { isComplete, type QueuedRequest } from '../../queue/queued-request';
import type { Completed, Progress } from '../../queue/wait';
import { settle } from '../settle';
import type { QueueClient } from '../transport/queue-client';
import { downloadFile } from './download';
import { completedJson, type Known, pendingJson } from './output';
import { filesOf } from './result-files';

/** How an item is waited for. */
export interface WaitSettings {
	/** The pause between two polls; `undefined`: a learned schedule. */
	pollIntervalMs: number | undefined;
	/** The longest wait; after that, `onTimeout` decides. */
	maxWaitMs: number;
	onTimeout: 'fail' | 'returnPending' | 'cancelAndFail';
	cancelOnStop: boolean;
	/** The output field of a downloaded file. */
	binaryPropertyName: string;
}

/** How a finished video is delivered. */
export interface DeliveryOptions extends Known {
	model: string;
	/** Whether the file is put beside the JSON. */
	download: boolean;
	binaryPropertyName: string;
	/** Addresses that the body held, where they are known: a result may repeat them. */
	sent?: ReadonlySet<string>;
}

/** How a request is followed. */
export interface FollowOptions extends WaitSettings, DeliveryOptions {
	/** Whether it was submitted a while ago; if so, it is polled at once. */
	submittedEarlier: boolean;
	/** The length of the video, where it is known. */
	seconds?: number | undefined;
	/** Called in the tick in which the cancel is sent. */
	onCancel?: () => void;
}

/** Extra time for a request that turns out to be complete after Max Wait. */
const lastCallMs = 60_000;

/**
 * Follows a request to its end and returns its item: the finished video, or what On Timeout says when
 * Max Wait is over.
 *
 * @throws {QueueError} as `QueuedRequest.wait` and `downloadFile` do; `cancelled`
 */
export async function followRequest(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	request: QueuedRequest,
	options: FollowOptions,
): Promise<INodeExecutionData> {
	const { clock, baseUrl } = client;
	const signal = context.getExecutionCancelSignal();
	const deadline = clock.now() + options.maxWaitMs;
	const stop = cancelOnStop(options.cancelOnStop ? signal : undefined, request, {
		logger: context.logger,
		onCancel: () => options.onCancel?.(),
	});
	const ending = await settle(wait(deadline, options.submittedEarlier));
	stop.end();
	const item = async (completed: Completed) =>
		await completedItem(context, client, request, options, deadline, completed);
	if ('value' in ending) return await item(ending.value);

	const error = withMaxWait(ending.error, options.maxWaitMs);
	// Within the node's run: when it is over, n8n takes away what it needs to put the key on a request.
	if (error instanceof QueueError && error.kind === 'stopped') await stop.settled();
	if (!(error instanceof QueueError) || error.kind !== 'timeout') throw error;
	if (options.onTimeout === 'fail') throw error;
	if (options.onTimeout === 'returnPending') {
		const { lastStatus: status, queuePosition: queue_position, toldEnd } = error.facts;
		// It may have failed: as pending, the item would tell that it goes on.
		if (toldEnd !== undefined) throw error;
		// Not pending any more; and as COMPLETED, the item would tell of a video that it has not.
		if (status === 'COMPLETED') throw new QueueError('unavailable', error.message, error.facts);
		const last = { status, queue_position };
		return { json: pendingJson(options.model, baseUrl, request.paths, last, options) };
	}
	return await item(await cancelOrFinish(error));

	async function wait(until: number, submittedEarlier: boolean): Promise<Completed> {
		const { pollIntervalMs, model, seconds } = options;
		return await request.wait({
			deadline: until,
			pollIntervalMs,
			model,
			seconds,
			submittedEarlier,
			onProgress: progressLog(context.logger, request.id),
		});
	}

	// Max Wait is over: cancel the request, unless it has completed after all.
	async function cancelOrFinish(timeout: QueueError): Promise<Completed> {
		const { outcome, message } = await request.cancel();
		if (outcome === 'already-completed') return await wait(clock.now() + lastCallMs, true);
		if (outcome !== 'requested') {
			const why =
				outcome === 'not-offered' ? `${client.hostName} has no way to cancel a request` : message;
			throw new QueueError(
				'timeout',
				`${timeout.message}, and it could not be cancelled: ${why}`,
				timeout.facts,
			);
		}
		options.onCancel?.();
		throw new QueueError('cancelled', `${timeout.message}, so it was cancelled`, timeout.facts);
	}
}

/**
 * Collects a request without waiting: the finished video, or its status.
 *
 * @throws {QueueError} as `QueuedRequest.result` and `downloadFile` do
 */
export async function collectRequest(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	request: QueuedRequest,
	{ maxWaitMs, ...options }: DeliveryOptions & Pick<WaitSettings, 'maxWaitMs'>,
): Promise<INodeExecutionData> {
	const state = await request.result();
	if (!isComplete(state)) {
		return { json: pendingJson(options.model, client.baseUrl, request.paths, state.status) };
	}
	const deadline = client.clock.now() + maxWaitMs;
	return await completedItem(context, client, request, options, deadline, state);
}

/**
 * Returns the item of a complete request, with its files if `download` is set.
 *
 * @param deadline when to give a download up, in milliseconds since the epoch
 */
export async function completedItem(
	context: Pick<IExecuteSingleFunctions, 'getExecutionCancelSignal' | 'helpers'>,
	{ carried, clock }: QueueClient,
	request: QueuedRequest,
	{ model, download, binaryPropertyName, prompt, estimate, sent }: DeliveryOptions,
	deadline: number,
	completed: Completed,
): Promise<INodeExecutionData> {
	const json = completedJson(model, request.id, completed, { prompt, estimate });
	if (!download) return { json };
	const files = filesOf(completed.result, request.isVideo, sent);
	if (files.length === 0) {
		if (request.isVideo) throw noFile(request);
		// It is paid for, and may be what the model makes.
		return { json: { ...json, warning: 'There is no file in the result of this model' } };
	}
	const binary: IBinaryKeyData = {};
	for (const [index, file] of files.entries()) {
		binary[index === 0 ? binaryPropertyName : `${binaryPropertyName}_${index}`] =
			await downloadFile(context, {
				file,
				index,
				prompt,
				request,
				deadline,
				carried,
				clock,
				signal: context.getExecutionCancelSignal(),
			});
	}
	return { json, binary };
}

// With the option's value: it may be one that somebody set long ago.
function withMaxWait(error: unknown, maxWaitMs: number): unknown {
	if (!(error instanceof QueueError) || error.kind !== 'timeout') return error;
	return new QueueError('timeout', `${error.message} (${maxWaitMs / 1000} s)`, error.facts);
}

function noFile(request: QueuedRequest): QueueError {
	return request.error(
		'unexpected-reply',
		`Request ${request.id} is complete, but its result has no "video.url" to download`,
	);
}

/** A request that is cancelled when the execution is stopped. */
interface StopWatch {
	/** Stops watching: the request no longer needs to be cancelled. */
	end(): void;
	/** Resolves when a cancel in progress is done. */
	settled(): Promise<void>;
}

/**
 * Cancels a request at the moment when the signal aborts, or at once if it has.
 *
 * @param onCancel called in the same tick, before n8n stores the stopped execution
 */
function cancelOnStop(
	signal: AbortSignal | undefined,
	request: QueuedRequest,
	{ logger, onCancel }: { logger: Logger; onCancel: () => void },
): StopWatch {
	let cancelling: Promise<void> = Promise.resolve();
	const begin = () => {
		onCancel();
		cancelling = request.cancel().then(({ outcome, message }) => {
			const line = `Request ${request.id}: cancel ${outcome} (${message})`;
			// A request that was not cancelled keeps running and costs money.
			if (['unreachable', 'refused', 'not-offered'].includes(outcome)) logger.warn(line);
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

/** Writes each change of a request's status, and each fault, to n8n's log (level debug). */
function progressLog(logger: Logger, requestId: string): (progress: Progress) => void {
	let last = '';
	return (progress) => {
		const line = 'status' in progress ? statusLine(progress.status) : progress.fault;
		if (line === last) return;
		last = line;
		logger.debug(`Request ${requestId}: ${line}`);
	};
}

function statusLine({
	status,
	queue_position: position,
}: {
	status: string;
	queue_position?: number | null | undefined;
}): string {
	return typeof position === 'number' ? `${status}, position ${position} in the queue` : status;
}
