import { sleep } from 'n8n-workflow';
import type { Clock } from '../../queue/transport';

/** The real time. n8n's `sleep` cannot be interrupted, so an abort ends the wait around it. */
export const n8nClock: Clock = {
	now: () => Date.now(),
	random: () => Math.random(),
	sleep: async (ms, signal) => {
		if (signal?.aborted || ms <= 0) return;
		await new Promise<void>((resolve) => {
			const done = () => {
				signal?.removeEventListener('abort', done);
				resolve();
			};
			signal?.addEventListener('abort', done);
			void sleep(ms).then(done);
		});
	},
};
