import { type IExecuteSingleFunctions, type NodeError, sleep } from 'n8n-workflow';
import type { SubmitGroup } from '../../queue/submit';
import { type Cost, sumInWords, sumOf } from '../cost/cost';
import type { Bill } from '../cost/limit';
import { isTool } from './tool';

/** What one item will submit, and what its run may cost, in US dollars. */
export interface ItemBill {
	/** Nothing, where its request exists already. */
	cost: Cost | undefined;
	maxCost?: number | undefined;
}

/** How long the next item may take to be composed, in milliseconds, before n8n has given up. */
const patienceMs = 1000;

/**
 * One run of the node over its items. n8n calls the node's code item by item and lets none of them
 * know of the others; what concerns all of them is kept here.
 */
export class NodeRun {
	private arrived = 0;

	private lastIndex = -1;

	private done = 0;

	private failures = 0;

	private ended = 0;

	/** What has to be cancelled if the execution is stopped before the run is handed on. */
	private readonly cancels: Array<() => Promise<void>> = [];

	private cancelling: Promise<unknown> = Promise.resolve();

	/** What all that this run submits has in common. */
	readonly group: SubmitGroup = {};

	/** The items of which it is known what they will submit: they have said so, or ended. */
	private readonly accounted = new Set<number>();

	private readonly toCome: Cost[] = [];

	private allAccounted: () => void = () => {};

	private readonly untilAccounted = new Promise<void>((resolve) => {
		this.allAccounted = resolve;
	});

	/** The smallest Max Cost of the items that have said theirs, in US dollars. */
	private maxCost = Infinity;

	private laterBill: Promise<Bill> | undefined;

	/** What was submitted in this try. */
	private readonly submittedCosts: Cost[] = [];

	/** What was submitted, and certainly is not billed. */
	private readonly unbilledCosts: Cost[] = [];

	private stopListening: () => void = () => {};

	private allHere: () => void = () => {};

	private readonly allArrived = new Promise<void>((resolve) => {
		this.allHere = resolve;
	});

	/** The failed item that comes first, whose error n8n throws for the whole run. */
	private first: { index: number; error: NodeError; description: string } | undefined;

	private constructor(
		/** How many items the run has. */
		readonly items: number,
		/** Whether n8n pauses between groups of items (batching). */
		private readonly batched: boolean,
		private readonly continues: boolean,
		/** For a batched run: why a later item will end it. */
		private readonly errorToCome: Error | undefined,
		/** What earlier tries of the same run have submitted, and may be billed. */
		private readonly before: readonly Cost[] = [],
	) {}

	/**
	 * The run that an item belongs to. Items come in ascending order, so an index that does not
	 * ascend belongs to a new attempt of the same run (Retry On Fail).
	 */
	static of(context: IExecuteSingleFunctions): NodeRun {
		// As a tool, one call is one item. What n8n gives for its data may be the agent's, with all of the
		// agent's items, and the same for calls that go side by side.
		if (isTool(context)) return NodeRun.ofOneItem(context);
		const executeData = context.getExecuteData();
		const index = context.getItemIndex();
		let run = runs.get(executeData);
		if (run === undefined || index <= run.lastIndex) {
			const given = executeData.data.main?.[0]?.length ?? 1;
			const items = executeData.node.executeOnce ? Math.min(given, 1) : given;
			const batched = isBatched(context);
			const continues = context.continueOnFail();
			run = new NodeRun(
				items,
				batched,
				continues,
				batched && !continues ? errorOfLaterItem(context, items) : undefined,
				run?.mayBeBilled,
			);
			runs.set(executeData, run);
		}
		run.lastIndex = index;
		run.arrived += 1;
		if (run.arrived >= run.items) run.allHere();
		return run;
	}

	/** The run of an item that has arrived; none in an operation that is handed all items at once. */
	static current(context: IExecuteSingleFunctions): NodeRun | undefined {
		return runs.get(isTool(context) ? context : context.getExecuteData());
	}

