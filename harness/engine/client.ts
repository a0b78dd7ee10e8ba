import type { IBinaryData, INodeCredentialTestResult } from 'n8n-workflow';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Profiler } from 'node:inspector';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CredentialEntry } from './credentials';
import type { EditorAnswer, EditorQuestion } from './editor';
import type { EngineOptions, RetryRequest, RunRequest } from './engine';
import type { ExecutionEvent, StopReason } from './execution';
import { Outcome } from './outcome';
import type { OutcomeRecord } from './outcome';
import type { Calls, MemoryUse, Message, Verb } from './protocol';

const ROOT = join(__dirname, '..', '..');

/** Variables of this process that the engine's process gets too; proxies of the machine are not. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'USERPROFILE'];

export interface EngineProcessOptions extends Omit<EngineOptions, 'packageDir' | 'scratchDir'> {
	/** The built package; this repository's own if not given. */
	packageDir?: string;
	/** Environment variables of the process. */
	env?: Record<string, string>;
}

/** An execution in the engine's process. */
export interface RemoteExecution {
	readonly id: string;
	/** As `Execution.finished`; rejects if the process ends before, or a retry is not possible. */
	readonly finished: Promise<Outcome>;
	/** As `Execution.stop`. */
	stop(reason?: StopReason): void;
}

interface Pending {
	resolve(output: unknown): void;
	reject(error: Error): void;
}

/** An `Engine` in a process of its own: the way in which tests run workflows. */
export class EngineProcess {
	private readonly pending = new Map<number, Pending>();
	private readonly listeners = new Map<string, (event: ExecutionEvent) => void>();
	private readonly exited: Promise<unknown>;
	private lastCall = 0;
	private lastId = 0;
	private written = '';
	private ended?: Error;

	private constructor(
		private readonly child: ChildProcess,
		scratchDir: string,
	) {
		// The process cannot remove its folder itself when it is killed.
		this.exited = once(child, 'exit').then(async () => {
			await rm(scratchDir, { recursive: true, force: true });
		});
		const collect = (chunk: Buffer) => {
			this.written += chunk.toString();
		};
		child.stdout?.on('data', collect);
		child.stderr?.on('data', collect);
		child.on('message', (message: Message) => this.receive(message));
		// "close" comes after the last of its output, "exit" may come before.
		child.on('close', (code, signal) => {
			const end = signal ?? `code ${String(code)}`;
			this.ended = new Error(`The engine's process has ended (${end}):\n${this.written}`);
			for (const call of [...this.pending.keys()]) this.settle(call)?.reject(this.ended);
		});
	}

	/** @throws if the package cannot be loaded, with what the process has written */
	static async start(options: EngineProcessOptions = {}): Promise<EngineProcess> {
		const { env = {}, packageDir = ROOT, ...rest } = options;
		const inherited = INHERITED.flatMap((name) => {
			const value = process.env[name];
			return value === undefined ? [] : [[name, value]];
		});
		const scratchDir = await mkdtemp(join(tmpdir(), 'n8n-engine-'));
		const child = fork(join(__dirname, 'host.ts'), {
			execArgv: ['--require', require.resolve('tsx/cjs'), '--expose-gc'],
			env: {
				...(Object.fromEntries(inherited) as Record<string, string>),
				NODE_ENV: 'production',
				NODE_COMPILE_CACHE: join(tmpdir(), 'n8n-engine-compile-cache'),
				...env,
			},
			serialization: 'advanced',
			stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		});
		const engine = new EngineProcess(child, scratchDir);
		try {
			await engine.call('start', { packageDir, scratchDir, ...rest });
		} catch (error) {
			await engine.kill();
			throw error;
		}
		return engine;
	}

	get pid(): number | undefined {
		return this.child.pid;
	}

	/** What the process has written to stdout and stderr so far. */
	get output(): string {
		return this.written;
	}

	run({ onEvent, ...request }: RunRequest): RemoteExecution {
		const id = request.executionId ?? String(++this.lastId);
		this.lastId = Math.max(this.lastId, Number(id) || 0);
		return this.execution(id, this.call('run', { ...request, executionId: id }), onEvent);
	}

