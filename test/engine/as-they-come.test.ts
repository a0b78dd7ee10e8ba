import { jsonsOf } from '../../harness/engine/fal-engine';
import { fieldCases } from '../as-they-come';
import { useFalEngine } from './use-fal-engine';

const VALUES = 50;

const bench = useFalEngine({}, { clockSpeed: 5 });

test.each(fieldCases)('$label: fifty values through the engine', async (field) => {
	const { parameter, property, label, model, draw } = field;
	const drawn = Array.from({ length: VALUES }, (_, index) => draw(`engine/${label}/${index}`));
	const items = drawn.map(({ value }, index) => ({ n: index, value: value as never }));
	const outcome = await bench.generate({
		parameters: {
			model,
			waitUntilComplete: false,
			prompt: '=Film {{ $json.n }}',
			[parameter]: '={{ $json.value }}',
		},
		items,
		node: { onError: 'continueErrorOutput' },
	});
	expect(outcome.error()).toBeUndefined();
	const bodies = new Map(bench.fal.submissions.map(({ requestId, body }) => [requestId, body]));
	const right = drawn.flatMap((one, index) => (one.refused ? [] : [{ ...one, index }]));
	const accepted = outcome.items('Out').map(({ json }) => bodies.get(json.request_id as string));
	// In the order of the items, of which each that can be meant is one request, and no other is sent.
	expect(accepted.map((body) => body?.[property])).toEqual(right.map(({ sent }) => sent));
	expect(bench.fal.submissions).toHaveLength(right.length);

	const refused = drawn.flatMap((one, index) => (one.refused ? [index] : []));
	expect(jsonsOf(outcome, 'Errors').map(({ n }) => n)).toEqual(refused);
	for (const { error } of jsonsOf(outcome, 'Errors')) {
		expect((error as string).startsWith(label)).toBe(true);
	}
});
