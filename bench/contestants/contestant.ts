import type { FalStandIn } from '../../harness/standin/fal-stand-in';

/** What all contestants ask for: a video of five seconds by the node's default model. */
export const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';

/** One way to make videos of prompts. */
export interface Contestant {
	name: string;
	/** Gets ready in a process of its own, warm: what is loaded once is loaded. */
	enter(fal: FalStandIn): Promise<Entrant>;
}

/** A contestant at the start line. */
export interface Entrant {
	/** Makes a video of each prompt, as fast as it can. */
	run(prompts: string[]): Promise<Finish>;
	close(): Promise<void>;
}

/** What a contestant came back with. */
export interface Finish {
	/** Milliseconds from the start until all videos are there. */
	totalMs: number;
	/** The URLs of the videos. */
	videos: string[];
}

/** The prompts of a race; the same ones, and so the same durations, for each contestant. */
export function promptsOf(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `Scene ${index + 1}`);
}
