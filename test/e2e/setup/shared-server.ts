import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8n } from '../../../harness/server/n8n';
import type { N8nServer } from '../../../harness/server/n8n-server';
import { demoOwner, signIn } from '../../../harness/server/owner';
import { startPlace, type Place } from './place';
import { removeFolder, temporaryFolder } from './temporary-folder';

// One n8n for all tests that need nothing but a server. It runs beside jest's workers, which find it
// by a file; each test file has stand-ins and credentials of its own, so that files may run at once.

/** The variable that names the folder of the file, from jest's process to its workers. */
const variable = 'E2E_SHARED_SERVER';

/** What the file says: where the server is, or why it is not. */
type Notice = { url: string; folder: string } | { error: string };

/** jest loads its setup and its teardown apart from each other. */
const shared = globalThis as { sharedServer?: Promise<Place<N8nServer> | undefined> };

/** Begins to start the server, so that it comes up while the first tests start theirs. */
export async function beginSharedServer(): Promise<void> {
	const notices = await temporaryFolder('shared');
	process.env[variable] = notices;
	const leave = async (notice: Notice) => {
		await writeFile(join(notices, 'new'), JSON.stringify(notice));
		await rename(join(notices, 'new'), join(notices, 'server.json'));
	};
	shared.sharedServer = startPlace().then(
		async (place) => {
			await leave({ url: place.n8n.url, folder: place.folder });
			return place;
		},
		async (error: unknown) => {
			await leave({ error: String(error) });
			return undefined;
		},
	);
}

/** Waits for the server, and signs in. */
export async function joinSharedServer(): Promise<Place> {
	const file = join(process.env[variable] ?? '', 'server.json');
	while (!existsSync(file)) await sleep(100);
	const notice = JSON.parse(await readFile(file, 'utf8')) as Notice;
	if ('error' in notice) throw new Error(`The shared server did not start: ${notice.error}`);
	const n8n = new N8n(notice.url);
	await signIn(n8n, demoOwner);
	return { n8n, folder: notice.folder };
}

/**
 * Ends the server.
 *
 * @throws where a test has left a workflow published: it could have disturbed the others
 */
export async function endSharedServer(): Promise<void> {
	await rm(process.env[variable] ?? '', { recursive: true, force: true });
	const place = await shared.sharedServer;
	if (!place) return;
	const { n8n, folder } = place;
	const workflows = await n8n.rest<{ name: string; active: boolean }[]>('GET', '/workflows');
	await n8n.stop();
	await removeFolder(folder);
	const left = workflows.filter(({ active }) => active).map(({ name }) => name);
	if (left.length > 0) throw new Error(`Tests have left workflows published: ${left.join(', ')}`);
}
