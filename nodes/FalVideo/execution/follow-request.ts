import type { IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';
import { cancel } from '../queue/cancel';
import { schemaOf, type StatusReply, videoResultSchema, type VideoResult } from '../queue/contract';
import { QueueError } from '../queue/queue-error';
import type { RequestPaths } from '../queue/request-path';
import { fixedRhythm, LearnedRhythm } from '../queue/rhythm';
import { StatusEvents } from '../queue/status-events';
import { type Completed, waitForResult, type WaitOptions } from '../queue/wait';
import { cancelOnStop } from './cancel-on-stop';
import { downloadVideo } from './download';
import { completedJson, pendingJson } from './output';
import { progressLog } from './progress';
import type { QueueAccess } from './access/queue-access';
import { settle } from './settle';

type Result = Record<string, unknown>;

/** How an item is waited for. */
export interface WaitSettings {
	/** The pause between two status requests, in milliseconds; `undefined`: at the right moments. */
	pollIntervalMs: number | undefined;
	/** The longest wait, in milliseconds; then `onTimeout` decides. */
	maxWaitMs: number;
	onTimeout: 'fail' | 'returnPending' | 'cancelAndFail';
	cancelOnStop: boolean;
	/** The output field of a downloaded file. */
	binaryPropertyName: string;
}

/** How a request is followed. */
export interface FollowOptions extends WaitSettings {
	model: string;
	/** Whether its result must be a video; of other models' results nothing is known. */
	isVideo: boolean;
	/** Whether the finished file is put beside the JSON. */
	download: boolean;
	/** Whether to ask before the first pause: for a request that was submitted earlier. */
	askAtOnce: boolean;
	/** The length of the video in seconds, where it is known. */
	seconds?: number | undefined;
	/** Called in the same tick in which a cancel is asked for. */
	onCancel?: (paths: RequestPaths) => void;
}

/** After the longest wait, a request that turned out to be complete has this long, in milliseconds. */
const lastCallMs = 60_000;

/**
 * Follows a request that exists to its end, and makes an item of it: the finished video, or what the
 * option On Timeout says at the longest wait.
 *
 * @throws {QueueError} as `waitForResult` and `downloadVideo` do; `cancelled`
 */
export async function followRequest(
	context: IExecuteSingleFunctions,
	access: QueueAccess,
	paths: RequestPaths,
	options: FollowOptions,
): Promise<INodeExecutionData> {
	const { clock, send, baseUrl } = access;
	const signal = context.getExecutionCancelSignal();
	const deadline = clock.now() + options.maxWaitMs;
	const stop = cancelOnStop(options.cancelOnStop ? signal : undefined, {
		send,
		paths,
		clock,
		logger: context.logger,
		onCancel: () => options.onCancel?.(paths),
	});
	const ending = await settle(wait(deadline, options.askAtOnce));
	stop.end();
	if ('value' in ending)
		return await finished(context, access, paths, options, deadline, ending.value);

	const { error } = ending;
	// Within the node's run: when it is over, n8n takes away what it needs to put the key on a request.
	if (error instanceof QueueError && error.kind === 'stopped') await stop.settled();
	if (!(error instanceof QueueError) || error.kind !== 'timeout') throw error;
	if (options.onTimeout === 'fail') throw error;
	if (options.onTimeout === 'returnPending') {
		const { lastStatus: status, queuePosition: queue_position } = error.facts;
		return { json: pendingJson(options.model, baseUrl, paths, { status, queue_position }) };
	}
	return await finished(context, access, paths, options, deadline, await cancelOrFinish(error));

	async function wait(until: number, askAtOnce: boolean): Promise<Completed<Result>> {
		return await waitForResult<Result>(send, paths, {
			schema: schemaOf(options.isVideo),
			...momentsToAsk(access, paths, options, askAtOnce),
			deadline: until,
			askAtOnce,
			clock,
			signal,
			onProgress: progressLog(context.logger, paths.requestId),
		});
	}

	// The longest wait is over: the request is cancelled, unless it was complete after all.
	async function cancelOrFinish(timeout: QueueError): Promise<Completed<Result>> {
		const { outcome, message } = await cancel(send, paths, clock);
		if (outcome === 'already-completed') return await wait(clock.now() + lastCallMs, true);
		if (outcome !== 'requested') {
			throw new QueueError(
				'timeout',
				`${timeout.message}, and it could not be cancelled: ${message}`,
				timeout.facts,
			);
		}
		options.onCancel?.(paths);
		throw new QueueError('cancelled', `${timeout.message}, so it was cancelled`, timeout.facts);
	}
}

// As often as the user says; or when it is likely to be complete, and when fal tells by itself.
function momentsToAsk(
	{ listen, host, clock }: QueueAccess,
	paths: RequestPaths,
	{ pollIntervalMs, model, seconds }: FollowOptions,
	submittedEarlier: boolean,
): Pick<WaitOptions<Result>, 'rhythm' | 'events'> {
	if (pollIntervalMs !== undefined) return { rhythm: fixedRhythm(pollIntervalMs) };
	const now = clock.now();
	return {
		rhythm: new LearnedRhythm({
			durations: host.durations,
			load: host.load,
			kind: `${model} ${seconds ?? ''}`,
			seconds,
			submittedAt: submittedEarlier ? undefined : now,
			now,
		}),
		events: (onNews) => new StatusEvents(listen, host, paths, clock, onNews),
	};
}

/**
 * Makes an item of a request that is complete, with its file where that is asked for.
 *
 * @param deadline when to give a download up, in milliseconds since the epoch
 */
export async function finished(
	context: Pick<IExecuteSingleFunctions, 'getExecutionCancelSignal' | 'helpers'>,
	{ carried, clock }: QueueAccess,
	{ requestId }: RequestPaths,
	{
		model,
		download,
		binaryPropertyName,
	}: Pick<FollowOptions, 'model' | 'download' | 'binaryPropertyName'>,
	deadline: number,
	completed: { status: StatusReply; result: Result },
): Promise<INodeExecutionData> {
	const json = completedJson(model, requestId, completed);
	if (!download) return { json };
	const file = await downloadVideo(context, {
		video: videoOf(completed.result, requestId).video,
		requestId,
		deadline,
		carried,
		clock,
		signal: context.getExecutionCancelSignal(),
	});
	return { json, binary: { [binaryPropertyName]: file } };
}

function videoOf(result: Result, requestId: string): VideoResult {
	const parsed = videoResultSchema.safeParse(result);
	if (parsed.success) return parsed.data;
	throw new QueueError(
		'contract',
		`Request ${requestId} is complete, but its result has no "video.url" to download`,
		{ requestId },
	);
}
