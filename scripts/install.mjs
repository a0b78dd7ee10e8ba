// Installs the development dependencies where they are missing or no longer those of the lock
// file, so that each command of the README works from a fresh clone. Plain node, no packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'node_modules', '.installed-from');
const wanted = createHash('sha256')
	.update(readFileSync(join(root, 'package-lock.json')))
	.update(process.versions.modules)
	.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
	console.log('Installing the development dependencies (about two minutes the first time)…');
	const env = { ...process.env };
	// `npx -p node@24 -- npm …` leaves its own package list in the environment. An install script
	// that calls npx itself (eslint-plugin-n8n-nodes-base does) would then look for its command
	// among those packages and fail.
	for (const name of ['npm_config_package', 'npm_config_call']) delete env[name];
	const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: root,
		env,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	if (status !== 0) process.exit(status ?? 1);
	writeFileSync(stamp, wanted);
}
