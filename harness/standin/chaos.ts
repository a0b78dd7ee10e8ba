import { draw } from './draw';
import type { DueFault, Fault, FaultTarget } from './faults';
import type { RequestKind } from './request-log';

type ChaosKind = Extract<RequestKind, 'submit' | 'status' | 'result' | 'cancel' | 'file'>;

/** Faults by chance, but the same ones each time. */
export interface ChaosOptions {
	/** Another seed, other faults. */
	seed: number;
	/** The part of the replies that goes wrong, from 0 to 1. */
	rate: number;
	/** What goes wrong; everything unless given. */
	kinds?: ChaosKind[];
	/** Seconds named in `Retry-After` of a 429; 1 unless given. */
	retryAfterSeconds?: number;
}

const ALL_KINDS: ChaosKind[] = ['submit', 'status', 'result', 'cancel', 'file'];

function isChaosKind(kind: RequestKind): kind is ChaosKind {
	return ALL_KINDS.some((each) => each === kind);
}

/**
 * Draws faults from a seed. What befalls a reply depends on the seed, on the request it is about
 * and on how many replies of that kind came before for that request, not on the order in which
 * requests that run side by side happen to arrive. So one seed gives one course of events.
 */
export class Chaos {
	private readonly counts = new Map<string, number>();

	constructor(private readonly options: ChaosOptions) {}

	take({ kind, requestIndex }: FaultTarget): DueFault | undefined {
		const { rate, kinds = ALL_KINDS } = this.options;
		if (!isChaosKind(kind) || !kinds.includes(kind)) return undefined;
		const { seed } = this.options;
		const place = `${kind}/${requestIndex}`;
		const turn = this.counts.get(place) ?? 0;
		this.counts.set(place, turn + 1);
		if (draw(seed, `${place}/${turn}/whether`) >= rate) return undefined;
		const faults = this.faultsFor(kind);
		const fault = faults[Math.floor(draw(seed, `${place}/${turn}/which`) * faults.length)];
		return fault && { fault, accepted: false };
	}

	/** The faults that pass by themselves. For a submit only those that say "not accepted". */
	private faultsFor(kind: ChaosKind): Fault[] {
		const tooMany: Fault = {
			type: 'http',
			status: 429,
			headers: { 'retry-after': String(this.options.retryAfterSeconds ?? 1) },
			body: { detail: 'Too many requests' },
		};
		if (kind === 'submit') {
			// In the host's own form: of a proxy's page nobody can tell whether the request was taken.
			const body = { detail: 'Service is at capacity' };
			return [tooMany, { type: 'http', status: 503, body }];
		}
		const faults: Fault[] = [
			{ type: 'empty', status: 408 },
			{ type: 'empty', status: 425 },
			tooMany,
			{ type: 'empty', status: 500 },
			{ type: 'html', status: 502 },
			{ type: 'html', status: 503 },
			{ type: 'html', status: 504 },
			{ type: 'reset' },
			{ type: 'html', status: 200 },
		];
		if (kind === 'status') faults.push({ type: 'status-word', status: 'REBALANCING' });
		return faults;
	}
}
