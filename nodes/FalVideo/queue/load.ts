/** How many questions a second all waiting requests together want to ask. */
export class Load {
	private wanted = 0;

	/** @param mostPerSecond what there is to share */
	constructor(private readonly mostPerSecond: number) {}

	/**
	 * Notes a pause that a request wants to make, and makes it longer where all wishes together are
	 * too many: each gets its share, the largest whoever's video is the likeliest to be ready.
	 *
	 * @returns the pause to make, in milliseconds, and `end`, to be called when it is over
	 */
	plan(wantedMs: number): { pauseMs: number; end: () => void } {
		const rate = 1000 / wantedMs;
		this.wanted += rate;
		let planned = true;
		return {
			pauseMs: wantedMs * Math.max(1, this.wanted / this.mostPerSecond),
			end: () => {
				if (planned) this.wanted -= rate;
				planned = false;
			},
		};
	}
}
