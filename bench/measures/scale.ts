import type { EngineProcess } from '../../harness/engine/client';
import { itemsOf, node, workflowFrom } from '../../harness/engine/workflow';
import { variedDurations } from '../../harness/standin/durations';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { promptsOf } from '../contestants/contestant';
import { succeeded } from '../contestants/succeeded';
import { generateAll, warmEngine } from '../contestants/this-node';
import { type Figures, figuresOf } from '../figures';
import { print } from '../print';
import { spread } from '../race';
import { mostAtOnce, mostWithin } from '../statistics';
import { type ProfileSummary, summarize } from './cpu-profile';
import { idleMemory, type Memory, rise, watchMemory } from './memory';

/** A submit is answered after this many milliseconds, so that those at once are seen to be so. */
const submitMs = 250;

/** One run of this node with many items. */
export interface ScaleResult extends Figures {
	medianSeconds: number;
	/** Submits that were not answered yet, at most. */
	submitsAtOnce: number;
	/** Status requests within any one second, at most. */
	statusPerSecond: number;
	/** Processor time of the whole process, in milliseconds, and of it what n8n takes to pass items. */
	cpuMs: number;
	passingMs: number;
	/** Bytes above the idle process, at most. */
	memory: Memory;
	/** Where the processor time went, if that was looked into. */
	profile?: ProfileSummary;
}

/**
 * Runs this node with so many items at once.
 *
 * @param profiled whether to look into where processor time goes, which itself takes some
 */
export async function measureScale(
	videos: number,
	medianSeconds: number,
	profiled = false,
): Promise<ScaleResult> {
	const durationMs = variedDurations({ ...spread, medianMs: medianSeconds * 1000 });
	const fal = await FalStandIn.start({ durationMs, submitMs });
	const engine = await warmEngine(fal);
	try {
		const prompts = promptsOf(videos);
		const passingMs = await cpuOf(engine, async () => await passOn(engine, prompts));
		const idle = await idleMemory(engine);
		if (profiled) await engine.startProfile();
		const before = await engine.cpu();
		const run = async () => await generateAll(engine, prompts);
		const { value: outcome, peak } = await watchMemory(engine, { everyMs: 250 }, run);
		const cpuMs = cpuBetween(before, await engine.cpu());
		const profile = profiled ? summarize(await engine.stopProfile(), isOwn) : undefined;

		const urls = outcome.items('Out').map(({ json }) => (json.video as { url: string }).url);
		const finish = { totalMs: outcome.duration, videos: urls };
		const result = {
			...figuresOf(fal, finish, prompts),
			medianSeconds,
			submitsAtOnce: mostAtOnce(
				fal.log
					.filter(({ kind }) => kind === 'submit')
					.map(({ at, endedAt = Infinity }) => [at, endedAt]),
			),
			statusPerSecond: mostWithin(
				1000,
				fal.log.filter(({ kind }) => kind === 'status').map(({ at }) => at),
			),
			cpuMs,
			passingMs,
			memory: rise(idle, peak),
			...(profile ? { profile } : {}),
		};
		print(
			`${videos} items × ${medianSeconds} s: ${result.total.toFixed(1)} s (the slowest video ${result.limit.toFixed(1)} s), at most ${result.submitsAtOnce} submits at once and ${result.statusPerSecond} status requests a second, ${(cpuMs / videos).toFixed(1)} ms of processor time each, +${Math.round(result.memory.rss / 1e6)} MB`,
		);
		return result;
	} finally {
		await engine.close();
		await fal.close();
	}
}

/** Whether a script is one of this package's. */
function isOwn(url: string): boolean {
	return /\/dist\/(nodes|credentials)\//.test(url) && !url.includes('/node_modules/');
}

/** The same items through a workflow that does nothing with them. */
async function passOn(engine: EngineProcess, prompts: string[]): Promise<void> {
	const workflow = workflowFrom(
		[node('Start', 'n8n-nodes-base.manualTrigger'), node('Out', 'n8n-nodes-base.noOp')],
		[['Start', 'Out']],
	);
	const input = itemsOf(...prompts.map((prompt) => ({ prompt })));
	succeeded(await engine.run({ workflow, input }).finished);
}

async function cpuOf(engine: EngineProcess, work: () => Promise<void>): Promise<number> {
	const before = await engine.cpu();
	await work();
	return cpuBetween(before, await engine.cpu());
}

/** Milliseconds of processor time from one reading to another. */
function cpuBetween(before: NodeJS.CpuUsage, after: NodeJS.CpuUsage): number {
	return (after.user - before.user + after.system - before.system) / 1000;
}
