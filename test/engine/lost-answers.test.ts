import { setTimeout as sleep } from 'node:timers/promises';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({ durationMs: 1500, listsRequests: true }, { clockSpeed: 5 });

const reset = { type: 'reset' } as const;
const boats = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ prompt: `Boat ${n % Math.ceil(count / 2)}` }));
const idsOf = (outcome: Parameters<typeof jsonsOf>[0]) =>
	jsonsOf(outcome).map(({ request_id: id }) => id as string);

test.each([1, 10, 200])(
	'the answers of %s items are lost, some with equal inputs: each gets a request of its own',
	async (count) => {
		bench.fal.order({ on: 'submit', times: Infinity, accepted: true, fault: reset });
		const outcome = await bench.generate({ items: boats(count) });
		expect(outcome.error()?.message).toBeUndefined();
		const ids = idsOf(outcome);
		expect(new Set(ids).size).toBe(count);
		for (const { request_id: id, prompt } of jsonsOf(outcome)) {
			expect(bench.fal.submissions.find(({ requestId }) => requestId === id)?.body.prompt).toBe(
				prompt,
			);
		}
		expect(bench.fal.billed()).toBe(count);
		expect(bench.fal.count('submit')).toBe(count);
	},
	60_000,
);

test.each([1000, 4000, 'ended' as const])('fal lists it only later (%s)', async (listedAfter) => {
	bench.fal.options.listedAfter = listedAfter;
	bench.fal.order({ on: 'submit', accepted: true, fault: reset });
	const outcome = await bench.generate();
	expect(idsOf(outcome)).toEqual([bench.fal.submissions[0]?.requestId]);
	expect(bench.fal.billed()).toBe(1);
});

test('an item whose request was not accepted does not take that of another with the same input', async () => {
	bench.fal.options.submitMs = 1000;
	bench.fal.order({ on: 'submit', requestIndex: 0, fault: reset });
	const outcome = await bench.generate({
		items: [{ prompt: 'Same' }, { prompt: 'Same' }, { prompt: 'Same' }],
		node: { onError: 'continueErrorOutput' },
	});
	expect(new Set(idsOf(outcome)).size).toBe(2);
	expect(JSON.stringify(jsonsOf(outcome, 'Errors'))).toContain(
		'fal does not list it so far; Request > Get Many may find it later',
	);
	expect(bench.fal.billed()).toBe(2);
}, 30_000);

test.each([
	[
		'the key may not list requests',
		() => {
			const body = { error: { type: 'authorization_error', message: 'Missing permission' } };
			bench.fal.order({ on: 'requests', fault: { type: 'http', status: 403, body } });
		},
		'fal does not let this key list requests: Missing permission',
	],
	[
		'inputs are not stored',
		() => void (bench.fal.options.listsInputs = false),
		'fal lists requests without their inputs',
	],
	[
		'a page comes',
		() => {
			const fault = { type: 'html', status: 502 } as const;
			bench.fal.order({ on: 'requests', times: Infinity, fault });
		},
		'fal could not be asked for recent requests',
	],
])(
	'%s: the error says so, and nothing is sent again',
	async (_, arrange, said) => {
		arrange();
		bench.fal.order({ on: 'submit', accepted: true, fault: reset });
		const outcome = await bench.generate();
		expect(outcome.error()?.message).toContain(said);
		expect(outcome.error()?.message).toContain('it may be running');
		expect(bench.fal.count('submit')).toBe(1);
	},
	30_000,
);

test('a stop while a lost answer is looked up: what fal lists is cancelled', async () => {
	bench.fal.options.durationMs = Infinity;
	bench.fal.options.listedAfter = 1_000;
	bench.fal.order({ on: 'submit', accepted: true, fault: reset });
	const run = bench.start();
	await bench.fal.waitUntil(() => bench.fal.submissions.length === 1, 30_000);
	await bench.fal.waitUntil(() => bench.fal.count('requests') > 0, 30_000);
	await sleep(1_200);
	run.stop();
	await run.finished;
	await bench.fal.waitForState(0, 'COMPLETED', 30_000);
	expect(bench.fal.count('cancel')).toBe(1);
	expect(bench.fal.submissions[0]?.cancelled).toBe('IN_PROGRESS');
}, 60_000);
