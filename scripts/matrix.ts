/**
 * `npm run test:matrix`: the tests of `test/e2e/core` in every n8n that there is a recipe for, one after
 * the other, and what came out as a table in the README.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSection } from '../harness/markdown/write-section';
import { repository } from '../harness/server/paths';
import { serverVersions } from '../harness/server/server-version';
import { hasPassed, type Outcome } from './matrix/outcome';
import { runLine } from './matrix/run-line';
import { markers, sectionOf } from './matrix/section';

async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'fal-video-matrix-'));
	const outcomes: Outcome[] = [];
	try {
		for (const server of serverVersions) {
			console.log(`\nn8n ${server.version} on Node.js ${server.nodeMajor}`);
			outcomes.push(await runLine(server, folder));
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	const section = sectionOf(outcomes);
	await writeSection(join(repository, 'README.md'), markers, section);
	console.log(`\n${section}`);
	if (!outcomes.every(hasPassed)) process.exitCode = 1;
}

void main();
