import type { JsonValue } from './json';
import type { RequestKind } from './request-log';

/** Something that goes wrong with one reply. */
export type Fault =
	/** Answered with this instead. */
	| { type: 'http'; status: number; headers?: Record<string, string>; body?: JsonValue }
	/** The connection is reset before any reply. */
	| { type: 'reset' }
	/** Never answered; the connection stays open until `close()`. */
	| { type: 'hang' }
	/** A proxy's page. */
	| { type: 'html'; status: number }
	/** A reply without a body. */
	| { type: 'empty'; status: number }
	/** Sent elsewhere; `status` is 302 unless given. */
	| { type: 'redirect'; location: string; status?: number }
	/** Other content, with status 200 unless given. A string goes as plain text. */
	| { type: 'body'; body: JsonValue; status?: number }
	/** The right reply, but with this word as its `status`. */
	| { type: 'status-word'; status: string }
	/** The right reply: the head at once, the body byte by byte, `ms` milliseconds apart. */
	| { type: 'drip'; ms: number }
	/** The right length is promised, but after this many bytes the connection closes. */
	| { type: 'truncate'; bytes: number }
	/** Only this many bytes, as if that were all. */
	| { type: 'short'; bytes: number }
	/** A stream of events that is cut after so many milliseconds. */
	| { type: 'cut'; ms: number }
	/** A stream of which no more than so many events come through: a proxy keeps the others. */
	| { type: 'withhold'; events: number };

/** Which replies a fault is for, and how often. */
export interface FaultOrder {
	on: Exclude<RequestKind, 'other'> | 'any';
	/**
	 * Only for one request, counted from 0: for `submit` the nth attempt to submit, else the nth
	 * accepted request.
	 */
	requestIndex?: number;
	/** How many replies to let pass first. */
	skip?: number;
	/** How many replies to spoil; 1 unless given, `Infinity` for all that follow. */
	times?: number;
	/**
	 * For faults that stand in place of the reply: whether the request took effect all the same. A
	 * submit is then accepted and billed, a cancel carried out. The faults that alter the right reply
	 * (`status-word`, `drip`, `truncate`, `short`, and for streams `cut` and `withhold`) leave no
	 * choice: it took effect.
	 */
	accepted?: boolean;
	fault: Fault;
}

/** What an order is matched against. */
export interface FaultTarget {
	kind: RequestKind;
	/** As in `FaultOrder.requestIndex`; -1 when the request is about none. */
	requestIndex: number;
}

/** A fault that is due. */
export interface DueFault {
	fault: Fault;
	accepted: boolean;
}

/** An order as it stands. */
export interface PlacedOrder {
	/** How many replies it has spoiled so far. */
	readonly used: number;
}

interface OpenOrder extends PlacedOrder {
	used: number;
	skipped: number;
	readonly order: FaultOrder;
}

/** The faults that are still to come, first ordered first. */
export class FaultOrders {
	private open: OpenOrder[] = [];

	add(order: FaultOrder): PlacedOrder {
		const placed: OpenOrder = { order, used: 0, skipped: 0 };
		this.open.push(placed);
		return placed;
	}

	/** The fault for this reply, if one was ordered. */
	take(target: FaultTarget): DueFault | undefined {
		for (const placed of this.open) {
			const { on, requestIndex, skip = 0, times = 1, accepted = false, fault } = placed.order;
			if (on !== 'any' && on !== target.kind) continue;
			if (requestIndex !== undefined && requestIndex !== target.requestIndex) continue;
			if (placed.used >= times) continue;
			if (placed.skipped < skip) {
				placed.skipped++;
				continue;
			}
			placed.used++;
			return { fault, accepted };
		}
		return undefined;
	}

	clear(): void {
		this.open = [];
	}
}
