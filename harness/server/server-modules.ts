import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serverVersion } from './server-version';

/**
 * Those of n8n's modules that the n8n which this process starts has: it refuses to start when it is
 * told of another.
 *
 * @param names such as `insights`
 */
export function knownModules(...names: string[]): string[] {
	const modules = join(serverVersion.directory, 'node_modules', 'n8n', 'dist', 'modules');
	return names.filter((name) => existsSync(join(modules, name)));
}
