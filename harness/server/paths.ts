import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The repository's root. */
export const repository = join(__dirname, '..', '..');

/** What the n8n server is installed from: a package.json, and its lock. */
export const serverManifests = join(__dirname, 'n8n');

/**
 * Where the n8n server is installed that the editor and the server tests run: outside the checkout,
 * so that all clones share the 2.8 GB. Its name says what it was made from: the lock file, and the
 * kind of Node.js that sqlite3 is compiled for.
 */
export const serverDirectory = join(
	process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
	'n8n-nodes-fal-video',
	`n8n-${createHash('sha256')
		.update(readFileSync(join(serverManifests, 'package-lock.json')))
		.update(process.versions.modules)
		.digest('hex')
		.slice(0, 16)}`,
);

/** The workflows that people import. */
export const examplesDirectory = join(repository, 'examples');

/** What the editor of `npm run dev` keeps from one run to the next. */
export const devFolder = join(repository, '.dev');
