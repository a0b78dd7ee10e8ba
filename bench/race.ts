import { setTimeout as sleep } from 'node:timers/promises';
import { variedDuration, variedDurations } from '../harness/standin/durations';
import { FalStandIn } from '../harness/standin/fal-stand-in';
import type { Fault } from '../harness/standin/faults';
import { type Contestant, promptsOf } from './contestants/contestant';
import { type Figures, figuresOf } from './figures';
import { print } from './print';

/** How much durations vary about their median, and the seed that they are drawn from. */
export const spread = { sigma: 0.2, seed: 1 };

/** A contestant, and what it is to do. */
export interface Heat {
	contestant: Contestant;
	videos: number;
	/** The videos' median duration, in seconds. */
	medianSeconds: number;
	/** What becomes of each stream of events. */
	fault?: Fault;
}

/** The figures of a contestant in a heat. */
export interface HeatResult extends Figures {
	contestant: string;
	medianSeconds: number;
}

/** Between two heats that run side by side, in milliseconds: a burst of submits is over by then. */
const startEveryMs = 500;

/** Runs heats one after the other. */
export async function runInTurn(heats: Heat[]): Promise<HeatResult[]> {
	const results: HeatResult[] = [];
	for (const heat of heats) results.push(await (await prepared(heat))());
	return results;
}

/**
 * Starts heats side by side, each with a stand-in and a process of its own. All are ready before the
 * first one starts.
 *
 * @returns waits for their ends
 */
export async function startSideBySide(heats: Heat[]): Promise<() => Promise<HeatResult[]>> {
	const ready: (() => Promise<HeatResult>)[] = [];
	for (const heat of heats) ready.push(await prepared(heat));
	const running: Promise<HeatResult>[] = [];
	for (const start of ready) {
		running.push(start());
		await sleep(startEveryMs);
	}
	return async () => await Promise.all(running);
}

/** As `startSideBySide`, to their ends. */
export async function runSideBySide(heats: Heat[]): Promise<HeatResult[]> {
	const ends = await startSideBySide(heats);
	return await ends();
}

/** Seconds that each video of a heat takes, in the order of the prompts. */
export function secondsOf({ videos, medianSeconds }: Pick<Heat, 'videos' | 'medianSeconds'>) {
	const durations = { ...spread, medianMs: medianSeconds * 1000 };
	return promptsOf(videos).map((prompt) => variedDuration(durations, prompt) / 1000);
}

async function prepared(heat: Heat): Promise<() => Promise<HeatResult>> {
	const { contestant, videos, medianSeconds } = heat;
	const durations = { ...spread, medianMs: medianSeconds * 1000 };
	const fal = await FalStandIn.start({ durationMs: variedDurations(durations) });
	if (heat.fault) fal.order({ on: 'stream', times: Infinity, fault: heat.fault });
	const entrant = await contestant.enter(fal);
	return async () => {
		const prompts = promptsOf(videos);
		const finish = await entrant.run(prompts);
		await entrant.close();
		await fal.close();
		const figures = figuresOf(fal, finish, prompts);
		const { total, limit, lag, statusRequests } = figures;
		print(
			`${videos} × ${medianSeconds} s, ${contestant.name}: ${total.toFixed(1)} s (the slowest video ${limit.toFixed(1)} s), lag ${lag.mean.toFixed(2)} s, ${statusRequests.mean.toFixed(1)} status requests each`,
		);
		return { contestant: contestant.name, medianSeconds, ...figures };
	};
}
