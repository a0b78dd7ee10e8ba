import { installServer } from '../../../harness/server/install-server';
import { installPrograms } from './install-programs';

/** Puts everything on the machine that the tests start: once, before the first of them. */
export async function prepare(): Promise<void> {
	await installServer();
	await installPrograms();
}

// jest calls what the module itself is.
module.exports = prepare;
