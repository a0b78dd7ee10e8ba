import { falClient } from './contestants/fal-client';
import { httpLoop } from './contestants/http-loop';
import { sequential } from './contestants/sequential';
import { thisNode } from './contestants/this-node';
import {
	type Heat,
	type HeatResult,
	runInTurn,
	runSideBySide,
	secondsOf,
	startSideBySide,
} from './race';

const counts = [1, 10, 100];
const pollSeconds = 5;

/** Longer than this, in seconds, and the sequential node is left out unless all is asked for. */
const longestSequential = 240;

/** A heat that was not run, and how long it would take. */
export interface LeftOut {
	contestant: string;
	videos: number;
	medianSeconds: number;
	/** Seconds: the sum of what the videos take, each up to the next status request. */
	wouldTake: number;
}

/** What the contestants came to. */
export interface Comparison {
	heats: HeatResult[];
	leftOut: LeftOut[];
}

/**
 * Runs the contestants against each other.
 *
 * @param medians the videos' median durations, in seconds
 * @param all whether to run also what takes hours
 */
export async function compare(medians: number[], all: boolean): Promise<Comparison> {
	const slow = medians.flatMap((medianSeconds) =>
		counts.map((videos) => ({ contestant: sequential(pollSeconds), videos, medianSeconds })),
	);
	const isRun = (heat: Heat) => all || sequentialSeconds(heat) <= longestSequential;
	// One request in five seconds is in nobody's way, so these run beside all the others.
	const slowEnds = await startSideBySide(slow.filter(isRun));
	const heats: HeatResult[] = [];
	for (const medianSeconds of medians) {
		const fast = [thisNode, falClient, httpLoop()].flatMap((contestant) =>
			counts.map((videos) => ({ contestant, videos, medianSeconds })),
		);
		// Short ones one at a time, since there everything counts. Long ones mostly sleep.
		heats.push(...(await (medianSeconds < 30 ? runInTurn(fast) : runSideBySide(fast))));
	}
	heats.push(...(await slowEnds()));
	const leftOut = slow
		.filter((heat) => !isRun(heat))
		.map(({ contestant: { name: contestant }, videos, medianSeconds }) => ({
			contestant,
			videos,
			medianSeconds,
			wouldTake: sequentialSeconds({ videos, medianSeconds }),
		}));
	return { heats, leftOut };
}

/** Seconds that the sequential node takes: each video is there at the first question after its end. */
export function sequentialSeconds(heat: Pick<Heat, 'videos' | 'medianSeconds'>): number {
	return secondsOf(heat)
		.map((seconds) => Math.ceil(seconds / pollSeconds) * pollSeconds)
		.reduce((sum, each) => sum + each, 0);
}
