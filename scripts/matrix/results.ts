import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatted } from '../../harness/markdown/formatted';
import { serverVersions } from '../../harness/server/server-version';
import type { Outcome } from './outcome';

/** What the last run of each version has come to: so that one can be run alone, and the table stays whole. */
const path = join(__dirname, 'results.json');

/** The last outcomes of the versions that there is a recipe for, oldest version first. */
export async function readResults(): Promise<Outcome[]> {
	const stored = JSON.parse(await readFile(path, 'utf8')) as Outcome[];
	return serverVersions.flatMap(
		({ version }) => stored.find((one) => one.version === version) ?? [],
	);
}

/** Puts an outcome in the place of the version's last one. */
export async function storeResult(outcome: Outcome): Promise<void> {
	const others = (await readResults()).filter(({ version }) => version !== outcome.version);
	const text = JSON.stringify([...others, outcome]);
	await writeFile(path, await formatted(path, text));
}