	/** As `Engine.retry`; the outcome may be of another process, such as one that was killed. */
	retry({ record }: Outcome, { onEvent, ...request }: RetryRequest = {}): RemoteExecution {
		this.lastId = Math.max(this.lastId, Number(record.id) || 0);
		const executionId = request.executionId ?? String(++this.lastId);
		const call = this.call('retry', { record, request: { ...request, executionId } });
		return this.execution(executionId, call, onEvent);
	}

	/** As `Engine.testCredential`. */
	async testCredential(entry: CredentialEntry): Promise<INodeCredentialTestResult> {
		return await this.call('testCredential', entry);
	}

	/** As `Engine.askForEditor`. */
	async askForEditor(question: EditorQuestion): Promise<EditorAnswer> {
		return await this.call('askForEditor', question);
	}

	/** @throws if the file is not (or no longer) in the engine's folder */
	async binary(data: IBinaryData): Promise<Buffer> {
		return Buffer.from(await this.call('binary', data));
	}

	/** In bytes. */
	async memory(): Promise<MemoryUse> {
		return await this.call('memory', undefined);
	}

	/** Processor time since the process began, in microseconds. */
	async cpu(): Promise<NodeJS.CpuUsage> {
		return await this.call('cpu', undefined);
	}

	/** Collects garbage now. */
	async gc(): Promise<void> {
		await this.call('gc', undefined);
	}

	/** Records from now on where processor time goes. */
	async startProfile(): Promise<void> {
		await this.call('profile', 'start');
	}

	/** @throws if no profile was started */
	async stopProfile(): Promise<Profiler.Profile> {
		const profile = await this.call('profile', 'stop');
		if (!profile) throw new Error('No profile was started');
		return profile;
	}

	/** What n8n has logged, on every level: a line of JSON for each entry. */
	async logs(): Promise<string[]> {
		return await this.call('logs', undefined);
	}

	/** Forgets what n8n has logged: in a long run it would take more memory than all else. */
	async forgetLogs(): Promise<void> {
		await this.call('forgetLogs', undefined);
	}

	/**
	 * Sets the clock of the process, see `stepClock`.
	 *
	 * @param ms how far forward, or back where it is negative
	 * @returns what the clock tells from then on, in milliseconds since 1970
	 */
	async stepClock(ms: number): Promise<number> {
		return await this.call('stepClock', ms);
	}

	/** Rejections that nobody has handled, as stack traces. */
	async unhandled(): Promise<string[]> {
		return await this.call('unhandled', undefined);
	}

	/** Ends the process as a power cut would; what is pending rejects. */
	async kill(): Promise<void> {
		this.child.kill('SIGKILL');
		await this.exited;
	}

	/** Ends n8n's services and the process; executions that still run are cut off. */
	async close(): Promise<void> {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		await this.call('close', undefined);
		this.child.disconnect();
		await this.exited;
	}

	private execution(
		id: string,
		call: Promise<OutcomeRecord>,
		onEvent?: (event: ExecutionEvent) => void,
	): RemoteExecution {
		if (onEvent) this.listeners.set(id, onEvent);
		const finished = call
			.then((record) => new Outcome(record))
			.finally(() => this.listeners.delete(id));
		// A test that kills the process need not wait for the execution it has cut off.
		finished.catch(() => {});
		return {
			id,
			finished,
			stop: (reason = 'user') => {
				this.call('stop', { executionId: id, reason }).catch(() => {});
			},
		};
	}

	private async call<V extends Verb>(
		verb: V,
		input: Calls[V]['input'],
	): Promise<Calls[V]['output']> {
		if (this.ended) throw this.ended;
		const call = ++this.lastCall;
		return await new Promise<Calls[V]['output']>((resolve, reject) => {
			this.pending.set(call, { resolve: resolve, reject });
			this.child.send({ call, verb, input }, (error) => {
				// Where the process has already ended, its output tells more than a closed channel.
				if (error && this.child.connected) this.settle(call)?.reject(error);
			});
		});
	}

	private receive(message: Message): void {
		if ('event' in message) {
			this.listeners.get(message.event.executionId)?.(message.event);
		} else if ('error' in message) {
			this.settle(message.call)?.reject(new Error(message.error));
		} else {
			this.settle(message.call)?.resolve(message.output);
		}
	}

	private settle(call: number): Pending | undefined {
		const pending = this.pending.get(call);
		this.pending.delete(call);
		return pending;
	}
}
