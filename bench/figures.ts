import type { FalStandIn } from '../harness/standin/fal-stand-in';
import type { LogEntry } from '../harness/standin/request-log';
import type { Finish } from './contestants/contestant';
import { largest, mean } from './statistics';

/** What one run of a contestant came to. Times in seconds. */
export interface Figures {
	videos: number;
	/** From the start until all videos are there. */
	total: number;
	/** The slowest single video's own time at fal: what no contestant can be faster than. */
	limit: number;
	/** From the moment a video is complete to the moment its result is asked for. */
	lag: { mean: number; max: number };
	/** Status requests per video. */
	statusRequests: { mean: number; max: number };
	/** Streams of events that were opened, per video. */
	streams: { mean: number; max: number };
}

/**
 * The figures of a run, out of what arrived at its stand-in.
 *
 * @throws if a video is missing or was made twice, or something was asked for in vain
 */
export function figuresOf(
	fal: FalStandIn,
	{ totalMs, videos }: Finish,
	prompts: string[],
): Figures {
	const wanted = new Set(prompts);
	const made = new Set(fal.submissions.map(({ body }) => body.prompt));
	const whole = new Set(videos).size === wanted.size && made.size === wanted.size;
	if (!whole || fal.submissions.length !== prompts.length) {
		throw new Error(
			`${prompts.length} videos wanted, ${fal.submissions.length} made, ${new Set(videos).size} delivered`,
		);
	}
	const entriesOf = entriesByRequest(fal.log);
	const each = fal.submissions.map(({ requestId, acceptedAt, completedAt = NaN }) => {
		const entries = entriesOf.get(requestId) ?? [];
		const fetched = entries.find(({ kind, answered }) => kind === 'result' && answered === 200);
		return {
			own: (completedAt - acceptedAt) / 1000,
			lag: ((fetched?.at ?? NaN) - completedAt) / 1000,
			status: count(entries, 'status'),
			streams: count(entries, 'stream'),
		};
	});
	const summary = (numbers: number[]) => ({ mean: mean(numbers), max: largest(numbers) });
	return {
		videos: prompts.length,
		total: totalMs / 1000,
		limit: largest(each.map(({ own }) => own)),
		lag: summary(each.map(({ lag }) => lag)),
		statusRequests: summary(each.map(({ status }) => status)),
		streams: summary(each.map(({ streams }) => streams)),
	};
}

function entriesByRequest(log: readonly LogEntry[]): Map<string, LogEntry[]> {
	const entriesOf = new Map<string, LogEntry[]>();
	for (const entry of log) {
		if (entry.requestId === undefined) continue;
		const entries = entriesOf.get(entry.requestId);
		if (entries) entries.push(entry);
		else entriesOf.set(entry.requestId, [entry]);
	}
	return entriesOf;
}

function count(entries: LogEntry[], kind: LogEntry['kind']): number {
	return entries.filter((entry) => entry.kind === kind).length;
}
