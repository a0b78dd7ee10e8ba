import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installCommunityPackage } from '../../../../harness/server/community-package';
import { credentialOf, saveFalCredential } from '../../../../harness/server/fal-credential';
import { freePort } from '../../../../harness/server/free-port';
import { n8nCommand } from '../../../../harness/server/n8n-command';
import { n8nEnvironment, webhookUrl } from '../../../../harness/server/n8n-environment';
import { N8nServer } from '../../../../harness/server/n8n-server';
import { demoOwner, signIn } from '../../../../harness/server/owner';
import { FalStandIn } from '../../../../harness/standin/fal-stand-in';
import type { CredentialsByType } from '../bench';
import { removeFolder, temporaryFolder } from '../temporary-folder';
import { Balancer } from './balancer';
import { postgresDatabase, postgresUser, startPostgres } from './postgres';
import { Program } from './program';
import { startRedis } from './redis';

export interface QueueModeOptions {
	/** How many executions a worker takes on at once. */
	concurrency: number;
	/** How many workers there are; 2 if not given. */
	workers?: number;
	/** How many webhook processes take turns behind one address. @default 1 */
	webhookProcesses?: number;
	/** Settings of n8n's, by their environment variables. */
	env?: NodeJS.ProcessEnv;
	/** Nothing is installed before the start, and each process has a home folder of its own, as on machines apart. */
	empty?: boolean;
}

/** One of the processes that n8n's queue mode is made of, beside the main one. */
export interface Process {
	program: Program;
	url: string;
}

/**
 * n8n as it runs on more than one machine: a main process, a webhook process and workers, on Redis and
 * Postgres.
 */
export class QueueMode {
	credentials: CredentialsByType = {};

	private constructor(
		readonly fal: FalStandIn,
		readonly main: N8nServer,
		readonly webhooks: Process,
		readonly workers: Process[],
		private readonly services: Program[],
		private readonly folder: string,
		/** What is in front of several webhook processes. */
		readonly balancer: Balancer | undefined,
	) {}

	static async start({
		concurrency,
		workers: count = 2,
		webhookProcesses = 1,
		env: settings,
		empty = false,
	}: QueueModeOptions): Promise<QueueMode> {
		const folder = await temporaryFolder('queue');
		// Postgres runs as another user.
		await chmod(folder, 0o755);
		if (!empty) await installCommunityPackage(folder);
		const homeOf = (name: string) => (empty ? join(folder, name) : folder);
		const fal = await FalStandIn.start();
		const redis = await startRedis(folder);
		const postgres = await startPostgres(folder);
		const webhookPort = await freePort();
		const balancer = webhookProcesses > 1 ? await Balancer.start() : undefined;
		const env = {
			...queueEnvironment(redis.port, postgres.port),
			// Where suspended executions are called back, whichever process suspends them.
			...webhookUrl(`${balancer?.url ?? `http://127.0.0.1:${webhookPort}`}/`),
			...settings,
		};

		// The first one makes the tables and the key that the others need.
		const main = await N8nServer.start({
			userFolder: homeOf('main'),
			env: { HOME: homeOf('main'), ...env },
		});
		const names = Array.from({ length: count }, (_, index) => `worker-${index + 1}`);
		const [webhooks, ...workers] = await Promise.all([
			startProcess(homeOf('webhook'), 'webhook', ['webhook'], env, webhookPort),
			...names.map(async (name) => {
				const command = ['worker', `--concurrency=${concurrency}`];
				return await startProcess(homeOf(name), name, command, env);
			}),
		]);
		const others: Process[] = [];
		for (let index = 1; index < webhookProcesses; index++) {
			const name = `webhook-${index + 1}`;
			others.push(await startProcess(homeOf(name), name, ['webhook'], env));
		}
		balancer?.turnTo([webhooks, ...others].map(({ url }) => url));
		const services = [...others.map(({ program }) => program), redis.program, postgres.program];
		const n8n = new QueueMode(fal, main, webhooks, workers, services, folder, balancer);
		await signIn(main, demoOwner);
		if (!empty) await n8n.saveCredential();
		return n8n;
	}

	/** Saves the credential for the stand-in, whose type has to be installed. */
	async saveCredential(): Promise<void> {
		this.credentials.falVideoApi = await saveFalCredential(
			this.main,
			'Fal Video',
			credentialOf(this.fal),
		);
	}

	/** The ids of the executions that each worker has begun. */
	async begunBy(worker: Process | undefined): Promise<string[]> {
		const log = (await worker?.program.log()) ?? '';
		return [...log.matchAll(/Worker started execution (\d+)/g)].map(([, id]) => id ?? '');
	}

	async close(): Promise<void> {
		await Promise.all([
			this.main.stop(),
			...[this.webhooks, ...this.workers].map(async ({ program }) => await program.stop()),
		]);
		for (const service of this.services) await service.stop();
		await this.balancer?.close();
		await this.fal.close();
		await removeFolder(this.folder);
	}
}

function queueEnvironment(redisPort: number, postgresPort: number) {
	return {
		// What one process encrypts, the others read.
		N8N_ENCRYPTION_KEY: 'a key of the tests',
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_LOG_LEVEL: 'info',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgresPort),
		DB_POSTGRESDB_USER: postgresUser,
		DB_POSTGRESDB_DATABASE: postgresDatabase,
	};
}

async function startProcess(
	folder: string,
	name: string,
	command: string[],
	env: NodeJS.ProcessEnv,
	wantedPort?: number,
): Promise<Process> {
	await mkdir(folder, { recursive: true });
	const port = wantedPort ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	const environment = n8nEnvironment({ userFolder: folder, port, runnersPort: await freePort() });
	const program = await Program.start({
		...(await n8nCommand(...command)),
		logFile: join(folder, `${name}.log`),
		isReady: async () => (await fetch(`${url}/healthz/readiness`)).ok,
		spawn: {
			cwd: folder,
			env: { ...environment, HOME: folder, ...env, QUEUE_HEALTH_CHECK_PORT: String(port) },
		},
	});
	return { program, url };
}
