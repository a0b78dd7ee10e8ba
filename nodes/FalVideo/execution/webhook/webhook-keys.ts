import type { KeyObject } from 'crypto';

/** The longest that keys are used without being fetched anew, in milliseconds; fal's own figure. */
const longestUseMs = 24 * 60 * 60 * 1000;

/** Keys that do not fit a callback are fetched anew at most this often, in milliseconds. */
const refetchMs = 5 * 60 * 1000;

/** After a fetch that failed, the next one has to wait this long, in milliseconds. */
const failurePauseMs = 10_000;

/**
 * Fetches the keys of a URL.
 *
 * @returns none where they cannot be had; it does not throw
 */
export type FetchKeys = () => Promise<KeyObject[]>;

interface Known {
	keys: KeyObject[];
	/** When these keys were fetched, in milliseconds since the epoch. */
	fetchedAt: number;
	/** When they were last asked for, with or without success. */
	triedAt: number;
	/** The fetch that is under way. */
	fetching?: Promise<void>;
}

/**
 * The public keys by their URL, in this process's memory. Forged callbacks must not turn into a flood
 * of requests to fal, so concurrent fetches are shared and repeated rarely.
 */
export class WebhookKeys {
	private readonly known = new Map<string, Known>();

	/** @param now milliseconds since the epoch */
	constructor(private readonly now: () => number = Date.now) {}

	/** The keys of a URL: those at hand, or else fetched. None where they cannot be had. */
	async keysOf(url: string, fetch: FetchKeys): Promise<KeyObject[]> {
		const known = this.at(url);
		if (this.areUsable(known)) return known.keys;
		return await this.fetch(known, fetch, failurePauseMs);
	}

	/**
	 * The keys of a URL, for a callback that those at hand do not fit: fetched anew, since fal may
	 * have new ones, unless that was done a short while ago.
	 */
	async newKeysOf(url: string, fetch: FetchKeys): Promise<KeyObject[]> {
		return await this.fetch(this.at(url), fetch, refetchMs);
	}

	private at(url: string): Known {
		let known = this.known.get(url);
		if (known === undefined) {
			known = { keys: [], fetchedAt: -Infinity, triedAt: -Infinity };
			this.known.set(url, known);
		}
		return known;
	}

	private areUsable({ keys, fetchedAt }: Known): boolean {
		return keys.length > 0 && this.now() - fetchedAt < longestUseMs;
	}

	private async fetch(known: Known, fetch: FetchKeys, pauseMs: number): Promise<KeyObject[]> {
		const isTooSoon = this.now() - known.triedAt < pauseMs;
		if (known.fetching === undefined && !isTooSoon) {
			known.triedAt = this.now();
			known.fetching = fetch()
				.then((keys) => {
					// A failed fetch keeps the current keys until they expire.
					if (keys.length > 0) Object.assign(known, { keys, fetchedAt: this.now() });
				})
				.finally(() => {
					known.fetching = undefined;
				});
		}
		await known.fetching;
		return this.areUsable(known) ? known.keys : [];
	}
}
