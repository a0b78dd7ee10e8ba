import { Catalog } from './catalog/catalog';
import { Changes } from './changes';
import { Chaos, type ChaosOptions } from './chaos';
import { FaultOrders, type DueFault, type FaultOrder, type PlacedOrder } from './faults';
import { Hosts } from './hosts';
import type { Kind } from './kind';
import { kinds } from './kinds';
import { MediaHost } from './media-host';
import { defaultOptions, type StandInOptions } from './options';
import { Queue } from './queue';
import { QueueHost } from './queue-host';
import type { LogEntry, RequestKind } from './request-log';
import type { Route } from './routes';
import { Signer } from './signing';
import { isBilled, type QueueState, type Submission } from './submission';
import { Webhooks, type ManualWebhook, type WebhookDelivery } from './webhooks';

/** Milliseconds that a wait takes at most, unless told otherwise. */
const WAIT_MS = 10_000;

/**
 * A stand-in for fal's queue, with its platform's and its site's catalogue, and its media host: two real
 * HTTP servers on 127.0.0.1.
 *
 * A prompt decides how its request ends:
 *
 * | in the prompt    | what happens                                                       |
 * | ---------------- | ------------------------------------------------------------------ |
 * | (nothing)        | a video of the length and shape that was asked for                 |
 * | `[blocked]`      | 422 `content_policy_violation`, not retryable                      |
 * | `[downstream]`   | 500 `downstream_service_unavailable`, retryable                    |
 * | `[gen-timeout]`  | 504 `generation_timeout`, retryable                                |
 * | `[runner]`       | 503 `runner_disconnected`, an error of the machinery               |
 * | `[no-video]`     | 200, but there is no video in the result                           |
 * | `[slow=SECONDS]` | takes that many seconds; goes with any of the others               |
 * | `[stuck]`        | never completes                                                    |
 *
 * The option `kind` makes it one of the gateways that fal is sold through. What goes wrong on the way is ordered with `order` or left to `chaos`.
 */
export class FalStandIn {
	/** May be changed while it runs. */
	options: StandInOptions;
	/** Every request that arrived, on either host, in the order in which they had been read. */
	readonly log: LogEntry[] = [];

	private readonly startOptions: StandInOptions;
	private readonly changes = new Changes();
	private readonly signer = new Signer();
	private readonly catalog = new Catalog(() => this.options);
	private readonly orders = new FaultOrders();
	private readonly queue: Queue;
	private readonly webhookSender: Webhooks;
	private readonly hosts: Hosts;
	private chance?: Chaos;
	private submitAttempts = 0;

	private constructor(options: Partial<StandInOptions>) {
		this.startOptions = { ...defaultOptions, ...options };
		this.options = { ...this.startOptions };
		const current = () => this.options;
		const started = (submission: Submission) => {
			if (this.kind.callsBackAtStart) void this.webhookSender.tellStart(submission);
		};
		const ended = (submission: Submission) => void this.webhookSender.deliver(submission);
		this.queue = new Queue(current, this.changes, started, ended);
		const named = () => (this.kind.urls.host === 'fal' ? 'https://queue.fal.run' : this.url);
		const origins = () => ({
			queue: this.options.publicUrl ?? named(),
			media: this.options.publicMediaUrl ?? this.mediaUrl,
		});
		const queueHost = new QueueHost(this.queue, this.signer, this.catalog, current, origins);
		this.webhookSender = new Webhooks(current, this.signer, this.changes, (submission) =>
			queueHost.result(submission),
		);
		this.hosts = new Hosts({
			queueHost,
			mediaHost: new MediaHost(this.queue, current),
			log: this.log,
			options: current,
			changes: this.changes,
			faultFor: (route) => this.faultFor(route),
		});
	}

	static async start(options: Partial<StandInOptions> = {}): Promise<FalStandIn> {
		const fal = new FalStandIn(options);
		await fal.hosts.queue.open(fal.options.port);
		await fal.hosts.media.open(fal.options.mediaPort);
		return fal;
	}

	/** The queue host, `http://127.0.0.1:PORT`. */
	get url(): string {
		return this.hosts.queue.url;
	}

	/** What to enter as base URL: the queue host, with the base path of its kind. */
	get baseUrl(): string {
		return `${this.url}${this.kind.basePaths[0]}`;
	}

	/** What to enter as platform URL. */
	get platformUrl(): string {
		return `${this.url}/v1`;
	}

	/** The media host, `http://127.0.0.1:PORT`. */
	get mediaUrl(): string {
		return this.hosts.media.url;
	}

	/** Where the public keys are that callbacks are signed with. */
	get jwksUrl(): string {
		return `${this.url}/.well-known/jwks.json`;
	}

	/** Keys that are let in. */
	get keys(): string[] {
		return this.options.keys;
	}

