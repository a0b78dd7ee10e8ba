import { join } from 'node:path';
import { EngineProcess } from '../../harness/engine/client';
import type { Outcome } from '../../harness/engine/outcome';
import { itemsOf, node, workflowFrom } from '../../harness/engine/workflow';
import type { FalStandIn } from '../../harness/standin/fal-stand-in';
import { type Contestant, MODEL } from './contestant';
import { succeeded } from './succeeded';
import { warmUp } from './warm-up';

const SEQUENTIAL = 'Sequential Video';

/**
 * One item after the other, each asked for at a fixed interval: what the published nodes for fal do.
 *
 * @param pollSeconds the pause between two status requests
 */
export function sequential(pollSeconds = 5): Contestant {
	return {
		name: `sequential node, polling every ${pollSeconds} s`,
		enter: async (fal) => {
			const engine = await EngineProcess.start({
				packageDir: join(__dirname, '..', 'sequential-node'),
				env: { N8N_LOG_LEVEL: 'info' },
			});
			await warmUp(async (elsewhere) => await run(engine, elsewhere, ['Warm-up'], 0));
			return {
				run: async (prompts) => {
					const outcome = await run(engine, fal, prompts, pollSeconds);
					const items = outcome.items(SEQUENTIAL);
					const videos = items.map(({ json }) => (json.video as { url: string }).url);
					return { totalMs: outcome.duration, videos };
				},
				close: async () => await engine.close(),
			};
		},
	};
}

async function run(
	engine: EngineProcess,
	fal: FalStandIn,
	prompts: string[],
	pollSeconds: number,
): Promise<Outcome> {
	const workflow = workflowFrom(
		[
			node('Start', 'n8n-nodes-base.manualTrigger'),
			node(SEQUENTIAL, 'n8n-nodes-sequential-video.sequentialVideo', {
				url: `${fal.url}/${MODEL}`,
				apiKey: fal.keys[0] ?? '',
				prompt: '={{ $json.prompt }}',
				pollSeconds,
			}),
		],
		[['Start', SEQUENTIAL]],
	);
	const input = itemsOf(...prompts.map((prompt) => ({ prompt })));
	return succeeded(await engine.run({ workflow, input }).finished);
}
