import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { itemsOf } from '../../harness/engine/workflow';
import { anotherProcess, everyDay } from './every-day';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({ durationMs: 50, listsRequests: true }, { clockSpeed: 5 });
const boats = (count: number) => Array.from({ length: count }, (_, n) => ({ prompt: `Boat ${n}` }));
const reset = { type: 'reset' } as const;

const custom = {
	model: 'custom',
	customModel: { __rl: true, mode: 'id', value: 'fal-ai/ltx-2/text-to-video' },
};

test.each([
	['suspending', { operation: 'generateAndSuspend' }],
	['in batches', { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 20 } } } }],
	['all at once ', {}],
] as Array<[string, INodeParameters]>)(
	'fal has no price of a model: it is asked once in a run (%s)',
	async (_, parameters) => {
		const outcome = await bench.generate({
			items: boats(30),
			parameters: { ...custom, ...parameters },
			options: { extraInput: '{"duration":6}', maxCost: 5 },
		});
		expect(outcome.error()?.message).toContain('is not known');
		expect(bench.fal.count('prices')).toBe(1);
	},
);

test('prices that do not come hold a run up for as long as one question, not as one for each item', async () => {
	bench.fal.order({ on: 'prices', times: Infinity, fault: { type: 'html', status: 502 } });
	const outcome = await bench.generate({
		items: boats(20),
		parameters: { ...custom, operation: 'generateAndSuspend' },
		options: { extraInput: '{"duration":6}', maxCost: 5 },
	});
	expect(outcome.error()?.message).toContain('is not known');
	// Four attempts.
	expect(bench.fal.count('prices')).toBe(4);
}, 120_000);

test('Retry On Fail of what is billed and may pass: all tries together stay within the limit', async () => {
	bench.fal.options.outcome = () => ({
		status: 422,
		body: { detail: [{ loc: ['body'], msg: 'Try again', type: 'no_media_generated' }] },
	});
	await bench.generate({
		options: { maxCost: 0.35 },
		node: { retryOnFail: true, maxTries: 4, waitBetweenTries: 10 },
	});
	expect(bench.fal.billed()).toBe(1);
}, 60_000);

test.each(['Infinity', '1e999', '-5', 'NaN', '5, 5', ''])(
	'X-Fal-Billable-Units %j: a number that JSON can hold, or none',
	async (units) => {
		bench.fal.options.outcome = () => ({ status: 200 });
		bench.fal.order({
			on: 'result',
			fault: {
				type: 'http',
				status: 200,
				headers: { 'x-fal-billable-units': units },
				body: { video: { url: 'https://example.com/a.mp4' } },
			},
		});
		const [json] = jsonsOf(await bench.generate());
		const { billable_units: said } = json?.cost as { billable_units?: number };
		expect(said === undefined || Number.isFinite(said)).toBe(true);
	},
);

test('Execute Once counts one item', async () => {
	const outcome = await bench.generate({
		items: boats(3),
		options: { maxCost: 0.4 },
		node: { executeOnce: true },
	});
	expect(outcome.error()?.message).toBeUndefined();
	expect(bench.fal.billed()).toBe(1);
});

test.each([
	['NaN', '={{ NaN }}'],
	['a negative', -1],
	['a text', 'five'],
	['an amount with its currency', '5 USD'],
	['infinite', '={{ Infinity }}'],
	['yes', '={{ true }}'],
	['an object', '={{ ({}) }}'],
	['a list of two', '={{ [1, 2] }}'],
] as Array<[string, string | number]>)('Max Cost is %s', async (_, maxCost) => {
	for (const operation of ['generate', 'generateAndSuspend']) {
		const outcome = await bench.generate({ parameters: { operation }, options: { maxCost } });
		expect(outcome.error()?.message).toContain('Max Cost is');
	}
	expect(bench.fal.count('submit')).toBe(0);
});

test.each([
	['null', '={{ null }}'],
	['undefined', '={{ undefined }}'],
	['an empty text', '={{ "" }}'],
	['blanks', '={{ "  " }}'],
	['an empty list', '={{ [] }}'],
])('Max Cost whose expression gives %s lets nothing through', async (_, maxCost) => {
	await bench.generate({ items: boats(3), options: { maxCost } });
	expect(bench.fal.count('submit')).toBe(0);
});

test('a run of Continue with a lost item: its item says what it may cost', async () => {
	bench.fal.options.listsRequests = false;
	bench.fal.order({ on: 'submit', accepted: true, fault: reset });
	const outcome = await bench.generate({ node: { onError: 'continueRegularOutput' } });
	expect(jsonsOf(outcome)[0]).toHaveProperty('cost.estimate', 0.35);
});

// In real time: the host's clock decides.
const real = useFalEngine({ durationMs: 50, listsRequests: true });

test('a stop does not cancel the request of another process, of which an answer was only lost', async () => {
	real.fal.options.durationMs = Infinity;
	const other = await anotherProcess(real.fal);
	const theirs = other.run({ workflow: everyDay, input: itemsOf({}) });
	await real.fal.waitUntil(() => real.fal.submissions.length === 1, 30_000);
	// Some time later; fal takes nothing.
	await sleep(6000);
	real.fal.order({ on: 'submit', accepted: false, fault: reset });
	const mine = real.engine.run({ workflow: everyDay, input: itemsOf({}) });
	await sleep(5000);
	mine.stop();
	await mine.finished;
	await sleep(1500);
	const { cancelled } = real.fal.submissions[0] ?? {};
	void theirs.finished.catch(() => {});
	await other.close();
	expect(cancelled).toBe(false);
}, 60_000);
