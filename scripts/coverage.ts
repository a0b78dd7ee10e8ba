import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createCoverageMap, type CoverageMapData } from 'istanbul-lib-coverage';
import { createContext } from 'istanbul-lib-report';
import { create } from 'istanbul-reports';
import { repository } from '../harness/server/paths';
import { runCommand } from '../harness/server/run-command';

/**
 * Runs all tests and tells how much of nodes/ and credentials/ they reach: in jest's own process,
 * where the unit tests run the sources, and in the processes of n8n's engine, which run the build.
 */
async function main(): Promise<void> {
	const folder = join(repository, 'coverage');
	const raw = join(folder, 'raw');
	await rm(folder, { recursive: true, force: true });
	await mkdir(raw, { recursive: true });

	// A build that leads back to its sources.
	await run('gulp', 'clean');
	await run('tsc', '-p', 'tsconfig.build.json', '--sourceMap', '--inlineSources');
	await run('gulp', 'assets');
	process.env.NODE_V8_COVERAGE = raw;
	await run(
		'jest',
		'--coverage',
		'--coverageProvider=v8',
		'--coverageReporters=json',
		`--coverageDirectory=${join(folder, 'units')}`,
		'--collectCoverageFrom={nodes,credentials}/**/*.ts',
		// What is published has no maps: here it is not what is looked at.
		'--testPathIgnorePatterns=test/package/packed',
		...process.argv.slice(2),
	);
	delete process.env.NODE_V8_COVERAGE;
	await run(
		'c8',
		'report',
		`--temp-directory=${raw}`,
		`--reports-dir=${join(folder, 'engine')}`,
		'--reporter=json',
		'--include=dist/**',
	);
	// dist is not what is published, with the maps in it.
	await run('gulp', 'clean');

	const all = createCoverageMap({});
	for (const part of ['units', 'engine']) {
		const text = await readFile(join(folder, part, 'coverage-final.json'), 'utf8');
		all.merge(JSON.parse(text) as CoverageMapData);
	}
	const context = createContext({ dir: folder, coverageMap: all });
	for (const kind of ['text', 'html'] as const) create(kind).execute(context);
}

async function run(command: string, ...args: string[]): Promise<void> {
	console.log(`${command} ${args.join(' ')}`);
	await runCommand('npx', [command, ...args], repository);
}

void main();
