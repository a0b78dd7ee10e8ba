/**
 * `npm run test:matrix`: the tests of `test/e2e/core` in every n8n that there is a recipe for, one after
 * the other, and what came out as a table in the README. `npm run test:matrix -- 2.20` runs that one
 * alone, and leaves what the others have come to last.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSection } from '../harness/markdown/write-section';
import { repository } from '../harness/server/paths';
import { serverVersions } from '../harness/server/server-version';
import { hasPassed } from './matrix/outcome';
import { readResults, storeResult } from './matrix/results';
import { runLine } from './matrix/run-line';
import { markers, sectionOf } from './matrix/section';

async function main(wanted: string[]): Promise<void> {
	const lines = serverVersions.map(({ line }) => line);
	const unknown = wanted.filter((line) => !lines.includes(line));
	if (unknown.length > 0) {
		throw new Error(`There is no recipe for ${unknown.join(', ')}, but for ${lines.join(', ')}`);
	}
	const folder = await mkdtemp(join(tmpdir(), 'fal-video-matrix-'));
	try {
		for (const server of serverVersions) {
			if (wanted.length > 0 && !wanted.includes(server.line)) continue;
			console.log(`\nn8n ${server.version} on Node.js ${server.nodeMajor}`);
			const outcome = await runLine(server, folder);
			await storeResult(outcome);
			if (!hasPassed(outcome)) process.exitCode = 1;
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	const section = sectionOf(await readResults());
	await writeSection(join(repository, 'README.md'), markers, section);
	console.log(`\n${section}`);
}

void main(process.argv.slice(2));
