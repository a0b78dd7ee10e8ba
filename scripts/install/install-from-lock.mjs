import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs a folder's packages where they are missing or no longer those of its lock file, and ends the
 * process where that fails. Plain node, no packages: it runs before there are any.
 *
 * @param {string} folder that has a package.json and a package-lock.json
 * @param {string} announcement printed before an installation, which takes a while
 */
export function installFromLock(folder, announcement) {
	const stamp = join(folder, 'node_modules', '.installed-from');
	const wanted = createHash('sha256')
		.update(readFileSync(join(folder, 'package-lock.json')))
		.update(process.versions.modules)
		.digest('hex');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

	console.log(announcement);
	const env = { ...process.env };
	// `npx -p node@24 -- npm …` leaves its own package list in the environment. An install script
	// that calls npx itself (eslint-plugin-n8n-nodes-base does) would then look for its command
	// among those packages and fail.
	for (const name of ['npm_config_package', 'npm_config_call']) delete env[name];
	const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: folder,
		env,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	if (status !== 0) process.exit(status ?? 1);
	writeFileSync(stamp, wanted);
}
