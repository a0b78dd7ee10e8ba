import { join } from 'node:path';
import { serverVersion } from '../../harness/server/server-version';
import { EngineProcess } from '../../harness/engine/client';

/** An engine in which workflows may use n8n's own nodes, as the installed server has them. */
export async function engineWithNodesBase(): Promise<EngineProcess> {
	return await EngineProcess.start({
		furtherPackages: [join(serverVersion.directory, 'node_modules', 'n8n-nodes-base')],
		env: { N8N_LOG_LEVEL: 'info' },
	});
}
