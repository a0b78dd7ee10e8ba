import { carriedOptions } from '../../nodes/FalVideo/execution/transport/http';

/** What n8n composes where the user has set no Timeout. */
const composed = { method: 'POST', url: '/', timeout: 300_000 } as const;

describe('Timeout', () => {
	test.each([undefined, '', 0, -1, 'none'])('is 30 seconds where it is %p', (timeout) => {
		expect(carriedOptions(composed, timeout).timeout).toBe(30_000);
	});

	test.each([
		[1500, 1500],
		['1500', 1500],
		[1500.9, 1500],
		[1e12, 2 ** 31 - 1],
	])('%p is %d milliseconds', (timeout, ms) => {
		expect(carriedOptions(composed, timeout).timeout).toBe(ms);
	});
});
