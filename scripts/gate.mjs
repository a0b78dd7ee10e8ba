// n8n's scan for the community packages that it verifies, over what it looks at: the sources, and the
// package as npm would publish it. Comments that switch a rule off do not count there. Plain node: the
// scan has a folder of its own, since it wants other versions of things than this project, and n8n
// refuses a package that pins them for itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { installFromLock } from './install/install-from-lock.mjs';

const root = join(import.meta.dirname, '..');
const gate = join(import.meta.dirname, 'gate');

installFromLock(gate, 'Installing n8n’s scan of community packages (190 MB, once)…');
const { analyzePackage, SOURCE_FILE_PATTERNS } = await import(
	pathToFileURL(join(gate, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs')).href
);

/** Whether the scan finds nothing in a folder. What it finds is printed: file, line and rule. */
async function passes(what, folder, files) {
	const { passed, message, details } = await analyzePackage(folder, files);
	console.log(passed ? `n8n's scan: no errors in ${what}.` : `n8n's scan: ${message} in ${what}.`);
	if (!passed && details) console.log(details);
	return passed;
}

/** Packs the package, and unpacks it into a folder: what a user gets. */
function unpackInto(folder) {
	const options = { stdio: ['ignore', 'pipe', 'inherit'], shell: process.platform === 'win32' };
	const packed = spawnSync(
		'npm',
		['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
		{ ...options, cwd: root },
	);
	const name = packed.stdout?.toString().trim().split('\n').at(-1) ?? '';
	const unpacked =
		packed.status === 0 && spawnSync('tar', ['-xzf', name], { ...options, cwd: folder });
	if (!unpacked || unpacked.status !== 0) throw new Error('The package could not be packed.');
	return join(folder, 'package');
}

const folder = mkdtempSync(join(tmpdir(), 'n8n-scan-'));
try {
	const source = await passes('the sources', root, SOURCE_FILE_PATTERNS);
	const published = await passes('the packed package', unpackInto(folder), [
		'**/*.js',
		'package.json',
	]);
	if (!source || !published) {
		console.log('n8n verifies no package with these errors: see docs/verification.md.');
		process.exitCode = 1;
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
