import { installServer } from '../../../harness/server/install-server';
import { installPrograms } from './install-programs';
import { beginSharedServer } from './shared-server';

/** Puts everything on the machine that the tests start: once, before the first of them. */
export async function prepare(): Promise<void> {
	await installServer();
	// What runs against an older n8n needs no browser, and no queue mode.
	if (!process.env.N8N_VERSION) await installPrograms();
	await beginSharedServer();
}

// jest calls what the module itself is.
module.exports = prepare;
