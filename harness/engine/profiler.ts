import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** V8's sampling profiler, for this process. */
export class CpuProfiler {
	private session?: Session;

	async start(): Promise<void> {
		this.session = new Session();
		this.session.connect();
		await this.session.post('Profiler.enable');
		await this.session.post('Profiler.start');
	}

	/** What was recorded since the start; undefined if there was none. */
	async stop(): Promise<Profiler.Profile | undefined> {
		const stopped = await this.session?.post('Profiler.stop');
		this.session?.disconnect();
		this.session = undefined;
		return stopped?.profile;
	}
}
