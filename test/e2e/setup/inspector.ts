import { readFile } from 'node:fs/promises';

/** What a process holds, in bytes. */
export interface Memory {
	/** After a collection. */
	heapUsed: number;
	external: number;
	rss: number;
}

/** The variable that lets `Inspector` look into a server: any free port. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Looks into a server's process, which was started with `inspected`. */
export class Inspector {
	private readonly answers = new Map<number, (result: unknown) => void>();

	private constructor(private readonly socket: WebSocket) {
		socket.addEventListener('message', ({ data }) => {
			const { id, result } = JSON.parse(String(data)) as { id?: number; result: unknown };
			if (id !== undefined) this.answers.get(id)?.(result);
		});
	}

	/** @param logFile where the process has written its address: the first is its own, not a child's */
	static async open(logFile: string): Promise<Inspector> {
		const address = /Debugger listening on (ws:\S+)/.exec(await readFile(logFile, 'utf8'))?.[1];
		if (address === undefined) throw new Error('The server was not started to be inspected');
		const socket = new WebSocket(address);
		await new Promise((resolve, reject) => {
			socket.addEventListener('open', resolve);
			socket.addEventListener('error', reject);
		});
		return new Inspector(socket);
	}

	/** Collects the garbage, and then measures. */
	async memory(): Promise<Memory> {
		for (let time = 0; time < 5; time++) await this.ask('HeapProfiler.collectGarbage');
		const { result } = await this.ask<{ result: { value: string } }>('Runtime.evaluate', {
			expression: 'JSON.stringify(process.memoryUsage())',
		});
		return JSON.parse(result.value) as Memory;
	}

	close(): void {
		this.socket.close();
	}

	private async ask<Result>(method: string, params = {}): Promise<Result> {
		const id = this.answers.size + 1;
		return await new Promise((resolve) => {
			this.answers.set(id, (result) => resolve(result as Result));
			this.socket.send(JSON.stringify({ id, method, params }));
		});
	}
}
