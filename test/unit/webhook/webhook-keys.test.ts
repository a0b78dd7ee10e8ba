import type { KeyObject } from 'node:crypto';
import { WebhookKeys } from '../../../nodes/FalVideo/execution/webhook/webhook-keys';
import { keysOfJwks } from '../../../nodes/FalVideo/queue/signature';
import { Signer } from '../../../harness/standin/signing';

const url = 'https://fal.test/jwks.json';
const minute = 60_000;
const hour = 60 * minute;

let now: number;
let cache: WebhookKeys;
/** How often the keys were fetched. */
let fetches: number;
/** What fal has: its keys, or none because it cannot be reached. */
let published: KeyObject[];

const freshKeys = () => keysOfJwks(new Signer().jwks());
const fetchKeys = async () => {
	fetches += 1;
	return await Promise.resolve(published);
};

beforeEach(() => {
	now = 1_700_000_000_000;
	cache = new WebhookKeys(() => now);
	fetches = 0;
	published = freshKeys();
});

test('keys are fetched once, and used for a day', async () => {
	for (const elapsed of [0, hour, 22 * hour]) {
		now += elapsed;
		expect(await cache.keysOf(url, fetchKeys)).toBe(published);
	}
	expect(fetches).toBe(1);
	now += hour;
	expect(await cache.keysOf(url, fetchKeys)).toBe(published);
	expect(fetches).toBe(2);
});

test('each URL has keys of its own', async () => {
	const other = freshKeys();
	expect(await cache.keysOf(url, fetchKeys)).toBe(published);
	expect(await cache.keysOf('https://gateway.test/keys', () => Promise.resolve(other))).toBe(other);
	expect(await cache.keysOf(url, fetchKeys)).toBe(published);
});

test('who asks at the same time shares one fetch', async () => {
	const all = await Promise.all(Array.from({ length: 50 }, () => cache.keysOf(url, fetchKeys)));
	expect(all.every((keys) => keys === published)).toBe(true);
	expect(fetches).toBe(1);
});

test('new keys are found, but not looked for more than every five minutes', async () => {
	const old = published;
	await cache.keysOf(url, fetchKeys);
	published = freshKeys();

	now += 5 * minute - 1;
	expect(await cache.newKeysOf(url, fetchKeys)).toBe(old);
	expect(fetches).toBe(1);
	now += 1;
	const all = await Promise.all(Array.from({ length: 50 }, () => cache.newKeysOf(url, fetchKeys)));
	expect(all.every((keys) => keys === published)).toBe(true);
	expect(await cache.keysOf(url, fetchKeys)).toBe(published);
	expect(fetches).toBe(2);
});

test('a failed search for new keys takes nothing away, and is not repeated at once', async () => {
	const old = published;
	await cache.keysOf(url, fetchKeys);
	published = [];
	now += hour;
	expect(await cache.newKeysOf(url, fetchKeys)).toBe(old);
	expect(await cache.newKeysOf(url, fetchKeys)).toBe(old);
	expect(fetches).toBe(2);
});

test('keys that cannot be had are asked for again after ten seconds', async () => {
	const had = published;
	published = [];
	for (const elapsed of [0, 1, 9_998]) {
		now += elapsed;
		expect(await cache.keysOf(url, fetchKeys)).toEqual([]);
	}
	expect(fetches).toBe(1);
	published = had;
	now += 1;
	expect(await cache.keysOf(url, fetchKeys)).toBe(had);
});

test('keys older than a day are not used, even if there are no others', async () => {
	await cache.keysOf(url, fetchKeys);
	published = [];
	now += 24 * hour;
	expect(await cache.keysOf(url, fetchKeys)).toEqual([]);
});
