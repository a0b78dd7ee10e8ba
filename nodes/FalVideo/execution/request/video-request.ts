import type { IDataObject, IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';
import { means, QueueError } from '../../queue/errors';
import { pathsOfModel, pathsOfReply, type RequestPaths } from '../../queue/paths';
import type { QueuedRequest } from '../../queue/queued-request';
import type { Submission, SubmitReply } from '../../queue/submit';
import { type Cost, usdOf } from '../cost/cost';
import { aboveMaxCost } from '../cost/limit';
import { claim, findLost, sending } from '../platform/lost-request';
import { type ItemBill, NodeRun } from '../run/node-run';
import { settle } from '../settle';
import type { QueueClient } from '../transport/queue-client';
import { followRequest, type WaitSettings } from './follow';
import { LedgerLine } from './ledger';
import { type Known, pendingJson, submittedJson } from './output';

/** What an item asks for: checked, ready to be submitted and delivered. */
export interface VideoOrder extends Submission {
	/** Whether the result must be a video; of other models' results nothing is known. */
	isVideo: boolean;
	/** Whether the finished file is put beside the JSON. */
	download: boolean;
	settings: WaitSettings;
	/** What the video costs. */
	cost?: Cost;
	/** What this run may cost, in US dollars. @default no limit */
	maxCost?: number | undefined;
	/** With batching: what all items cost but this one; of the run there are so many. */
	laterBills?: (items: number) => Promise<ItemBill[]>;
	/** What the body is known by, where parts of it are only made when it is sent. @default the body */
	identity?: unknown;
	/**
	 * Makes the body that is sent, just before that: not for a request that exists already.
	 *
	 * @throws {QueueError} when it cannot be made; then nothing was submitted
	 */
	finish?: () => Promise<VideoOrder['body']>;
}

/** How long a cancel may take to be seen; what has not ended by then was not cancelled. In milliseconds. */
const cancelTakesMs = 60_000;

/** One item's request: submitted at most once, and followed to its end. */
export class VideoRequest {
	private readonly line: LedgerLine;

	constructor(
		private readonly context: IExecuteSingleFunctions,
		private readonly client: QueueClient,
		private readonly order: VideoOrder,
	) {
		const { $runIndex } = context.getWorkflowDataProxy(context.getItemIndex());
		const { model, body, identity = body } = order;
		this.line = new LedgerLine(context, $runIndex as number, [model, identity, client.baseUrl]);
	}

	/** Submits the request and does not wait: the JSON is the host's reply to the POST. */
	async submitted(): Promise<IDataObject> {
		return await this.released(this.admitted(async () => await this.submittedOnce()));
	}

	private async submittedOnce(): Promise<IDataObject> {
		this.failIfStopped();
		const { model, settings } = this.order;
		const told = knownOf(this.order);
		const pending = (paths: RequestPaths) =>
			pendingJson(model, this.client.baseUrl, paths, {}, told);
		const known = this.line.known();
		if (known?.state === 'judged') throw known.error;
		if (known?.state === 'submitted') return pending(known.paths);
		if (known?.state === 'cancelled') {
			if (await this.hasOutlivedCancel(known.paths)) {
				this.line.submitted(known.paths);
				return pending(known.paths);
			}
			this.line.forget();
		}
		const { reply, paths } = await this.submit();
		if (settings.cancelOnStop) await this.cancelUnlessHandedOn(paths);
		return submittedJson(model, reply, told);
	}

	/**
	 * Submits the request, unless an earlier attempt has, for an execution that waits for a callback.
	 * A request of an earlier execution calls back to that one's URL, so it is waited for here.
	 */
	async forCallback(): Promise<{ request: QueuedRequest } | { output: INodeExecutionData }> {
		const known = this.line.known();
		if (known?.state === 'submitted' && known.here) return { request: this.queued(known.paths) };
		if (known !== undefined) return { output: await this.released(this.completedOnce()) };
		this.failIfStopped();
		return { request: this.queued((await this.submit()).paths) };
	}

	/** Cancels a request that was submitted, because the execution was stopped. */
	async cancel(paths: RequestPaths): Promise<void> {
		this.line.cancelled(paths);
		const { outcome } = await this.queued(paths).cancel();
		if (outcome !== 'requested') this.line.submitted(paths);
	}

	/** Submits the request, unless an earlier attempt has, and waits for the video. */
	async completed(): Promise<INodeExecutionData> {
		return await this.released(this.admitted(async () => await this.completedOnce()));
	}

	private async completedOnce(): Promise<INodeExecutionData> {
		const known = this.line.known();
		if (known?.state === 'judged') throw known.error;
		if (known?.state === 'submitted') return await this.follow(known.paths, true);
		if (known?.state === 'cancelled') {
			this.failIfStopped();
			// It may have been finished before the cancel came: then it is paid for, and the video is there.
			const earlier = await settle(this.follow(known.paths, true));
			if ('value' in earlier) return earlier.value;
			if (!means(earlier.error, 'over')) throw earlier.error;
			this.line.forget();
		}
		const { paths } = await this.submit();
		return await this.follow(paths, false);
	}

	/** What it will cost: nothing, where it exists already or is not sent again. */
	costToCome(): Cost | undefined {
		const known = this.line.known();
		const isThere = known?.state === 'submitted' || known?.state === 'judged';
		return isThere ? undefined : this.order.cost;
	}

	// Where a limit is set, nothing is sent before it is known what the whole run costs.
	private async admitted<Output>(work: () => Promise<Output>): Promise<Output> {
		const { maxCost, laterBills } = this.order;
		const { context } = this;
		const run = NodeRun.current(context);
		const own: ItemBill = { cost: this.costToCome(), maxCost };
		const index = context.getItemIndex();
		if (run === undefined || maxCost === undefined) {
			run?.willCost(index, own);
			return await work();
		}
		const bill = await run.bill(index, own, laterBills ?? (() => Promise.resolve([])));
		const above = aboveMaxCost(context, bill);
		if (above) throw above;
		return await work();
	}

	// Whether a request that an earlier execution has cancelled goes on, or was finished before the cancel
	// came: then it is paid for.
	private async hasOutlivedCancel(paths: RequestPaths): Promise<boolean> {
		this.failIfStopped();
		const { clock } = this.client;
		const waiting = this.queued(paths).wait({
			deadline: clock.now() + cancelTakesMs,
			model: this.order.model,
			submittedEarlier: true,
		});
		const ending = await settle(waiting);
		if ('value' in ending) return true;
		if (means(ending.error, 'over')) return false;
		if (ending.error instanceof QueueError && ending.error.kind === 'timeout') return true;
		throw ending.error;
	}

	// The item is done, but n8n hands it on when all of the run are.
	private async cancelUnlessHandedOn(paths: RequestPaths): Promise<void> {
		const { signal } = this;
		if (signal?.aborted) {
			await this.cancel(paths);
			// As an item it would be handed on by a retry of the execution.
			throw new QueueError('stopped', 'The execution was stopped, and its request cancelled');
		}
		if (signal) {
			const run = NodeRun.current(this.context);
			run?.cancelOnStop(signal, async () => await this.cancel(paths));
		}
	}

	private async released<Output>(output: Promise<Output>): Promise<Output> {
		const ending = await settle(output);
		this.line.release('value' in ending);
		if ('value' in ending) return ending.value;
		throw ending.error;
	}

	private get signal(): AbortSignal | undefined {
		return this.context.getExecutionCancelSignal();
	}

	private queued(paths: RequestPaths): QueuedRequest {
		const { isVideo } = this.order;
		return this.client.request(paths, { isVideo, wasAccepted: true, signal: this.signal });
	}

	// n8n's Retry On Fail runs the node again after a stop too. What was cancelled is done with; what
	// still runs, after a stop between two tries, is cancelled where it is followed.
	private failIfStopped(): void {
		if (this.signal?.aborted) {
			throw new QueueError('stopped', 'The execution was stopped; nothing was sent');
		}
	}

	private async submit(): Promise<{ reply: SubmitReply; paths: RequestPaths }> {
		const { model, finish } = this.order;
		const run = NodeRun.current(this.context);
		const order = {
			...this.order,
			...(finish ? { body: await finish() } : {}),
			group: run?.group ?? this.order.group,
		};
		const begunAt = this.client.clock.now();
		const post = async (onPost: Submission['onPost']) => {
			const reply = await this.client.submit({ ...order, onPost }, this.signal);
			// Its id is known to be this item's as soon as it is heard.
			claim(reply.request_id, this.client.clock.now());
			return reply;
		};
		const heard = await settle(sending(model, order.body, post));
		const sent = 'error' in heard ? await this.foundAgain(heard.error, order, begunAt) : heard;
		if ('error' in sent) {
			const { error } = sent;
			if (error instanceof QueueError) {
				const { requestId } = error.facts;
				// It may be billed.
				if (error.kind === 'maybe-submitted') this.notePaid();
				this.line.ended(error, requestId ? pathsOfModel(model, requestId) : undefined);
			}
			throw error;
		}
		const reply = sent.value;
		const paths = pathsOfReply(reply, model, this.client.basePath);
		// Recorded before anything else: from here on the request costs money.
		this.line.submitted(paths);
		this.notePaid();
		this.context.logger.debug(`Request ${paths.requestId}: submitted to ${model}`);
		return { reply, paths };
	}

	private notePaid(): void {
		if (this.order.cost) NodeRun.current(this.context)?.submitted(this.order.cost);
	}

	// fal bills no fault of its own: its documentation of errors.
	private noteUnbilled({ kind, facts }: QueueError): void {
		const isFree = kind === 'failed' && this.client.isFal && (facts.httpStatus ?? 0) >= 500;
		if (isFree && this.order.cost) NodeRun.current(this.context)?.unbilled(this.order.cost);
	}

	// An answer was lost, and the request may be there: fal's list tells.
	private async foundAgain(
		error: unknown,
		{ model, body }: VideoOrder,
		begunAt: number,
	): Promise<{ value: SubmitReply } | { error: unknown }> {
		const isLost =
			error instanceof QueueError &&
			error.kind === 'maybe-submitted' &&
			error.facts.requestId === undefined &&
			this.client.platformUrl !== undefined;
		if (!isLost) return { error };
		const isKnown = (id: string) => this.line.has(id);
		const found = await findLost(this.context, this.client, { model, body, begunAt, isKnown });
		if ('id' in found) {
			const paths = pathsOfModel(model, found.id);
			this.context.logger.info(`Request ${found.id}: its answer was lost, fal's list has it`);
			return {
				value: { ...pendingJson(model, this.client.baseUrl, paths), request_id: found.id },
			};
		}
		const message = `${error.message}. ${found.why}; Request > Get Many may find it later`;
		return { error: new QueueError(error.kind, message, error.facts) };
	}

	private async follow(
		paths: RequestPaths,
		submittedEarlier: boolean,
	): Promise<INodeExecutionData> {
		const { model, body, download, settings } = this.order;
		const ending = await settle(
			followRequest(this.context, this.client, this.queued(paths), {
				...settings,
				model,
				seconds: secondsOf(body.duration),
				download,
				...knownOf(this.order),
				sent: addressesIn(body),
				submittedEarlier,
				onCancel: () => this.line.cancelled(paths),
			}),
		);
		if ('value' in ending) return ending.value;
		if (ending.error instanceof QueueError) {
			if (!submittedEarlier) this.noteUnbilled(ending.error);
			this.line.ended(ending.error, paths);
		}
		throw ending.error;
	}
}

/** What an order tells of its video, beside what the host will say. */
export function knownOf(order: VideoOrder): Known {
	return { prompt: promptOf(order.body), estimate: estimateOf(order) };
}

// By the list of prices, in US dollars.
function estimateOf({ cost }: VideoOrder): number | undefined {
	return cost === undefined || 'unknown' in cost ? undefined : usdOf(cost.micros);
}

// `undefined` where it sends none, as with shots.
function promptOf({ prompt }: VideoOrder['body']): string | undefined {
	return typeof prompt === 'string' && prompt !== '' ? prompt : undefined;
}

/** The addresses that a body holds, at its top or in lists. */
function addressesIn(body: VideoOrder['body']): ReadonlySet<string> {
	const values = Object.values(body).flat();
	return new Set(
		values.filter((one) => typeof one === 'string' && /^https?:/i.test(one)),
	) as Set<string>;
}

/** The length in seconds that an input says: `5`, `"5"`, `"5s"`; `undefined` where it is none. */
export function secondsOf(duration: unknown): number | undefined {
	const seconds = typeof duration === 'string' ? Number(duration.replace(/s$/, '')) : duration;
	return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}
