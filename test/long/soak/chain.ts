import type { INodeExecutionData } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteExecution } from '../../../harness/engine/client';
import type { StopReason } from '../../../harness/engine/execution';
import type { FalEngine, Given } from '../../../harness/engine/fal-engine';
import type { Outcome } from '../../../harness/engine/outcome';
import { FAL_VIDEO } from '../../../harness/engine/workflow';
import { draw } from '../../../harness/standin/draw';

/** An execution of a chain, in the time of the test. */
export interface Link {
	startedAt: number;
	endedAt: number;
	stopped?: { at: number; reason: StopReason };
}

/** An execution and its retries, until one of them has succeeded. */
export interface Chain {
	name: string;
	prompts: string[];
	links: Link[];
	/** How the last execution ended; undefined if it never did. */
	last?: Outcome;
	/** Whether a stop has ended it for good: n8n has nothing to retry it from. */
	isCutOff: boolean;
	/** What left the node by its first output, linked to its input. */
	out: INodeExecutionData[];
	errors: INodeExecutionData[];
}

/** What a chain draws is the same for the same seed. */
type Dice = (name: string) => number;

/** More retries than any chain needs: what takes more never ends. */
const mostLinks = 40;

/**
 * Runs a chain: an execution that may be stopped, and is retried until it has succeeded.
 *
 * @param name from this and the seed follows all that the chain draws
 * @param count how many items it has
 */
export async function runChain(
	bench: FalEngine,
	seed: number,
	name: string,
	count: number,
): Promise<Chain> {
	const dice: Dice = (what) => draw(seed, `${name}/${what}`);
	const continues = dice('continues') < 0.25;
	// What is refused for good ends a chain that does not continue.
	const mark = (item: number) => (continues && dice(`blocked/${item}`) < 0.1 ? '[blocked] ' : '');
	const prompts = Array.from({ length: count }, (_, item) => `${mark(item)}${name}, take ${item}`);
	const given = givenTo(dice, continues, prompts);
	const chain: Chain = { name, prompts, links: [], isCutOff: false, out: [], errors: [] };
	let run = bench.start(given);
	for (;;) {
		const { link, outcome } = await runLink(run, stopOf(dice, chain.links.length));
		chain.links.push(link);
		chain.last = outcome;
		// A stop that comes with the last node's end: n8n calls it canceled, but it has finished.
		if (outcome.record.finished || chain.links.length === mostLinks) break;
		// Stored while the node ran, it is not on the stack of nodes that a retry goes on from.
		chain.isCutOff = link.stopped?.reason === 'timeout';
		if (chain.isCutOff) break;
		run = bench.engine.retry(outcome);
	}
	chain.out = chain.last.items(FAL_VIDEO);
	chain.errors = chain.last.items('Errors');
	return chain;
}

function givenTo(dice: Dice, continues: boolean, prompts: string[]): Given {
	const interval = dice('interval');
	const timeout = dice('timeout');
	return {
		items: prompts.map((prompt) => ({ prompt })),
		parameters: { downloadVideo: dice('download') < 0.3 },
		options: {
			// As the node chooses (with streams), or fixed.
			pollIntervalSeconds: interval < 0.6 ? undefined : 0.5 + Math.round(interval),
			// What the longest wait leaves running is picked up by a retry; an item that continues has none.
			...(continues || timeout < 0.5
				? {}
				: { maxWaitSeconds: 4, onTimeout: timeout < 0.75 ? 'fail' : 'cancelAndFail' }),
		},
		node: continues
			? { onError: 'continueErrorOutput' }
			: dice('retries') < 0.5
				? { retryOnFail: true, maxTries: 3, waitBetweenTries: 500 }
				: {},
	};
}

function stopOf(dice: Dice, link: number): { afterMs: number; reason: StopReason } | undefined {
	if (link > 3 || dice(`stop/${link}`) > 0.4) return undefined;
	const reasons: StopReason[] = ['user', 'timeout', 'timeout-late', 'timeout-late'];
	const reason = reasons[Math.floor(dice(`reason/${link}`) * reasons.length)] ?? 'user';
	return { afterMs: 30 + dice(`after/${link}`) ** 2 * 8000, reason };
}

async function runLink(
	run: RemoteExecution,
	stop: ReturnType<typeof stopOf>,
): Promise<{ link: Link; outcome: Outcome }> {
	const link: Link = { startedAt: Date.now(), endedAt: 0 };
	const over = new AbortController();
	if (stop) {
		sleep(stop.afterMs, undefined, { signal: over.signal }).then(
			() => {
				link.stopped = { at: Date.now(), reason: stop.reason };
				run.stop(stop.reason);
			},
			() => {},
		);
	}
	const outcome = await run.finished;
	over.abort();
	link.endedAt = Date.now();
	return { link, outcome };
}
