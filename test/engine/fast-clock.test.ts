import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({}, { clockSpeed: 10 });

test('a node whose clock runs ten times faster waits twenty seconds in two', async () => {
	const began = performance.now();
	const outcome = await bench.generate({
		items: [{ prompt: '[stuck] A boat' }],
		options: { maxWaitSeconds: 20 },
	});
	const took = performance.now() - began;
	expect(outcome.error()?.message).toContain('was not complete within Max Wait');
	expect(took).toBeGreaterThan(1900);
	expect(took).toBeLessThan(15_000);
});
