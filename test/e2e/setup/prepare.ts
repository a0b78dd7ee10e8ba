import { installServer } from '../../../harness/server/install-server';
import { installPrograms } from './install-programs';
import { beginSharedServer } from './shared-server';

/** Puts everything on the machine that the tests start: once, before the first of them. */
export async function prepare(): Promise<void> {
	await installServer();
	// Where N8N_VERSION names the n8n, the core tests alone are run.
	await installPrograms(Boolean(process.env.N8N_VERSION));
	await beginSharedServer();
}

// jest calls what the module itself is.
module.exports = prepare;
