/** Lets waiters look again each time something has happened, instead of looking every so often. */
export class Changes {
	private readonly waiters = new Set<() => void>();

	/** Says that something has happened. */
	announce(): void {
		for (const look of [...this.waiters]) look();
	}

	/**
	 * Resolves with what `look` finds, now or after a later announcement.
	 *
	 * @param look what is waited for; `undefined` means not yet
	 * @param timeoutMs milliseconds until the wait is given up
	 * @param describe what to say when it is given up
	 */
	async find<T>(look: () => T | undefined, timeoutMs: number, describe: () => string): Promise<T> {
		return await new Promise<T>((resolve, reject) => {
			const settle = (act: () => void) => {
				clearTimeout(timer);
				this.waiters.delete(attempt);
				act();
			};
			const attempt = () => {
				try {
					const found = look();
					if (found !== undefined) settle(() => resolve(found));
				} catch (error) {
					const reason = error instanceof Error ? error : new Error(String(error));
					settle(() => reject(reason));
				}
			};
			const timer = setTimeout(
				() => settle(() => reject(new Error(`After ${timeoutMs} ms: ${describe()}`))),
				timeoutMs,
			);
			this.waiters.add(attempt);
			attempt();
		});
	}
}
