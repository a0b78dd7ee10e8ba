import { draw } from './draw';
import type { Submission } from './submission';

/** How long videos take that do not all take equally long. */
export interface DurationSpread {
	/** Half of the videos take less, in milliseconds. */
	medianMs: number;
	/** The standard deviation of the duration's natural logarithm. */
	sigma: number;
	/** Another seed, other durations. */
	seed: number;
}

/**
 * Durations that vary log-normally, for the option `durationMs`. A video's duration depends on the
 * seed and on its prompt, not on the order of arrival: whoever sends the same prompts meets the same
 * durations.
 */
export function variedDurations(spread: DurationSpread): (submission: Submission) => number {
	return ({ body: { prompt } }) => variedDuration(spread, typeof prompt === 'string' ? prompt : '');
}

/** Milliseconds that the video of a prompt takes. */
export function variedDuration({ medianMs, sigma, seed }: DurationSpread, prompt: string): number {
	return medianMs * Math.exp(sigma * standardNormal(seed, prompt));
}

/** A draw from the standard normal distribution, out of two even ones (Box and Muller, 1958). */
function standardNormal(seed: number, name: string): number {
	const radius = Math.sqrt(-2 * Math.log(1 - draw(seed, `${name}/radius`)));
	return radius * Math.cos(2 * Math.PI * draw(seed, `${name}/angle`));
}
