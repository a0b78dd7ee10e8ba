/** How long a video may take: a log-normal distribution. */
export interface Expected {
	/** Half of the videos take longer, in milliseconds. */
	medianMs: number;
	/** The standard deviation of the times' natural logarithm. */
	spread: number;
}

/** What is known of one kind of video: of the logarithms of the times that it took. */
interface Known {
	count: number;
	mean: number;
	/** The sum of the squared differences from the mean. */
	squares: number;
}

/** A video of five seconds takes one to three minutes, says fal's page on Kling. */
const usualMs = 90_000;
const usualSeconds = 5;

/** The spread before anything is learned: half to twice the usual time, and a little beyond. */
const usualSpread = 0.6;

/** The weight of the usual time, in videos. */
const usualWeight = 0.25;

/** Beyond this many, older times fade: a model may become faster. */
const longestMemory = 50;

/** How many kinds of video are remembered: models times lengths are fewer than this. */
const mostKinds = 200;

/** The smallest spread. */
const leastSpread = 0.12;

/** How long videos take, learned from those that were completed in this process. */
export class Durations {
	private readonly kinds = new Map<string, Known>();

	/** @param ms how long a video of this kind took, from its start to its completion */
	learn(kind: string, ms: number): void {
		if (!(ms > 0)) return;
		const known = this.kinds.get(kind) ?? { count: 0, mean: 0, squares: 0 };
		if (known.count >= longestMemory) {
			known.squares *= (longestMemory - 1) / known.count;
			known.count = longestMemory - 1;
		}
		known.count += 1;
		const difference = Math.log(ms) - known.mean;
		known.mean += difference / known.count;
		known.squares += difference * (Math.log(ms) - known.mean);
		// Least recently used entries are evicted.
		this.kinds.delete(kind);
		this.kinds.set(kind, known);
		const [oldest] = this.kinds.keys();
		if (this.kinds.size > mostKinds && oldest !== undefined) this.kinds.delete(oldest);
	}

	/** @param seconds the length of the video, where it is known */
	expected(kind: string, seconds: number | undefined): Expected {
		const usual = Math.log(usualMs * lengthFactor(seconds));
		const { count, mean, squares } = this.kinds.get(kind) ?? { count: 0, mean: 0, squares: 0 };
		const log = (usualWeight * usual + count * mean) / (usualWeight + count);
		const variance = (usualSpread ** 2 + squares) / (1 + count);
		return { medianMs: Math.exp(log), spread: Math.max(leastSpread, Math.sqrt(variance)) };
	}
}

// Twice the length takes less than twice as long: some of the time is the start.
function lengthFactor(seconds: number | undefined): number {
	return seconds !== undefined && seconds > 0 ? (seconds / usualSeconds) ** 0.7 : 1;
}
