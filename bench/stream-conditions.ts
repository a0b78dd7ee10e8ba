import type { Fault } from '../harness/standin/faults';
import { thisNode } from './contestants/this-node';
import { type HeatResult, startSideBySide } from './race';

/** What may become of the queue's stream of events on its way. */
const conditions: { name: string; fault?: Fault }[] = [
	{ name: 'works' },
	{ name: 'is refused', fault: { type: 'http', status: 503 } },
	{ name: 'is silent', fault: { type: 'withhold', events: 0 } },
	{ name: 'is cut after ten seconds', fault: { type: 'cut', ms: 10_000 } },
];

/** The figures of this node under one condition. */
export interface StreamResult extends HeatResult {
	stream: string;
}

/**
 * Starts this node while the stream of events works, or does not: its videos may then come later, but
 * all must come.
 *
 * @returns waits for their ends
 */
export async function startStreams(
	videos: number,
	medianSeconds: number,
): Promise<() => Promise<StreamResult[]>> {
	const heats = conditions.map(({ name, fault }) => ({
		contestant: { ...thisNode, name: `${thisNode.name}, the stream ${name}` },
		videos,
		medianSeconds,
		fault,
	}));
	const ends = await startSideBySide(heats);
	return async () =>
		(await ends()).map((result, index) => ({ ...result, stream: conditions[index]?.name ?? '' }));
}
