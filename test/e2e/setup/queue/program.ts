import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProgramOptions {
	command: string;
	args: string[];
	/** File for everything that it writes out. */
	logFile: string;
	/** Asks the program whether it is there; an error counts as no. */
	isReady: () => Promise<boolean>;
	/** Where it runs, as whom, and with which environment. */
	spawn?: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'>;
}

/** Milliseconds until a program must be there. */
const startLimit = 300_000;

/** A program that runs beside the tests until it is stopped. */
export class Program {
	private constructor(
		private readonly child: ChildProcess,
		private readonly logFile: string,
	) {}

	static async start(options: ProgramOptions): Promise<Program> {
		const { command, args, logFile, isReady } = options;
		const log = await open(logFile, 'w');
		const child = spawn(command, args, { ...options.spawn, stdio: ['ignore', log.fd, log.fd] });
		await log.close();
		// The tests may end without stopping it.
		const end = () => child.kill();
		process.once('exit', end);
		child.once('exit', () => process.off('exit', end));

		const program = new Program(child, logFile);
		const deadline = Date.now() + startLimit;
		while (!(await isReady().catch(() => false))) {
			if (program.hasEnded || Date.now() > deadline) {
				await program.stop();
				throw new Error(`${command} did not start:\n${(await program.log()).slice(-2_000)}`);
			}
			await sleep(200);
		}
		return program;
	}

	/** Runs a program to its end, as whoever it shall run as. */
	static async run(
		command: string,
		args: string[],
		options: ProgramOptions['spawn'],
	): Promise<void> {
		const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
		const [code] = (await once(child, 'exit')) as [number | null];
		if (code !== 0) throw new Error(`${command} ended with ${code}`);
	}

	/** Everything that it has written out. */
	async log(): Promise<string> {
		return await readFile(this.logFile, 'utf8');
	}

	/** Ends it as an administrator would, and waits until it is gone. */
	async stop(): Promise<void> {
		await this.end('SIGTERM');
	}

	/** Ends it as a power cut would. */
	async kill(): Promise<void> {
		await this.end('SIGKILL');
	}

	private async end(signal: NodeJS.Signals): Promise<void> {
		if (this.hasEnded) return;
		const ended = once(this.child, 'exit');
		this.child.kill(signal);
		await ended;
	}

	private get hasEnded(): boolean {
		return this.child.exitCode !== null || this.child.signalCode !== null;
	}
}
