/** Those who wait for something, first come, first served. */
export class Line {
	private readonly waiting = new Set<(admitted: boolean) => void>();

	get length(): number {
		return this.waiting.size;
	}

	/**
	 * Waits for its turn.
	 *
	 * @param signal leaves the line at once
	 * @returns false where the line was left
	 */
	async join(signal?: AbortSignal): Promise<boolean> {
		if (signal?.aborted) return false;
		return await new Promise<boolean>((resolve) => {
			const end = (admitted: boolean) => {
				this.waiting.delete(end);
				signal?.removeEventListener('abort', leave);
				resolve(admitted);
			};
			const leave = () => end(false);
			signal?.addEventListener('abort', leave);
			this.waiting.add(end);
		});
	}

	/** Lets the first one go on. @returns false where nobody waits */
	admit(): boolean {
		for (const end of this.waiting) {
			end(true);
			return true;
		}
		return false;
	}
}
