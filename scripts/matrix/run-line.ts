import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../harness/server/paths';
import type { ServerVersion } from '../../harness/server/server-version';
import { type JestReport, type Outcome, outcomeOf } from './outcome';

/**
 * Runs the core tests against one n8n, which they install where it is missing. What they say is shown.
 *
 * @param folder where jest's report is put
 */
export async function runLine(server: ServerVersion, folder: string): Promise<Outcome> {
	const report = join(folder, `${server.line}.json`);
	const args = ['-c', 'test/e2e/jest.config.js', '--json', `--outputFile=${report}`];
	const jest = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...args], {
		cwd: repository,
		env: { ...process.env, N8N_VERSION: server.line },
		// With --json, its standard output is the report once more.
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	await once(jest, 'close');
	return outcomeOf(server, await readReport(report));
}

// There is none where the server could not be installed.
async function readReport(path: string): Promise<JestReport | undefined> {
	const text = await readFile(path, 'utf8').catch(() => undefined);
	return text === undefined ? undefined : (JSON.parse(text) as JestReport);
}
