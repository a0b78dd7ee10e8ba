import { EngineProcess } from '../../harness/engine/client';
import type { CredentialEntry } from '../../harness/engine/credentials';
import type { Outcome } from '../../harness/engine/outcome';
import { CREDENTIAL_ID, FAL_VIDEO, itemsOf, workflowOf } from '../../harness/engine/workflow';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import type { Contestant, Entrant } from './contestant';
import { succeeded } from './succeeded';

const WARM_UP_ID = 'warm-up';

const generate = {
	resource: 'video',
	operation: 'generate',
	prompt: '={{ $json.prompt }}',
};

/** This package's node, as it is out of the box, in n8n's engine. */
export const thisNode: Contestant = { name: 'this node', enter: async (fal) => await enter(fal) };

/** An engine that has made a video, of which the node has learned nothing about the real ones. */
export async function warmEngine(fal: FalStandIn): Promise<EngineProcess> {
	const elsewhere = await FalStandIn.start({ durationMs: 0 });
	const engine = await EngineProcess.start({
		credentials: {
			[CREDENTIAL_ID]: credentialFor(fal),
			[WARM_UP_ID]: credentialFor(elsewhere),
		},
		// As a server logs unless told otherwise.
		env: { N8N_LOG_LEVEL: 'info' },
	});
	const workflow = workflowOf(
		{ ...generate, model: 'custom', customModel: 'fal-ai/warm-up' },
		{ credentials: { falVideoApi: { id: WARM_UP_ID, name: 'fal' } } },
	);
	succeeded(await engine.run({ workflow, input: itemsOf({ prompt: 'Warm-up' }) }).finished);
	await elsewhere.close();
	return engine;
}

/** Runs Video > Generate with what the node does by default. */
export async function generateAll(
	engine: EngineProcess,
	prompts: string[],
	parameters: { downloadVideo?: boolean } = {},
): Promise<Outcome> {
	const workflow = workflowOf({ ...generate, ...parameters });
	const input = itemsOf(...prompts.map((prompt) => ({ prompt })));
	return succeeded(await engine.run({ workflow, input }).finished);
}

async function enter(fal: FalStandIn): Promise<Entrant> {
	const engine = await warmEngine(fal);
	return {
		run: async (prompts) => {
			const outcome = await generateAll(engine, prompts);
			const items = outcome.items(FAL_VIDEO);
			const videos = items.map(({ json }) => (json.video as { url: string }).url);
			return { totalMs: outcome.duration, videos };
		},
		close: async () => await engine.close(),
	};
}

function credentialFor(fal: FalStandIn): CredentialEntry {
	return {
		name: 'fal',
		type: 'falVideoApi',
		data: { apiKey: fal.keys[0] ?? '', baseUrl: fal.url, platformUrl: `${fal.url}/v1` },
	};
}
