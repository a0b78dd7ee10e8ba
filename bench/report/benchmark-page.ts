import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../harness/server/paths';
import { formatted } from './format';
import { replaceBetween } from './replace-between';

/** Puts the section into docs/benchmark.md, in the place of the last one. */
export async function writeBenchmarkPage(section: string): Promise<void> {
	const path = join(repository, 'docs', 'benchmark.md');
	const text = replaceBetween(await readFile(path, 'utf8'), section);
	await writeFile(path, await formatted(path, text));
}