	/** The accepted requests, first accepted first. */
	get submissions(): readonly Submission[] {
		return this.queue.submissions;
	}

	/** Every attempt to call back, in order. */
	get webhooks(): readonly WebhookDelivery[] {
		return this.webhookSender.deliveries;
	}

	/** How many of the accepted requests fal would bill. */
	billed(): number {
		return this.submissions.filter(isBilled).length;
	}

	/** How many requests of a kind arrived. */
	count(kind: RequestKind): number {
		return this.log.filter((entry) => entry.kind === kind).length;
	}

	/** Orders a fault. Earlier orders come first; all orders come before chaos. */
	order(order: FaultOrder): PlacedOrder {
		return this.orders.add(order);
	}

	/** Takes back all orders. */
	clearOrders(): void {
		this.orders.clear();
	}

	/** Lets faults happen by chance from now on; `null` ends it. */
	chaos(options: ChaosOptions | null): void {
		this.chance = options ? new Chaos(options) : undefined;
	}

	/** Resolves with the first log entry that matches, logged already or still to come. */
	async waitFor(
		predicate: (entry: LogEntry) => boolean,
		timeoutMs: number = WAIT_MS,
	): Promise<LogEntry> {
		const look = () => this.log.find(predicate);
		return await this.changes.find(look, timeoutMs, () => `no such request. ${this.summary()}`);
	}

	/** Resolves when a condition holds. It is looked at whenever something has happened here. */
	async waitUntil(condition: () => boolean, timeoutMs: number = WAIT_MS): Promise<void> {
		const look = () => (condition() ? true : undefined);
		await this.changes.find(look, timeoutMs, () => `still not so. ${this.summary()}`);
	}

	/**
	 * Resolves when a request is in a state, or already past it.
	 *
	 * @param which the request id, or the place among the accepted requests, counted from 0
	 */
	async waitForState(
		which: string | number,
		state: QueueState,
		timeoutMs: number = WAIT_MS,
	): Promise<Submission> {
		const states: QueueState[] = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'];
		const look = () => {
			const submission =
				typeof which === 'number' ? this.submissions[which] : this.queue.find(which);
			if (!submission) return undefined;
			return states.indexOf(submission.state) >= states.indexOf(state) ? submission : undefined;
		};
		const describe = () => `request ${which} is not ${state}. ${this.summary()}`;
		return await this.changes.find(look, timeoutMs, describe);
	}

	/** Resolves when each of the first so many accepted requests is in a state, or already past it. */
	async waitForEach(count: number, state: QueueState, timeoutMs: number = WAIT_MS): Promise<void> {
		for (let index = 0; index < count; index++) await this.waitForState(index, state, timeoutMs);
	}

	/** Ends all accepted requests now, whatever their duration: callbacks are sent at the same moment. */
	endAll(): void {
		this.queue.endAll();
	}

	/** Sends a callback by hand, true or forged, and resolves with the answer. */
	async sendWebhook(requestId: string, manual: ManualWebhook = {}): Promise<WebhookDelivery> {
		const submission = this.queue.find(requestId);
		if (!submission) throw new Error(`There is no request ${requestId}.`);
		return await this.webhookSender.sendByHand(submission, manual);
	}

	/** Goes back to how it was after the start, on the same ports. */
	reset(): void {
		this.options = { ...this.startOptions };
		this.log.length = 0;
		this.submitAttempts = 0;
		this.queue.clear();
		this.catalog.clear();
		this.webhookSender.clear();
		this.clearOrders();
		this.chaos(null);
	}

	/** Takes both hosts off the network. Accepted requests go on meanwhile. */
	async pause(): Promise<void> {
		await Promise.all([this.hosts.queue.close(), this.hosts.media.close()]);
	}

	/** Puts both hosts back on the same ports. */
	async resume(): Promise<void> {
		await Promise.all([this.hosts.queue.open(), this.hosts.media.open()]);
	}

	/** Ends it. What was logged and accepted can still be looked at. */
	async close(): Promise<void> {
		this.queue.stop();
		this.webhookSender.stop();
		await this.pause();
	}

	private get kind(): Kind {
		return kinds[this.options.kind];
	}

	private faultFor({ kind, requestId }: Route): DueFault | undefined {
		const requestIndex =
			kind === 'submit' ? this.submitAttempts++ : this.queue.placeOf(requestId ?? '');
		const target = { kind, requestIndex };
		return this.orders.take(target) ?? this.chance?.take(target);
	}

	private summary(): string {
		const requests = this.log.map(({ kind, answered }) => `${kind} ${answered ?? '…'}`).join(', ');
		const states = this.submissions.map(({ state }) => state).join(', ');
		return `Requests so far: ${requests || 'none'}. Accepted: ${states || 'none'}.`;
	}
}
