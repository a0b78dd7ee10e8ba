import { useFalEngine } from '../engine/use-fal-engine';

const bench = useFalEngine({ listsRequests: true });

test('fal does not answer the question for a lost request: the item ends all the same', async () => {
	bench.fal.order({ on: 'requests', times: Infinity, fault: { type: 'hang' } });
	bench.fal.order({ on: 'submit', accepted: true, fault: { type: 'reset' } });
	const outcome = await bench.generate();
	expect(outcome.error()?.message).toContain('it may be running');
	expect(outcome.error()?.message).toContain('that took too long');
	expect(bench.fal.billed()).toBe(1);
});
