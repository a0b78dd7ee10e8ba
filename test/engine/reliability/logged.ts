import type { EngineProcess } from '../../../harness/engine/client';

/**
 * Resolves when n8n has logged a text, on any level.
 *
 * @param from how many lines of the log to pass over
 */
export async function logged(engine: EngineProcess, text: string, from = 0): Promise<void> {
	for (;;) {
		const lines = await engine.logs();
		if (lines.slice(from).some((line) => line.includes(text))) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
