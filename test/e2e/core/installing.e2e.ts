import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CertificateAuthority } from '../../../harness/registry/certificates';
import { RegistryStandIn } from '../../../harness/registry/registry-stand-in';
import { asVersion, packRelease, type Release } from '../../../harness/registry/releases';
import { createFalCredential, credentialOf } from '../../../harness/server/fal-credential';
import { N8nServer } from '../../../harness/server/n8n-server';
import { demoOwner, signIn } from '../../../harness/server/owner';
import { FalStandIn } from '../../../harness/standin/fal-stand-in';
import type { CredentialsByType } from '../setup/bench';
import { executeToEnd } from '../setup/executions';
import { removeFolder, temporaryFolder } from '../setup/temporary-folder';
import { importWorkflow, readExample, type StoredWorkflow } from '../setup/workflows';

interface InstalledPackage {
	packageName: string;
	installedVersion: string;
	installedNodes: Array<{ name: string }>;
}

const settled = async (text: Promise<string>) => await text.catch(String);

// In this order, as an administrator does it, in a server that has never seen the package.
describe('Installing, updating and removing in n8n’s settings', () => {
	let folder: string;
	let registry: RegistryStandIn;
	let fal: FalStandIn;
	let n8n: N8nServer;
	let releases: { now: Release; next: Release };
	let workflow: StoredWorkflow;

	const packages = '/community-packages';
	const name = 'n8n-nodes-fal-video';

	async function start(): Promise<void> {
		const env = { ...registry.env, HOME: folder, N8N_UNVERIFIED_PACKAGES_ENABLED: 'true' };
		n8n = await N8nServer.start({ userFolder: folder, env });
		await signIn(n8n, demoOwner);
	}

	async function expectVideos(): Promise<void> {
		fal.reset();
		const execution = await executeToEnd(n8n, workflow);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toHaveLength(3);
		expect(fal.billed()).toBe(3);
	}

	beforeAll(async () => {
		folder = await temporaryFolder('installing');
		const aside = join(folder, 'aside');
		await mkdir(aside);
		registry = await RegistryStandIn.start(await CertificateAuthority.create(aside));
		fal = await FalStandIn.start();
		const now = await packRelease(aside);
		releases = { now, next: await asVersion(now, '99.0.0', aside) };
		await start();
	});

	afterAll(async () => {
		await n8n.stop();
		await Promise.all([fal.close(), registry.close()]);
		await removeFolder(folder);
	});

	test('A package that the registry does not have is none', async () => {
		await expect(n8n.rest('POST', packages, { name })).rejects.toThrow(/does not exist|not found/);
	});

	test('Installed by its name, both nodes are there, and make videos', async () => {
		registry.publish(releases.now);
		const installed = await n8n.rest<InstalledPackage>('POST', packages, { name });
		expect(installed).toMatchObject({
			packageName: name,
			installedVersion: releases.now.manifest.version,
		});
		expect(installed.installedNodes.map((node) => node.name).toSorted()).toEqual([
			'Fal Video',
			'Fal Video Trigger',
		]);
		expect(registry.log.some((line) => line.endsWith('.tgz'))).toBe(true);

		const falVideoApi = await createFalCredential(n8n, 'Fal Video', credentialOf(fal));
		const credentials: CredentialsByType = { falVideoApi };
		workflow = await importWorkflow(n8n, await readExample('text-to-video.json'), credentials);
		await expectVideos();
	});

	test('Updated to the next version, the workflow runs as before', async () => {
		registry.publish(releases.next);
		const updated = await n8n.rest<InstalledPackage>('PATCH', packages, { name });
		expect(updated).toMatchObject({ packageName: name, installedVersion: '99.0.0' });
		await expectVideos();
	});

	test('A restart finds the package as it was', async () => {
		await n8n.stop();
		await start();
		const [installed] = await n8n.rest<InstalledPackage[]>('GET', packages);
		expect(installed).toMatchObject({ packageName: name, installedVersion: '99.0.0' });
		await expectVideos();
	});

	test('Removed, it is gone, and nothing is sent', async () => {
		await n8n.rest('DELETE', `${packages}?name=${name}`);
		expect(await n8n.rest('GET', packages)).toEqual([]);
		fal.reset();
		// n8n refuses to run it, or ends it with an error.
		const ended = await settled(executeToEnd(n8n, workflow).then(({ status }) => status));
		expect(ended).not.toBe('success');
		expect(fal.log).toEqual([]);
	});
});
