/** How long a video may take: log-normal, as times of work are. */
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

/** What is not known yet may take half as long or twice as long, or a little beyond. */
const usualSpread = 0.6;

/** How much the usual time counts for, in videos, beside the times that were seen. */
const usualWeight = 0.25;

/** Beyond this many, older times fade: a model may become faster. */
const longestMemory = 50;

/** How many kinds of video are remembered: models times lengths are fewer than this. */
const mostKinds = 200;

/** No time is foreseen more sharply than this. */
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
		// The last that was learned of is the last to be forgotten.
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
