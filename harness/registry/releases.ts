import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../server/paths';
import { runCommand } from '../server/run-command';

/** A version of a package as it is published. */
export interface Release {
	manifest: { name: string; version: string } & Record<string, unknown>;
	tarball: Buffer;
	/** SHA-512, as npm writes it. */
	integrity: string;
}

/**
 * Packs this package as it would be published.
 *
 * @param folder for what comes up on the way
 */
export async function packRelease(folder: string): Promise<Release> {
	return await pack(repository, folder);
}

/** The same release under another version, as the next one would be published. */
export async function asVersion(
	release: Release,
	version: string,
	folder: string,
): Promise<Release> {
	const packed = join(folder, 'before.tgz');
	const unpacked = join(folder, `as-${version}`);
	await mkdir(unpacked);
	await writeFile(packed, release.tarball);
	await runCommand('tar', ['-xzf', packed, '-C', unpacked, '--strip-components=1'], folder);
	const manifest = { ...release.manifest, version };
	await writeFile(join(unpacked, 'package.json'), JSON.stringify(manifest, null, 2));
	return await pack(unpacked, folder);
}

async function pack(from: string, folder: string): Promise<Release> {
	const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
	const file = (await runCommand('npm', args, from)).trim();
	const tarball = await readFile(join(folder, file));
	const manifest = JSON.parse(
		await readFile(join(from, 'package.json'), 'utf8'),
	) as Release['manifest'];
	const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
	return { manifest, tarball, integrity };
}
