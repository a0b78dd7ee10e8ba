import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command';
import { serverVersion } from './server-version';

/**
 * Installs the n8n server that this process starts, where it is missing. It is put in place as a
 * whole: an installation that was interrupted is begun anew, and of two at once the first one stays.
 */
export async function installServer(): Promise<void> {
	const { directory, manifests, version } = serverVersion;
	if (existsSync(directory)) return;

	console.log(`Installing n8n ${version} (2.8 GB, five to ten minutes the first time)…`);
	const parent = dirname(directory);
	await mkdir(parent, { recursive: true });
	const folder = await mkdtemp(join(parent, 'installing-'));
	try {
		for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
			await copyFile(join(manifests, name), join(folder, name));
		}
		// Of all the install scripts the server needs one; another downloads what nobody here uses.
		await runCommand('npm', ['ci', '--ignore-scripts', '--loglevel=error'], folder);
		await runCommand('npm', ['rebuild', 'sqlite3', '--loglevel=error'], folder);
		await rename(folder, directory).catch((error: unknown) => {
			if (!existsSync(directory)) throw error;
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
