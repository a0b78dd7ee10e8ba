import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './paths';
import { runCommand } from './run-command';

interface Manifest {
	name: string;
	version: string;
}

/**
 * Puts this package where n8n finds community packages of a user folder, by way of `npm pack`: so
 * what is tried is what would be published, not what happens to lie in the repository.
 *
 * It does what n8n does when somebody installs a package in its settings, except for the
 * `npm install` at the end: a community node has no dependencies.
 */
export async function installCommunityPackage(userFolder: string): Promise<void> {
	const { name, version } = await readManifest();
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const packageFolder = join(nodesFolder, 'node_modules', name);
	await rm(packageFolder, { recursive: true, force: true });
	await mkdir(packageFolder, { recursive: true });

	const pack = ['pack', '--silent', '--pack-destination', nodesFolder];
	const tarball = (await runCommand('npm', pack, repository)).trim();
	const unpack = ['-xzf', tarball, '-C', packageFolder, '--strip-components=1'];
	await runCommand('tar', unpack, nodesFolder);
	await rm(join(nodesFolder, tarball));

	const installed = { name: 'installed-nodes', private: true, dependencies: { [name]: version } };
	await writeFile(join(nodesFolder, 'package.json'), JSON.stringify(installed, null, 2));
}

async function readManifest(): Promise<Manifest> {
	return JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as Manifest;
}