	// What n8n gives for a call is its own for each.
	private static ofOneItem(context: IExecuteSingleFunctions): NodeRun {
		const run = new NodeRun(1, false, context.continueOnFail(), undefined);
		run.arrived = 1;
		runs.set(context, run);
		return run;
	}

	/**
	 * Resolves when n8n has composed the requests of all items that it will compose now.
	 *
	 * n8n composes them in one go. An expression that fails for one item ends the execution at once,
	 * while the items before it are on their way: they would be billed after the execution was stored,
	 * their ids lost. So nothing is sent before all are composed.
	 *
	 * With batching, items are composed in groups, with pauses between; there the later ones'
	 * expressions are tried beforehand.
	 *
	 * @returns false when n8n gives up: then nothing may be sent, and nobody waits for this item
	 * @throws the error of a later item, when n8n composed that one all the same
	 */
	async composed(): Promise<boolean> {
		await sleep(0);
		if (this.continues) return true;
		if (!this.batched) await this.untilNoneComes();
		const all = this.arrived === this.items;
		if (!this.batched) return all;
		if (this.errorToCome !== undefined && all) throw this.errorToCome;
		return this.errorToCome === undefined;
	}

	// Today's n8n composes all items in one turn, so this does not wait. A version that yields between
	// items must not be mistaken for one that gave up: that would lose the items silently.
	private async untilNoneComes(): Promise<void> {
		let seen = -1;
		while (this.arrived < this.items && this.arrived !== seen) {
			seen = this.arrived;
			await sleep(patienceMs);
		}
	}

	/**
	 * Resolves when an item may fail. With batching, n8n listens to the items only when the last group
	 * is on its way; an error that comes before is one that nobody handles, and can end the process.
	 */
	async mayFail(): Promise<void> {
		if (this.batched) await this.allArrived;
	}

	/**
	 * What all items of this run will submit, and may cost. Resolves when each has said what it will, or has
	 * ended; with batching, later ones are looked at beforehand.
	 *
	 * @param own what the item that asks will submit, and its limit
	 * @param later finds out about all items but the one that asks, of which there are so many in all
	 */
	async bill(
		index: number,
		own: ItemBill,
		later: (items: number) => Promise<ItemBill[]>,
	): Promise<Bill> {
		const { before } = this;
		if (this.batched) {
			this.laterBill ??= later(this.items).then((others) => ({
				toCome: [own, ...others].flatMap(({ cost }) => cost ?? []),
				before,
				maxCost: Math.min(...[own, ...others].map(({ maxCost }) => maxCost ?? Infinity)),
			}));
			return await this.laterBill;
		}
		this.willCost(index, own);
		await this.untilAccounted;
		return { toCome: this.toCome, before, maxCost: this.maxCost };
	}

	/** Notes what an item will submit. */
	willCost(index: number, { cost, maxCost = Infinity }: ItemBill): void {
		if (!this.accounted.has(index)) {
			if (cost) this.toCome.push(cost);
			this.maxCost = Math.min(this.maxCost, maxCost);
		}
		this.account(index);
	}

	// By now, all that come have arrived: n8n composes them in one go.
	private account(index: number): void {
		this.accounted.add(index);
		if (this.accounted.size >= this.arrived) this.allAccounted();
	}

	/** Notes what was submitted, for the sum that the log and the run's error tell. */
	submitted(cost: Cost): void {
		this.submittedCosts.push(cost);
	}

	/** Notes that what was submitted is certainly not billed. */
	unbilled(cost: Cost): void {
		this.unbilledCosts.push(cost);
	}

	/** What this try and earlier ones have submitted, and may be billed. */
	private get mayBeBilled(): Cost[] {
		const left = [...this.before, ...this.submittedCosts];
		for (const cost of this.unbilledCosts) left.splice(left.indexOf(cost), 1);
		return left;
	}

	/** What was submitted in this try, in words; empty where no price is known of any of it. */
	get spent(): string {
		const sum = sumOf(this.submittedCosts);
		return sum.made === '' ? '' : sumInWords(sum);
	}

