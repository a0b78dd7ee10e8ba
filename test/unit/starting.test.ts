import { mayBeStarting } from '../../nodes/FalVideo/execution/suspend/starting';

const minute = 60_000;

test('what was suspended before n8n has started is left alone for a minute', () => {
	const [before, after] = [Date.now() - minute, Date.now() + minute];
	const started = performance.now();
	expect(mayBeStarting(before, started)).toBe(true);
	expect(mayBeStarting(before, started + minute)).toBe(false);
	expect(mayBeStarting(after, started)).toBe(false);
});
