/** What one video is estimated to cost at fal. */
export interface Estimate {
	/** Millionths of a US dollar: whole numbers, so that sums come out as they are written. */
	micros: number;
	/** The length of the video. */
	seconds: number;
	/** Whether sources differ on the price. */
	about?: true;
}

/** What one video costs: an estimate, or why there is none, as the rest of "because …". */
export type Cost = Estimate | { unknown: string };

/** A US dollar, in the unit that costs are counted in. */
const microsPerDollar = 1_000_000;

/** An amount in US dollars, as millionths. */
export function microsOf(usd: number): number {
	return Math.round(usd * microsPerDollar);
}

/** The same, never less than the amount, for prices that are finer than that: a limit must hold. */
export function microsAtLeast(usd: number): number {
	// What binary fractions add is far smaller than a thousandth.
	return Math.ceil(Number((usd * microsPerDollar).toFixed(3)));
}

/** An amount as a number of US dollars. */
export function usdOf(micros: number): number {
	return micros / microsPerDollar;
}

/** An amount as texts say it: `$3.50`, and `$0.225` where a cent is not fine enough. */
export function dollarsOf(micros: number): string {
	return `$${usdOf(micros)
		.toFixed(6)
		.replace(/0{1,4}$/, '')}`;
}

/** What several videos cost together. */
export interface Sum {
	micros: number;
	/** How it is made: `10 videos of 5 s at $0.35`. */
	made: string;
	/** Why there are videos of which no price is known; each reason once. */
	unknown: string[];
	/** How many videos have none, and are not in the sum. */
	unpriced: number;
}

/** What several videos cost together, in words: `$3.50 (10 videos of 5 s at $0.35)`. */
export function sumInWords({ micros, made, unpriced }: Sum): string {
	const others = unpriced === 0 ? '' : `, without ${videos(unpriced)} of no known price`;
	return `${dollarsOf(micros)} (${made}${others})`;
}

const videos = (count: number) => (count === 1 ? '1 video' : `${count} videos`);

/** How many kinds of videos a text names; of more, it says how many more videos there are. */
const mostKinds = 4;

/** Adds up what videos cost. */
export function sumOf(costs: readonly Cost[]): Sum {
	const kinds = new Map<string, number>();
	const unknown = new Set<string>();
	let micros = 0;
	let unpriced = 0;
	for (const cost of costs) {
		if ('unknown' in cost) {
			unknown.add(cost.unknown);
			unpriced += 1;
			continue;
		}
		micros += cost.micros;
		const kind = `of ${cost.seconds} s at ${cost.about ? 'about ' : ''}${dollarsOf(cost.micros)}`;
		kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
	}
	const named = [...kinds].slice(0, mostKinds).map(([kind, count]) => `${videos(count)} ${kind}`);
	const others = [...kinds].slice(mostKinds).reduce((count, [, more]) => count + more, 0);
	if (others > 0) named.push(`${videos(others)} of other kinds`);
	return { micros, made: named.join(', '), unknown: [...unknown], unpriced };
}