	/**
	 * Has something cancelled if the execution is stopped while an item of this run is still at work: n8n
	 * then hands on none of them.
	 *
	 * @param cancel called in the tick of the stop, before n8n stores the execution; must not throw
	 */
	cancelOnStop(signal: AbortSignal, cancel: () => Promise<void>): void {
		this.cancels.push(cancel);
		if (this.cancels.length > 1) return;
		const begin = () => {
			this.cancelling = Promise.all(this.cancels.splice(0).map(async (one) => await one()));
		};
		signal.addEventListener('abort', begin, { once: true });
		this.stopListening = () => signal.removeEventListener('abort', begin);
	}

	/**
	 * An item has ended, well or not. With the last one, the run is handed on. Resolves when what a stop
	 * has to cancel is cancelled: afterwards n8n takes away what it needs to put the key on a request.
	 *
	 * @returns whether it was the last one
	 */
	async itemEnded(index: number): Promise<boolean> {
		this.ended += 1;
		this.account(index);
		// Where the node continues on errors, an item whose expression fails never arrives.
		const expected = this.continues ? this.arrived : this.items;
		if (this.ended >= expected) {
			this.stopListening();
			this.cancels.length = 0;
		}
		await this.cancelling;
		return this.ended === expected;
	}

	/** Counts an item that has its output. */
	succeeded(): void {
		this.done += 1;
		this.retell();
	}

	/**
	 * Notes an item that fails, with the error that n8n may throw for the whole run. Its description
	 * is kept up to date with what became of the others.
	 */
	failed(error: NodeError, index: number): void {
		this.failures += 1;
		if (this.first === undefined || index < this.first.index) {
			this.first = { index, error, description: error.description ?? '' };
		}
		this.retell();
	}

	// n8n waits for all items and then throws the first error, dropping the others' output. What it
	// says of them must be true by then, so it is said anew whenever one of them ends.
	private retell(): void {
		if (this.continues || this.first === undefined) return;
		const { error, description } = this.first;
		error.description = [
			description,
			this.items < 2
				? ''
				: `Of this run's ${this.items} items, ${this.done} ${this.done === 1 ? 'is' : 'are'} done and ${this.failures} failed.`,
			this.done > 0
				? 'n8n drops the output of the done ones together with this error, but their requests are kept: Executions > Retry on this run picks them up without paying again. Execute step would make and pay for new ones, unless it only asks for requests by their ID.'
				: '',
			this.spent && `What this run submitted is estimated at ${this.spent}, by fal's prices.`,
		]
			.filter((text) => text !== '')
			.join(' ');
	}
}

/** By what n8n has of a run, or of a tool's call. */
const runs = new WeakMap<object, NodeRun>();

function isBatched(context: IExecuteSingleFunctions): boolean {
	const { batching } = context.getNodeParameter('requestOptions', {}) as {
		batching?: { batch?: { batchInterval?: number } };
	};
	return (batching?.batch?.batchInterval ?? 0) > 0;
}

/**
 * Tries the node's expressions for all items but the first, as n8n will when it composes them.
 *
 * @param items how many items the run has
 * @returns the error of the first item that has one
 */
function errorOfLaterItem(context: IExecuteSingleFunctions, items: number): Error | undefined {
	const expressions = expressionsIn(context.getNode().parameters);
	for (let index = 1; index < items; index++) {
		for (const expression of expressions) {
			try {
				context.evaluateExpression(expression, index);
			} catch (error) {
				return error instanceof Error ? error : new Error(String(error));
			}
		}
	}
	return undefined;
}

function expressionsIn(value: unknown): string[] {
	if (typeof value === 'string') {
		// Without the mark of an expression, which n8n sets itself when it evaluates.
		return value.startsWith('=') ? [value.slice(1)] : [];
	}
	return typeof value === 'object' && value !== null
		? Object.values(value).flatMap(expressionsIn)
		: [];
}
