import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';
import { N8n } from './n8n';
import { n8nCommand } from './n8n-command';
import { n8nEnvironment } from './n8n-environment';

export interface N8nServerOptions {
	/** Folder of the server's data: n8n makes `.n8n` in it. */
	userFolder: string;
	/** Port to listen on, or the next free one after it. Left out, any free one. */
	port?: number;
	/** Environment variables that add to, or stand for, those of `n8nEnvironment`. */
	env?: NodeJS.ProcessEnv;
}

/** Milliseconds until a server must be there. The first start of a user folder takes the longest. */
const startLimit = 300_000;

/** An n8n server that runs in a process of its own on 127.0.0.1. */
export class N8nServer extends N8n {
	private constructor(
		private readonly child: ChildProcess,
		url: string,
		/** File with everything that the server has written out. */
		readonly logFile: string,
	) {
		super(url);
	}

	/** Starts a server and waits until it answers. */
	static async start(options: N8nServerOptions): Promise<N8nServer> {
		const { userFolder } = options;
		await mkdir(userFolder, { recursive: true });
		const port = await freePort(options.port);
		const environment = n8nEnvironment({ userFolder, port, runnersPort: await freePort() });

		const logFile = join(userFolder, 'n8n.log');
		const log = await open(logFile, 'w');
		const { command, args } = await n8nCommand('start');
		const child = spawn(command, args, {
			// n8n reads an .env file from where it is started; in here there is none.
			cwd: userFolder,
			env: { ...environment, ...options.env },
			stdio: ['ignore', log.fd, log.fd],
		});
		await log.close();
		endWithThisProcess(child);

		const server = new N8nServer(child, `http://127.0.0.1:${port}`, logFile);
		try {
			await server.untilReady();
		} catch (error) {
			await server.stop();
			throw error;
		}
		return server;
	}

	/** Resolves when the server's process has ended, for whatever reason. */
	async untilEnded(): Promise<void> {
		if (!this.hasEnded) await once(this.child, 'exit');
	}

	/** Ends the server as an administrator would, and waits until it is gone. */
	async stop(): Promise<void> {
		await this.end('SIGTERM');
	}

	/** Ends the server as a power cut would. */
	async kill(): Promise<void> {
		await this.end('SIGKILL');
	}

	private async end(signal: NodeJS.Signals): Promise<void> {
		const ended = this.untilEnded();
		this.child.kill(signal);
		await ended;
	}

	private get hasEnded(): boolean {
		return this.child.exitCode !== null || this.child.signalCode !== null;
	}

	private async untilReady(): Promise<void> {
		const deadline = Date.now() + startLimit;
		while (!(await this.isReady())) {
			if (this.hasEnded) throw new Error(`n8n did not start:\n${await this.lastWords()}`);
			if (Date.now() > deadline) {
				throw new Error(`n8n does not answer:\n${await this.lastWords()}`);
			}
			await sleep(200);
		}
	}

	/** Healthy alone is too early: the server then still puts a page up that asks for patience. */
	private async isReady(): Promise<boolean> {
		try {
			const health = await fetch(`${this.url}/healthz/readiness`);
			if (!health.ok) return false;
			await this.rest('GET', '/settings');
			return true;
		} catch {
			return false;
		}
	}

	private async lastWords(): Promise<string> {
		return (await readFile(this.logFile, 'utf8')).split('\n').slice(-20).join('\n');
	}
}

/** Whoever started a server may end without stopping it: by an error, or as a test that failed. */
function endWithThisProcess(child: ChildProcess): void {
	const end = () => child.kill();
	process.once('exit', end);
	child.once('exit', () => process.off('exit', end));
}
