import { createHash } from 'crypto';
import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { means, QueueError, type QueueErrorKind } from '../../queue/errors';
import { pathsOf, type RequestPaths } from '../../queue/paths';
import { isTool } from '../run/tool';
import { CallOutside } from './calls-outside';

/**
 * What an execution has submitted, kept in the node's context, which n8n stores with the execution:
 * it survives Retry On Fail and a user's retry of the execution. So a retry waits for the requests
 * that exist instead of paying for new ones.
 *
 * Kept small, and without the key or the prompt: per request a path, a state, and the number of a
 * judgement that many requests may share.
 */
interface Ledger {
	entries: Record<string, LedgerEntry>;
	judgements: Judgement[];
}

type LedgerEntry = {
	/** `s`ubmitted, `c`ancelled, or judged: not to be sent again within this execution. */
	s: 's' | 'c' | 'j';
	/** The response path of the request, where there is one. */
	p?: string;
	/** For a judged one: its judgement's index. */
	j?: number;
	/** The execution that submitted the request, or heard the judgement. */
	x?: string;
};

/** An error as it is stored, to be thrown again by a retry. `{id}` stands for the request's id. */
interface Judgement {
	kind: QueueErrorKind;
	message: string;
	httpStatus?: number;
	type?: string;
	field?: string;
	gateway?: string;
}

/** The longest message that is stored. */
const longestMessage = 300;

/** How many judgements keep their own message, so that a large run's ledger stays small. */
const mostJudgements = 100;

/** What the ledger knows of an item's request. */
export type KnownRequest =
	| {
			state: 'submitted' | 'cancelled';
			paths: RequestPaths;
			/** Whether this very execution submitted it, so that a callback comes to its own URL. */
			here: boolean;
	  }
	| { state: 'judged'; error: QueueError };

/** One item's line in the ledger. */
export class LedgerLine {
	private readonly ledger: Ledger;

	private readonly key: string;

	private readonly executionId: string;

	private readonly isTool: boolean;

	private readonly outside: CallOutside | undefined;

	/**
	 * Of a node, a line belongs to one item of one run. Of a tool, it goes by the input alone: n8n counts
	 * each try of a call as a run. It takes the first line of that input that no other call follows now;
	 * see `release`.
	 *
	 * @param sent what identifies the request: the model, the body, the base URL. Of these only a
	 * hash is kept.
	 */
	constructor(context: IExecuteSingleFunctions, runIndex: number, sent: readonly unknown[]) {
		this.ledger = ledgerOf(context.getContext('node'));
		const hash = createHash('sha256').update(JSON.stringify(sent)).digest('base64url').slice(0, 16);
		this.isTool = isTool(context);
		this.key = this.isTool
			? freeKey(this.ledger, hash)
			: `${runIndex}:${context.getItemIndex()}:${hash}`;
		this.executionId = context.getExecutionId();
		this.outside = CallOutside.of(context, hash);
	}

	/**
	 * Lets go of the line when its call has ended. Of a tool, what was delivered is forgotten: a second
	 * call with that input is a second wish. What ended in an error is there for the next such call.
	 */
	release(wasDelivered: boolean): void {
		if (!this.isTool) return;
		if (wasDelivered) this.forget();
		heldIn(this.ledger).delete(this.key);
	}

	/** The request that was submitted for this item and this input, if any. */
	known(): KnownRequest | undefined {
		const entry = this.ledger.entries[this.key];
		if (entry === undefined) {
			const paths = this.outside?.request;
			return paths && { state: 'submitted', paths, here: false };
		}
		if (entry.s === 'j') {
			const judgement = this.ledger.judgements[entry.j ?? -1];
			if (judgement === undefined) return undefined;
			if (entry.x === this.executionId) {
				return { state: 'judged', error: retold(judgement, entry.p) };
			}
			// Heard in an earlier execution: a user's own retry sends it anew, unless it is complete and
			// only its result could not be read.
			return judgement.kind === 'unexpected-reply' && entry.p !== undefined
				? { state: 'submitted', paths: pathsOf(entry.p), here: false }
				: undefined;
		}
		return entry.p === undefined
			? undefined
			: {
					state: entry.s === 's' ? 'submitted' : 'cancelled',
					paths: pathsOf(entry.p),
					here: entry.x === this.executionId,
				};
	}

