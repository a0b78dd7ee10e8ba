import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineProcess } from '../../harness/engine/client';
import type { Outcome } from '../../harness/engine/outcome';

/** How often n8n's log is looked at, in milliseconds. */
const lookEveryMs = 250;

/** How long nothing may change before a sign of life is shown, in milliseconds. */
const signOfLifeMs = 2000;

/**
 * Prints what the node tells n8n's log of its request (submitted, the position in the queue, in
 * progress, complete), with the seconds since the start, until the execution is over.
 */
export async function showProgress(
	engine: EngineProcess,
	finished: Promise<Outcome>,
): Promise<Outcome> {
	const start = Date.now();
	let over = false;
	let shown = 0;
	let last = '';
	let lastShownAt = start;
	const print = (text: string) => {
		const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(6);
		console.log(`${seconds} s  ${text}`);
		lastShownAt = Date.now();
	};
	const ended = finished.finally(() => {
		over = true;
	});
	while (!over) {
		await Promise.race([sleep(lookEveryMs), ended.catch(() => {})]);
		const lines = await engine.logs();
		for (const line of lines.slice(shown)) {
			const { message } = JSON.parse(line) as { message: string };
			if (!message.startsWith('fal request ')) continue;
			last = message.replace(/^fal request /, '');
			print(last);
		}
		shown = lines.length;
		if (!over && last !== '' && Date.now() - lastShownAt >= signOfLifeMs) {
			print('…');
		}
	}
	return await ended;
}
