import { setTimeout as sleep } from 'node:timers/promises';
import { draw } from '../../harness/standin/draw';
import { infrastructureError } from '../../harness/standin/outcome';
import { useFalEngine } from '../engine/use-fal-engine';
import { audit } from './soak/books';
import { type Chain, runChain } from './soak/chain';

/**
 * The length: ten minutes, or a minute to see whether it works at all. Another minute goes by
 * before memory is measured.
 */
const seconds = Number(process.env.SOAK_SECONDS ?? 600);
/** Another seed, other faults, stops, steps of the clock and times. */
const seed = Number(process.env.SOAK_SEED ?? 1);
/** 2,000 in ten minutes. */
const itemsInAll = Math.round((2000 * seconds) / 600);
const lanes = 4;
/** Of the heap after a collection: what n8n and V8 themselves keep moves within a few megabytes. */
const heapMarginBytes = 8_000_000;

const bench = useFalEngine({}, { keepsLog: true });

/** How often a prompt was submitted. */
const attempts = new Map<string, number>();

function standIn(): void {
	const { fal } = bench;
	fal.options.submitMs = 40;
	fal.options.askMs = 10;
	fal.options.outcome = ({ body }) => {
		const prompt = body.prompt as string;
		const attempt = (attempts.get(prompt) ?? 0) + 1;
		attempts.set(prompt, attempt);
		const dice = (what: string) => draw(seed, `${prompt}/${attempt}/${what}`);
		const durationMs = 200 + dice('duration') ** 3 * (attempt > 2 ? 2500 : 9000);
		if (prompt.includes('[blocked]')) return undefined;
		if (attempt > 3 || dice('fails') > 0.05) return { status: 200, durationMs };
		const failure = infrastructureError(503, 'runner_disconnected', 'Runner disconnected');
		return { ...failure, durationMs };
	};
	fal.chaos({ seed, rate: 0.04 });
}

/** Sets the clock forward and back, and cuts streams, until it is told to end. */
async function weather(signal: AbortSignal): Promise<{ steps: number }> {
	let steps = 0;
	while (!signal.aborted) {
		const dice = (what: string) => draw(seed, `weather/${steps}/${what}`);
		const far = dice('far') < 0.3 ? 3_600_000 : 5000;
		await bench.engine.stepClock(Math.round((dice('step') * 2 - 1) * far));
		if (dice('cut') < 0.5) {
			bench.fal.order({ on: 'stream', times: 3, fault: { type: 'cut', ms: 200 } });
		} else if (dice('cut') < 0.7) {
			bench.fal.order({ on: 'stream', times: 3, fault: { type: 'withhold', events: 1 } });
		}
		steps++;
		await sleep(500 + dice('pause') * 3000, undefined, { signal }).catch(() => {});
	}
	return { steps };
}

/** One of the executions side by side: chain after chain, each when its share of the time has come. */
async function runLane(lane: number, into: Chain[], began: number): Promise<void> {
	const mine = Math.round(itemsInAll / lanes);
	for (let started = 0, chain = 0; started < mine; chain++) {
		const due = began + (started / mine) * seconds * 1000;
		if (due > Date.now()) await sleep(due - Date.now());
		const name = `lane ${lane}, chain ${chain}`;
		const count = Math.min(mine - started, 1 + Math.floor(draw(seed, `${name}/count`) * 40));
		into.push(await runChain(bench, seed, name, count));
		started += count;
		// Of a finished chain they tell nothing any more.
		await bench.engine.forgetLogs();
	}
}

async function heap(): Promise<number> {
	// The time-out of a question that was answered is held until it would have come: 30 seconds.
	await sleep(32_000);
	await bench.engine.gc();
	// Code that is not used any more, and what finalisers let go of, is free after several collections.
	for (let time = 0; time < 10; time++) {
		await bench.engine.gc();
		await sleep(100);
	}
	return (await bench.engine.memory()).heapUsed;
}

test(
	`seed ${seed}, ${seconds} s: ${itemsInAll} items through stops, retries, steps of the clock and faults`,
	async () => {
		standIn();
		// What is compiled and cached at the first use is not lost memory.
		const warm = await Promise.all(
			Array.from({ length: lanes }, (_, n) => runChain(bench, seed, `warm-up ${n}`, 30)),
		);
		await bench.engine.forgetLogs();
		const before = await heap();

		const chains: Chain[] = [...warm];
		const over = new AbortController();
		const blowing = weather(over.signal);
		const began = Date.now();
		await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane, chains, began)));
		over.abort();
		const { steps } = await blowing;

		// Time for what should not come any more.
		const asked = bench.fal.log.length;
		const after = await heap();
		expect(bench.fal.log.slice(asked).map(({ kind, path }) => `${kind} ${path}`)).toEqual([]);

		const { videos, delivered, lostToStops, wrong } = audit(bench.fal, chains);
		const links = chains.flatMap((chain) => chain.links);
		const figures = {
			seed,
			items: chains.flatMap(({ prompts }) => prompts).length,
			executions: links.length,
			stops: links.filter(({ stopped }) => stopped).length,
			steps,
			faults: bench.fal.log.filter(({ fault }) => fault !== undefined).length,
			submitted: bench.fal.submissions.length,
			videos,
			delivered,
			lostToStops,
			heapMB: [before, after].map((bytes) => Math.round(bytes / 1e5) / 10),
		};
		process.stdout.write(`${JSON.stringify(figures)}\n`);

		expect(wrong).toEqual([]);
		expect(videos - lostToStops).toBe(delivered);
		expect(await bench.engine.unhandled()).toEqual([]);
		expect(bench.engine.output).not.toContain('MaxListenersExceededWarning');
		expect(after - before).toBeLessThan(heapMarginBytes);
		// It was a soak, not a walk in the sun.
		expect(figures.stops).toBeGreaterThan(seconds / 20);
		expect(figures.faults).toBeGreaterThan(itemsInAll / 10);
		expect(steps).toBeGreaterThan(seconds / 10);
	},
	seconds * 1000 + 300_000,
);