	/** Whether a request is that of any item. */
	has(id: string): boolean {
		return Object.values(this.ledger.entries).some(
			({ p }) => p !== undefined && pathsOf(p).requestId === id,
		);
	}

	submitted(paths: RequestPaths): void {
		this.ledger.entries[this.key] = { s: 's', p: paths.response, x: this.executionId };
		this.outside?.submitted(paths);
	}

	cancelled(paths: RequestPaths): void {
		this.ledger.entries[this.key] = { s: 'c', p: paths.response };
		this.outside?.forget();
	}

	/** Forgets the item's request. */
	forget(): void {
		delete this.ledger.entries[this.key];
		this.outside?.forget();
	}

	/** Records how the request ended, which decides what a retry does. */
	ended(error: QueueError, paths?: RequestPaths): void {
		if (error.kind === 'failed') {
			// It ended without a bill and may pass: a retry submits it again.
			this.forget();
		} else if (means(error, 'final')) {
			this.ledger.entries[this.key] = {
				s: 'j',
				...(paths ? { p: paths.response } : {}),
				j: this.judgement(error),
				x: this.executionId,
			};
			this.outside?.forget();
		}
	}

	private judgement({ kind, message, facts }: QueueError): number {
		const { requestId, httpStatus, type, field, gateway } = facts;
		const judgement: Judgement = {
			kind,
			message: (requestId ? message.replaceAll(requestId, '{id}') : message).slice(
				0,
				longestMessage,
			),
			...(httpStatus === undefined ? {} : { httpStatus }),
			...(type === undefined ? {} : { type }),
			...(field === undefined ? {} : { field }),
			...(gateway === undefined ? {} : { gateway }),
		};
		const text = JSON.stringify(judgement);
		const { judgements } = this.ledger;
		const index = judgements.findIndex((one) => JSON.stringify(one) === text);
		if (index >= 0) return index;
		if (judgements.length < mostJudgements) return judgements.push(judgement) - 1;
		return this.ofItsKind(judgement);
	}

	private ofItsKind({ kind, httpStatus, type, gateway }: Judgement): number {
		const { judgements } = this.ledger;
		const message = 'It was refused before in this execution, for the reason that was given then';
		const index = judgements.findIndex(
			(one) =>
				one.kind === kind &&
				one.message === message &&
				one.type === type &&
				one.httpStatus === httpStatus,
		);
		return index >= 0 ? index : judgements.push({ kind, message, httpStatus, type, gateway }) - 1;
	}
}

/** The lines of a tool that a call follows now, by their ledger. */
const held = new WeakMap<Ledger, Set<string>>();

function heldIn(ledger: Ledger): Set<string> {
	const keys = held.get(ledger) ?? new Set<string>();
	held.set(ledger, keys);
	return keys;
}

// Agents call side by side, and may want the same twice.
function freeKey(ledger: Ledger, hash: string): string {
	const taken = heldIn(ledger);
	const own = Object.keys(ledger.entries).filter((key) => key.startsWith(`tool:${hash}:`));
	let key = own.find((one) => !taken.has(one));
	for (let count = 0; key === undefined; count++) {
		const next = `tool:${hash}:${count}`;
		if (!taken.has(next)) key = next;
	}
	taken.add(key);
	return key;
}

function retold(
	{ kind, message, httpStatus, type, field, gateway }: Judgement,
	path?: string,
): QueueError {
	const requestId = path === undefined ? undefined : pathsOf(path).requestId;
	return new QueueError(kind, requestId ? message.replaceAll('{id}', requestId) : message, {
		...(requestId ? { requestId } : {}),
		...(httpStatus === undefined ? {} : { httpStatus }),
		...(type === undefined ? {} : { type }),
		...(field === undefined ? {} : { field }),
		...(gateway === undefined ? {} : { gateway }),
	});
}

function ledgerOf(context: IDataObject): Ledger {
	context.falRequests ??= { entries: {}, judgements: [] };
	return context.falRequests as unknown as Ledger;
}
