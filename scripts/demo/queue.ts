import { FalStandIn } from '../../harness/standin/fal-stand-in';

/** Where the demo's video is made. */
export interface DemoQueue {
	name: string;
	url: string;
	key: string;
	close(): Promise<void>;
}

/**
 * The real fal if there is a key, else the stand-in, which takes a few seconds for a video and no
 * money.
 */
export async function queueOf(key: string | undefined): Promise<DemoQueue> {
	if (key) {
		const url = 'https://queue.fal.run';
		return {
			name: `${url} (a real video: about $0.35 and one to three minutes)`,
			url,
			key,
			close: async () => {},
		};
	}
	const fal = await FalStandIn.start({ queueMs: 2500, durationMs: 6000 });
	return {
		name: `${fal.url} (a stand-in for fal; set FAL_KEY for the real one)`,
		url: fal.url,
		key: fal.keys[0] ?? '',
		close: async () => await fal.close(),
	};
}
