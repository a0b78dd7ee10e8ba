import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverDirectory } from './paths';
import { runCommand } from './run-command';

/** What the installed server was made from, so that a change of version installs it anew. */
const stamp = join(serverDirectory, 'node_modules', '.installed-from');

/** Installs the pinned n8n server where it is missing or no longer the one of the lock file. */
export async function installServer(): Promise<void> {
	const wanted = await fingerprint();
	if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return;

	console.log('Installing the n8n server (2.8 GB, five to ten minutes the first time)…');
	// Of all the install scripts the server needs one; another downloads what nobody here uses.
	await runCommand('npm', ['ci', '--ignore-scripts', '--loglevel=error'], serverDirectory);
	await runCommand('npm', ['rebuild', 'sqlite3', '--loglevel=error'], serverDirectory);
	await writeFile(stamp, wanted);
}

/** The lock file, and the kind of Node.js that sqlite3 is compiled for. */
async function fingerprint(): Promise<string> {
	return createHash('sha256')
		.update(await readFile(join(serverDirectory, 'package-lock.json')))
		.update(process.versions.modules)
		.digest('hex');
}
