import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installCommunityPackage } from '../../../harness/server/community-package';
import {
	saveFalCredential,
	type CredentialReference,
} from '../../../harness/server/fal-credential';
import { N8nServer } from '../../../harness/server/n8n-server';
import { demoOwner, signIn } from '../../../harness/server/owner';
import { FalStandIn } from '../../../harness/standin/fal-stand-in';
import { OpenAiStandIn } from '../openai/openai-stand-in';
import { saveOpenAiCredential } from './openai-credential';
import { removeFolder, temporaryFolder } from './temporary-folder';

/** A credential for each type that the examples use. */
export type CredentialsByType = Record<string, CredentialReference>;

/**
 * What most tests stand on: an n8n with this package installed from its tarball, the stand-ins for
 * fal and for OpenAI, and a credential for each.
 */
export class Bench {
	credentials: CredentialsByType = {};

	private constructor(
		/** The server's home folder. */
		readonly folder: string,
		readonly fal: FalStandIn,
		readonly openAi: OpenAiStandIn,
		private server: N8nServer,
	) {}

	/** @param install puts this package into a server's home folder */
	static async start(
		install: (folder: string) => Promise<void> = installCommunityPackage,
	): Promise<Bench> {
		const folder = await temporaryFolder('n8n');
		await install(folder);
		// The one folder that n8n lets nodes write to.
		await mkdir(join(folder, '.n8n-files'));
		const fal = await FalStandIn.start();
		const openAi = await OpenAiStandIn.start();
		const bench = new Bench(folder, fal, openAi, await startServer(folder));
		await signIn(bench.n8n, demoOwner);
		bench.credentials = {
			falVideoApi: await saveFalCredential(bench.n8n, 'Fal Video', {
				apiKey: fal.keys[0] ?? '',
				baseUrl: fal.url,
				webhookKeysUrl: fal.jwksUrl,
				platformUrl: `${fal.url}/v1`,
			}),
			openAiApi: await saveOpenAiCredential(bench.n8n, openAi),
		};
		return bench;
	}

	/** The server; another one after `restart`. */
	get n8n(): N8nServer {
		return this.server;
	}

	/** Starts a server again in the same folder and at the same address, after it was stopped or killed. */
	async startAgain(): Promise<void> {
		this.server = await startServer(this.folder, Number(new URL(this.server.url).port));
		await signIn(this.server, demoOwner);
	}

	/** Ends all of it, and leaves nothing behind. */
	async close(): Promise<void> {
		await this.server.stop();
		await Promise.all([this.fal.close(), this.openAi.close()]);
		await removeFolder(this.folder);
	}
}

async function startServer(folder: string, port?: number): Promise<N8nServer> {
	// The home folder counts for what n8n lets nodes write, and for every tool's own settings.
	return await N8nServer.start({ userFolder: folder, port, env: { HOME: folder } });
}
