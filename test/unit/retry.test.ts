import { backoffMs, retryAfterMs } from '../../nodes/FalVideo/queue/retry';

test('the pause doubles with each fault, up to half a minute', () => {
	expect([1, 2, 3, 4].map((faults) => backoffMs(faults, 500, 1))).toEqual([500, 1000, 2000, 4000]);
	expect(backoffMs(40, 500, 1)).toBe(30_000);
});

test('jitter takes at most half of it', () => {
	expect(backoffMs(3, 1000, 0)).toBe(2000);
	expect(backoffMs(3, 1000, 1)).toBe(4000);
});

test.each([
	['7', 7000],
	['0', 0],
	['-3', 0],
	['', undefined],
	[undefined, undefined],
	['soon', undefined],
	['Thu, 01 Jan 1970 00:01:40 GMT', 60_000],
	['Thu, 01 Jan 1970 00:00:10 GMT', 0],
])('Retry-After %j asks for %j ms', (value, ms) => {
	const date = new Date(40_000).toUTCString();
	expect(retryAfterMs({ 'retry-after': value, date })).toBe(ms);
});
