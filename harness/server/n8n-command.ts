import { join } from 'node:path';
import { nodeProgram } from './node-program';
import { serverVersion } from './server-version';

/** How one of n8n's commands is started, such as `start` or `worker`, on the Node.js that it wants. */
export async function n8nCommand(...words: string[]): Promise<{ command: string; args: string[] }> {
	const { directory, nodeMajor } = serverVersion;
	return {
		command: await nodeProgram(nodeMajor),
		args: [join(directory, 'node_modules', 'n8n', 'bin', 'n8n'), ...words],
	};
}
