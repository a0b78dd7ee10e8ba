import { EngineProcess } from '../../harness/engine/client';
import { KEY } from '../../harness/engine/fal-engine';
import { CREDENTIAL_ID, workflowOf } from '../../harness/engine/workflow';
import type { FalStandIn } from '../../harness/standin/fal-stand-in';

/** A workflow that sends the same prompt each time. */
export const everyDay = workflowOf({
	resource: 'video',
	operation: 'generate',
	prompt: 'Every day the same',
	options: { pollIntervalSeconds: 0.5 },
});

/** Another n8n process, which knows nothing of what the first one sends with the same key. */
export async function anotherProcess(fal: FalStandIn): Promise<EngineProcess> {
	const { baseUrl, platformUrl } = fal;
	const data = { apiKey: KEY, authScheme: 'Key', baseUrl, platformUrl };
	return await EngineProcess.start({
		credentials: { [CREDENTIAL_ID]: { name: 'fal', type: 'falVideoApi', data } },
	});
}
