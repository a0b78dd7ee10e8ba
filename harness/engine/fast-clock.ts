import { createRequire } from 'node:module';
import type * as Workflow from 'n8n-workflow';

/**
 * Lets the time of nodes run faster, in this process: that of `Date.now`, of `performance.now`
 * and of n8n's `sleep`, which is the only way in which a node may wait. A pause of a second between two attempts is then over
 * after a fraction of it. Connections, their time-outs included, and servers keep real time.
 *
 * @param speed how many seconds pass in one
 */
export function speedUp(speed: number): void {
	const { now } = Date;
	const start = now();
	Date.now = () => start + (now() - start) * speed;
	const monotonic = performance.now.bind(performance);
	const begin = monotonic();
	performance.now = () => begin + (monotonic() - begin) * speed;

	// As nodes have it: what an import names here would be a copy.
	const workflow = createRequire(__filename)('n8n-workflow') as typeof Workflow;
	const { sleep } = workflow;
	const value: typeof sleep = async (ms, signal) => await sleep(ms / speed, signal);
	Object.defineProperty(workflow, 'sleep', { value, enumerable: true });
}
