import type { IDataObject, IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';
import { cancel } from '../../queue/cancel';
import type { SubmitReply } from '../../queue/contract';
import { QueueError } from '../../queue/queue-error';
import { pathsOfModel, pathsOfReply, type RequestPaths } from '../../queue/request-path';
import { submit } from '../../queue/submit';
import { followRequest, type WaitSettings } from '../../execution/follow-request';
import { LedgerLine } from '../../execution/ledger';
import { pendingJson, submittedJson } from '../../execution/output';
import { basePathOf, type QueueAccess } from '../../execution/access/queue-access';
import { settle } from '../../execution/settle';
import type { CheckedInput } from './check-input';

/** What an item's request is made of. */
export interface VideoRequestParts {
	input: CheckedInput;
	query: Record<string, string>;
	headers: Record<string, string>;
	settings: WaitSettings;
}

/** One item's request: submitted once, whatever happens, and followed to its end. */
export class VideoRequest {
	private readonly line: LedgerLine;

	constructor(
		private readonly context: IExecuteSingleFunctions,
		private readonly access: QueueAccess,
		private readonly parts: VideoRequestParts,
	) {
		const { $runIndex } = context.getWorkflowDataProxy(context.getItemIndex());
		const { model, body } = parts.input;
		this.line = new LedgerLine(context, $runIndex as number, [model, body, access.baseUrl]);
	}

	/** Submits the request and does not wait: the JSON is fal's reply to the POST. */
	async submitted(): Promise<IDataObject> {
		this.failIfStopped();
		const { input, settings } = this.parts;
		const { baseUrl } = this.access;
		const known = this.line.known();
		if (known?.state === 'judged') throw known.error;
		if (known?.state === 'submitted') return pendingJson(input.model, baseUrl, known.paths);
		const { reply, paths } = await this.submit();
		if (this.context.getExecutionCancelSignal()?.aborted && settings.cancelOnStop) {
			await this.cancelled(paths);
		}
		return submittedJson(input.model, reply);
	}

	/**
	 * Submits the request, unless an earlier attempt has, for somebody who waits for fal's callback.
	 * A request of an earlier execution calls back to that one's URL, so it is waited for here.
	 */
	async forCallback(
		download: boolean,
	): Promise<{ paths: RequestPaths } | { output: INodeExecutionData }> {
		const known = this.line.known();
		if (known?.state === 'submitted' && known.here) return { paths: known.paths };
		if (known !== undefined) return { output: await this.completed(download) };
		this.failIfStopped();
		return { paths: (await this.submit()).paths };
	}

	/** Cancels a request that was submitted, because the execution was stopped. */
	async cancelled(paths: RequestPaths): Promise<void> {
		this.line.cancelled(paths);
		const { outcome } = await cancel(this.access.send, paths, this.access.clock);
		if (outcome !== 'requested') this.line.submitted(paths);
	}

	/**
	 * Submits the request, unless an earlier attempt has, waits for the video, and downloads it if
	 * that is asked for.
	 */
	async completed(download: boolean): Promise<INodeExecutionData> {
		const known = this.line.known();
		if (known?.state === 'judged') throw known.error;
		if (known?.state === 'submitted') return await this.follow(known.paths, download, true);
		if (known?.state === 'cancelled') {
			this.failIfStopped();
			// It may have been finished before the cancel came: then it is paid for, and the video is there.
			const earlier = await settle(this.follow(known.paths, download, true));
			if ('value' in earlier) return earlier.value;
			if (!isOver(earlier.error)) throw earlier.error;
			this.line.forget();
		}
		const { paths } = await this.submit();
		return await this.follow(paths, download, false);
	}

	// n8n's Retry On Fail runs the node again after a stop too. What was cancelled is done with; what
	// still runs, after a stop between two tries, is cancelled where it is followed.
	private failIfStopped(): void {
		if (this.context.getExecutionCancelSignal()?.aborted) {
			throw new QueueError('stopped', 'The execution was stopped; nothing was sent');
		}
	}

	private async submit(): Promise<{ reply: SubmitReply; paths: RequestPaths }> {
		const { input, query, headers } = this.parts;
		const { baseUrl, send, clock } = this.access;
		const { model, body } = input;
		const signal = this.context.getExecutionCancelSignal();
		const sent = await settle(submit(send, { model, body, query, headers }, clock, signal));
		if ('error' in sent) {
			if (sent.error instanceof QueueError) this.line.ended(sent.error);
			throw sent.error;
		}
		const reply = sent.value;
		// Noted before anything else is done with the reply: from here on it costs money.
		this.line.submitted(pathsOfModel(model, reply.request_id));
		const paths = pathsOfReply(reply, basePathOf(baseUrl));
		this.line.submitted(paths);
		this.context.logger.debug(`fal request ${paths.requestId}: submitted to ${model}`);
		return { reply, paths };
	}

	private async follow(
		paths: RequestPaths,
		download: boolean,
		askAtOnce: boolean,
	): Promise<INodeExecutionData> {
		const { input, settings } = this.parts;
		const ending = await settle(
			followRequest(this.context, this.access, paths, {
				...settings,
				model: input.model,
				isVideo: input.known !== undefined,
				seconds: secondsOf(input.body.duration),
				download,
				askAtOnce,
				onCancel: () => this.line.cancelled(paths),
			}),
		);
		if ('value' in ending) return ending.value;
		if (ending.error instanceof QueueError) this.line.ended(ending.error, paths);
		throw ending.error;
	}
}

// Whether nothing more will come of a request that was cancelled.
function isOver(error: unknown): boolean {
	return error instanceof QueueError && ['rejected', 'failed', 'gone'].includes(error.kind);
}

function secondsOf(duration: unknown): number | undefined {
	const seconds = typeof duration === 'string' ? Number(duration) : duration;
	return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}
