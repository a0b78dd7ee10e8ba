import { setTimeout as sleep } from 'node:timers/promises';
import { CertificateAuthority } from '../../harness/registry/certificates';
import { RegistryStandIn } from '../../harness/registry/registry-stand-in';
import { asVersion, packRelease, type Release } from '../../harness/registry/releases';
import { executeToEnd } from './setup/executions';
import { QueueMode } from './setup/queue/queue-mode';
import { removeFolder, temporaryFolder } from './setup/temporary-folder';
import { importWorkflow, readExample, type StoredWorkflow } from './setup/workflows';

// In this order: each process has a home folder of its own, as on machines apart.
describe('in queue mode, what is installed in the settings', () => {
	let folder: string;
	let registry: RegistryStandIn;
	let n8n: QueueMode;
	let now: Release;
	let next: Release;
	let workflow: StoredWorkflow;

	const packages = '/community-packages';
	const name = 'n8n-nodes-fal-video';

	/** Waits until each process beside the main one has put the package in place so often. */
	async function untilInstalled(times: number): Promise<void> {
		const count = (log: string) => log.split('Community package installed').length - 1;
		for (const { program } of [...n8n.workers, n8n.webhooks]) {
			while (count(await program.log()) < times) await sleep(200);
		}
	}

	async function expectVideos(): Promise<void> {
		n8n.fal.reset();
		// Both workers are given some.
		const executions = await Promise.all(
			Array.from({ length: 4 }, async () => await executeToEnd(n8n.main, workflow)),
		);
		for (const execution of executions) {
			expect(execution).toMatchObject({ status: 'success' });
			expect(execution.json('Videos')).toHaveLength(3);
		}
		expect(n8n.fal.billed()).toBe(12);
	}

	beforeAll(async () => {
		folder = await temporaryFolder('registry');
		registry = await RegistryStandIn.start(await CertificateAuthority.create(folder));
		now = await packRelease(folder);
		next = await asVersion(now, '99.0.0', folder);
		const env = { ...registry.env, N8N_UNVERIFIED_PACKAGES_ENABLED: 'true' };
		n8n = await QueueMode.start({ concurrency: 2, env, empty: true });
	});

	afterAll(async () => {
		await n8n.close();
		await registry.close();
		await removeFolder(folder);
	});

	test('is installed on every process, and both workers make videos', async () => {
		registry.publish(now);
		await n8n.main.rest('POST', packages, { name });
		await untilInstalled(1);
		await n8n.saveCredential();
		const example = await readExample('text-to-video.json');
		workflow = await importWorkflow(n8n.main, example, n8n.credentials);
		await expectVideos();
		for (const worker of n8n.workers) expect(await n8n.begunBy(worker)).not.toEqual([]);
	});

	test('is updated on every process', async () => {
		registry.publish(next);
		expect(await n8n.main.rest('PATCH', packages, { name })).toMatchObject({
			installedVersion: '99.0.0',
		});
		await untilInstalled(2);
		await expectVideos();
	});

	test('is removed', async () => {
		await n8n.main.rest('DELETE', `${packages}?name=${name}`);
		expect(await n8n.main.rest('GET', packages)).toEqual([]);
	});
});
