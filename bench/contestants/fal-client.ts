import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Contestant, Finish } from './contestant';
import { warmUp } from './warm-up';

/** What the process of fal's client is asked for. */
export interface ClientOrder {
	/** The queue's URL. */
	url: string;
	key: string;
	prompts: string[];
}

/** What it answers. */
export type ClientReply = { finish: Finish } | { error: string };

/** fal's own client: `fal.subscribe` for all prompts at once, with its default settings. */
export const falClient: Contestant = {
	name: "fal's client",
	enter: async (fal) => {
		const child = fork(join(__dirname, 'fal-client-process.ts'), {
			execArgv: ['--require', require.resolve('tsx/cjs')],
		});
		const order = async (message: ClientOrder): Promise<Finish> => {
			child.send(message);
			const [reply] = (await once(child, 'message')) as [ClientReply];
			if ('error' in reply) throw new Error(reply.error);
			return reply.finish;
		};
		await warmUp(async ({ url, keys }) => {
			await order({ url, key: keys[0] ?? '', prompts: ['Warm-up'] });
		});
		return {
			run: async (prompts) => await order({ url: fal.url, key: fal.keys[0] ?? '', prompts }),
			close: async () => {
				const ended = once(child, 'exit');
				child.disconnect();
				await ended;
			},
		};
	},
};
