// Builds the package unless dist was built from exactly these sources, so that one command after
// another does not build the same once more. Plain node, no packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'node_modules', '.built-from');

/** Whatever the build reads: a change of any of it makes dist another. */
const sources = [
	'package.json',
	'package-lock.json',
	'gulpfile.js',
	'tsconfig.json',
	'tsconfig.build.json',
	...filesBelow('nodes'),
	...filesBelow('credentials'),
];

function filesBelow(folder) {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath.slice(root.length + 1), entry.name))
		.sort();
}

const hash = createHash('sha256');
for (const file of sources) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
const wanted = hash.digest('hex');

const isBuilt = existsSync(join(root, 'dist')) && existsSync(stamp);
if (!isBuilt || readFileSync(stamp, 'utf8') !== wanted) {
	const { status } = spawnSync('npm', ['run', 'build'], {
		cwd: root,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	if (status !== 0) process.exit(status ?? 1);
	writeFileSync(stamp, wanted);
}
