import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installCommunityPackage } from '../../../harness/server/community-package';
import type { N8n } from '../../../harness/server/n8n';
import { N8nServer } from '../../../harness/server/n8n-server';
import { demoOwner, signIn } from '../../../harness/server/owner';
import { temporaryFolder } from './temporary-folder';

/** An n8n that runs, with this package installed from its tarball, and its owner signed in. */
export interface Place<Server extends N8n = N8n> {
	n8n: Server;
	/** Its home folder. */
	folder: string;
}

/** Starts a server in a folder of its own. */
export async function startPlace(install = installCommunityPackage): Promise<Place<N8nServer>> {
	const folder = await temporaryFolder('n8n');
	await install(folder);
	// The one folder that n8n lets nodes write to.
	await mkdir(join(folder, '.n8n-files'));
	return { folder, n8n: await startServer(folder) };
}

/** Starts a server, whose folder may have had one before. */
export async function startServer(folder: string, port?: number): Promise<N8nServer> {
	// The home folder counts for what n8n lets nodes write, and for every tool's own settings.
	const server = await N8nServer.start({ userFolder: folder, port, env: { HOME: folder } });
	await signIn(server, demoOwner);
	return server;
}
