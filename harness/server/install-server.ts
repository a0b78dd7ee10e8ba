import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serverDirectory, serverManifests } from './paths';
import { runCommand } from './run-command';

/**
 * Installs the pinned n8n server where it is missing. It is put in place as a whole: an installation
 * that was interrupted is begun anew, and of two at once the first one stays.
 */
export async function installServer(): Promise<void> {
	if (existsSync(serverDirectory)) return;

	console.log('Installing the n8n server (2.8 GB, five to ten minutes the first time)…');
	const parent = dirname(serverDirectory);
	await mkdir(parent, { recursive: true });
	const folder = await mkdtemp(join(parent, 'installing-'));
	try {
		for (const name of ['package.json', 'package-lock.json']) {
			await copyFile(join(serverManifests, name), join(folder, name));
		}
		// Of all the install scripts the server needs one; another downloads what nobody here uses.
		await runCommand('npm', ['ci', '--ignore-scripts', '--loglevel=error'], folder);
		await runCommand('npm', ['rebuild', 'sqlite3', '--loglevel=error'], folder);
		await rename(folder, serverDirectory).catch((error: unknown) => {
			if (!existsSync(serverDirectory)) throw error;
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
