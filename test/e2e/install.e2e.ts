import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../harness/server/paths';
import { runCommand } from '../../harness/server/run-command';
import { usePrivateBench } from './setup/bench';
import { executeToEnd } from './setup/executions';
import { importWorkflow, readExample } from './setup/workflows';

/** The README's way by hand, with the tarball in place of the package's name. */
async function installByHand(folder: string): Promise<void> {
	const pack = ['pack', '--silent', '--pack-destination', folder];
	const tarball = join(folder, (await runCommand('npm', pack, repository)).trim());
	const nodes = join(folder, '.n8n', 'nodes');
	await mkdir(nodes, { recursive: true });
	await runCommand('npm', ['install', '--legacy-peer-deps', '--silent', tarball], nodes);
}

describe('installed with npm, as the README says', () => {
	const bench = usePrivateBench(installByHand);

	test('nothing but the package itself is installed', async () => {
		const installed = await readdir(join(bench.folder, '.n8n', 'nodes', 'node_modules'));
		expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['n8n-nodes-fal-video']);
	});

	test('the first workflow brings its videos', async () => {
		const example = await readExample('text-to-video.json');
		const workflow = await importWorkflow(bench.n8n, example, bench.credentials);
		const execution = await executeToEnd(bench.n8n, workflow);

		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toHaveLength(3);
		expect(bench.fal.billed()).toBe(3);
	});
});
