import type { IDataObject, IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';
import { cancel } from '../../queue/cancel';
import { type SubmitReply, videoResultSchema } from '../../queue/contract';
import { QueueError } from '../../queue/queue-error';
import { pathsOfModel, pathsOfReply, type RequestPaths } from '../../queue/request-path';
import { submit } from '../../queue/submit';
import type { Clock, SendRequest } from '../../queue/transport';
import { type Completed, waitForResult } from '../../queue/wait';
import { cancelOnStop } from '../shared/cancel-on-stop';
import { downloadVideo } from '../shared/download';
import { LedgerLine } from '../shared/ledger';
import { progressLog } from '../shared/progress';
import { settle } from '../shared/settle';
import type { Carried } from '../shared/send-through-n8n';
import type { WaitSettings } from '../shared/wait-options';
import type { CheckedInput } from './check-input';
import { completedJson, pendingJson, submittedJson } from './output';

type Result = Record<string, unknown>;

/** What an item's request is made of. */
export interface VideoRequestParts {
	input: CheckedInput;
	/** Without a slash at its end. */
	baseUrl: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	schema: ZodType<Result, ZodTypeDef, unknown>;
	settings: WaitSettings;
	carried: Carried;
	send: SendRequest;
	clock: Clock;
}

/** After the longest wait, a request that turned out to be complete has this long, in milliseconds. */
const lastCallMs = 60_000;

/** One item's request: submitted once, whatever happens, and followed to its end. */
export class VideoRequest {
	private readonly line: LedgerLine;

	private readonly signal: AbortSignal | undefined;

	constructor(
		private readonly context: IExecuteSingleFunctions,
		private readonly parts: VideoRequestParts,
	) {
		const { input, baseUrl } = parts;
		const { $runIndex } = context.getWorkflowDataProxy(context.getItemIndex());
		this.line = new LedgerLine(context, $runIndex as number, [input.model, input.body, baseUrl]);
		this.signal = context.getExecutionCancelSignal();
	}

	/** Submits the request and does not wait: the JSON is fal's reply to the POST. */
	async submitted(): Promise<IDataObject> {
		const { input, baseUrl, settings, send, clock } = this.parts;
		const known = this.line.known();
		if (known?.state === 'judged') throw known.error;
		if (known?.state === 'submitted') return pendingJson(input.model, baseUrl, known.paths);
		const { reply, paths } = await this.submit();
		if (this.signal?.aborted && settings.cancelOnStop) await cancel(send, paths, clock);
		return submittedJson(input.model, reply);
	}

	/**
	 * Submits the request, unless an earlier attempt has, waits for the video, and downloads it if
	 * that is asked for.
	 */
	async completed(download: boolean): Promise<INodeExecutionData> {
		const { clock, settings } = this.parts;
		const deadline = clock.now() + settings.maxWaitMs;
		const known = this.line.known();
		if (known?.state === 'judged') throw known.error;
		if (known?.state === 'submitted')
			return await this.follow(known.paths, deadline, download, true);
		if (known?.state === 'cancelled') {
			// It may have been finished before the cancel came: then it is paid for, and the video is there.
			const earlier = await settle(this.follow(known.paths, deadline, download, true));
			if ('value' in earlier) return earlier.value;
			if (!isOver(earlier.error)) throw earlier.error;
			this.line.forget();
		}
		const { paths } = await this.submit();
		return await this.follow(paths, deadline, download, false);
	}

	private async submit(): Promise<{ reply: SubmitReply; paths: RequestPaths }> {
		const { input, baseUrl, query, headers, send, clock } = this.parts;
		const sent = await settle(
			submit(send, { model: input.model, body: input.body, query, headers }, clock, this.signal),
		);
		if ('error' in sent) {
			if (sent.error instanceof QueueError) this.line.ended(sent.error);
			throw sent.error;
		}
		const reply = sent.value;
		// Noted before anything else is done with the reply: from here on it costs money.
		this.line.submitted(pathsOfModel(input.model, reply.request_id));
		const paths = pathsOfReply(reply, new URL(baseUrl).pathname.replace(/\/$/, ''));
		this.line.submitted(paths);
		this.context.logger.debug(`fal request ${paths.requestId}: submitted to ${input.model}`);
		return { reply, paths };
	}

	private async follow(
		paths: RequestPaths,
		deadline: number,
		download: boolean,
		askAtOnce: boolean,
	): Promise<INodeExecutionData> {
		const { input, baseUrl, settings, send, clock } = this.parts;
		const stop = cancelOnStop(settings.cancelOnStop ? this.signal : undefined, {
			send,
			paths,
			clock,
			logger: this.context.logger,
			onCancel: () => this.line.cancelled(paths),
		});
		const ending = await settle(this.wait(paths, deadline, askAtOnce));
		stop.end();
		if ('value' in ending) return await this.output(paths, ending.value, deadline, download);

		const { error } = ending;
		if (!(error instanceof QueueError)) throw error;
		if (error.kind === 'stopped') {
			await stop.settled();
			throw error;
		}
		if (error.kind === 'timeout' && settings.onTimeout === 'returnPending') {
			return { json: pendingJson(input.model, baseUrl, paths, error.facts.lastStatus) };
		}
		if (error.kind === 'timeout' && settings.onTimeout === 'cancelAndFail') {
			const late = await this.cancelOrFinish(paths, error);
			return await this.output(paths, late, deadline, download);
		}
		this.line.ended(error, paths);
		throw error;
	}

	private async wait(
		paths: RequestPaths,
		deadline: number,
		askAtOnce: boolean,
	): Promise<Completed<Result>> {
		const { schema, settings, send, clock } = this.parts;
		return await waitForResult(send, paths, {
			schema,
			pollIntervalMs: settings.pollIntervalMs,
			deadline,
			askAtOnce,
			clock,
			signal: this.signal,
			onProgress: progressLog(this.context.logger, paths.requestId),
		});
	}

	// The longest wait is over: the request is cancelled, unless it was complete after all.
	private async cancelOrFinish(
		paths: RequestPaths,
		timeout: QueueError,
	): Promise<Completed<Result>> {
		const { send, clock } = this.parts;
		const { outcome, message } = await cancel(send, paths, clock);
		if (outcome === 'already-completed') {
			return await this.wait(paths, clock.now() + lastCallMs, true);
		}
		if (outcome === 'requested') {
			this.line.cancelled(paths);
			throw new QueueError('cancelled', `${timeout.message}, so it was cancelled`, timeout.facts);
		}
		throw new QueueError(
			'timeout',
			`${timeout.message}, and it could not be cancelled: ${message}`,
			timeout.facts,
		);
	}

	private async output(
		{ requestId }: RequestPaths,
		completed: Completed<Result>,
		deadline: number,
		download: boolean,
	): Promise<INodeExecutionData> {
		const { input, settings, carried, clock } = this.parts;
		const json = completedJson(input.model, requestId, completed);
		if (!download) return { json };
		const withVideo = videoResultSchema.safeParse(completed.result);
		if (!withVideo.success) {
			throw new QueueError(
				'contract',
				`Request ${requestId} is complete, but its result has no "video.url" to download`,
				{ requestId },
			);
		}
		const file = await downloadVideo(this.context, {
			video: withVideo.data.video,
			requestId,
			deadline,
			carried,
			clock,
			signal: this.signal,
		});
		return { json, binary: { [settings.binaryPropertyName]: file } };
	}
}

// Whether nothing more will come of a request that was cancelled.
function isOver(error: unknown): boolean {
	return error instanceof QueueError && ['rejected', 'failed', 'gone'].includes(error.kind);
}
