import type { INodeParameters } from 'n8n-workflow';
import { containing } from '../matchers';
import { jsonsOf } from '../../harness/engine/fal-engine';
import type { Fault } from '../../harness/standin/faults';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine(
	{},
	{
		clockSpeed: 5,
		credentials: () => ({ gateway: { platformUrl: 'https://api.fal.ai/v1' } }),
	},
);

const boats = (count: number) => Array.from({ length: count }, (_, n) => ({ prompt: `Boat ${n}` }));
const batching: INodeParameters = {
	requestOptions: { batching: { batch: { batchSize: 2, batchInterval: 50 } } },
};

describe('Max Cost', () => {
	test.each([
		['all at once', {}],
		['in batches', batching],
	])('above it nothing is sent, and the error says how the sum is made (%s)', async (_, given) => {
		const outcome = await bench.generate({
			items: boats(10),
			options: { maxCost: 3 },
			parameters: given,
		});
		expect(outcome.error()?.message).toBe(
			'This run would cost $3.50 (10 videos of 5 s at $0.35), and Max Cost is $3.00',
		);
		expect(outcome.error()?.description).toContain('Nothing was sent, and nothing is billed.');
		expect(bench.fal.count('submit')).toBe(0);
	});

	test.each([
		['all at once', {}],
		['in batches', batching],
	])('up to it, to the cent, all are made (%s)', async (_, given) => {
		const outcome = await bench.generate({
			items: boats(10),
			options: { maxCost: 3.5 },
			parameters: given,
		});
		expect(jsonsOf(outcome)).toHaveLength(10);
		expect(bench.fal.billed()).toBe(10);
	});

	test('counts each item with its own model, length and sound', async () => {
		const outcome = await bench.generate({
			items: [
				{ prompt: 'a', model: 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video', seconds: 10 },
				{ prompt: 'b', model: 'fal-ai/kling-video/v2.6/pro/text-to-video', seconds: 5 },
			],
			parameters: { model: '={{ $json.model }}', duration: '={{ $json.seconds }}' },
			options: { maxCost: 1 },
		});
		// Kling 2.6 has sound unless it is told otherwise: $0.14 a second.
		expect(outcome.error()?.message).toContain(
			'$1.40 (1 video of 10 s at $0.70, 1 video of 5 s at $0.70)',
		);
		expect(bench.fal.count('submit')).toBe(0);
	});

	test('Continue: an item that cannot be sent does not count', async () => {
		const outcome = await bench.generate({
			items: [{ prompt: '' }, ...boats(2)],
			options: { maxCost: 0.7 },
			node: { onError: 'continueErrorOutput' },
		});
		expect(jsonsOf(outcome)).toHaveLength(2);
		expect(jsonsOf(outcome, 'Errors')).toHaveLength(1);
		expect(bench.fal.billed()).toBe(2);
	});

	test('Continue: each item says that the run costs too much', async () => {
		const outcome = await bench.generate({
			items: boats(3),
			options: { maxCost: 1 },
			node: { onError: 'continueErrorOutput' },
		});
		expect(jsonsOf(outcome, 'Errors').map(({ error }) => error)).toEqual(
			Array.from({ length: 3 }, () => containing('would cost $1.05')),
		);
		expect(bench.fal.count('submit')).toBe(0);
	});

	test('a model without a known price is an error', async () => {
		const outcome = await bench.generate({
			parameters: { model: 'custom', customModel: 'fal-ai/ltx-2/text-to-video' },
			options: { maxCost: 100 },
		});
		expect(outcome.error()?.message).toContain(
			'Max Cost, which is $100.00: the price of "fal-ai/ltx-2/text-to-video" is not known: fal refused to see prices: No price',
		);
		expect(bench.fal.count('submit')).toBe(0);
	});

	describe('with another model, whose price fal tells', () => {
		const customModel = 'fal-ai/ltx-2/text-to-video';
		const usd = (unit_price: number, unit: string) => ({ unit_price, unit, currency: 'USD' });
		const films = async (extra: object, options: INodeParameters, count = 3) =>
			await bench.generate({
				items: boats(count),
				parameters: { model: 'custom', customModel },
				options: { extraInput: JSON.stringify(extra), ...options },
			});

		test.each([
			['seconds', { duration: 6 }, 0.06, '$1.08 (3 videos of 6 s at about $0.36)'],
			['second', { duration: '6s' }, 0.06, '$1.08 (3 videos of 6 s at about $0.36)'],
			['5 seconds', { duration: 6 }, 0.2, '$1.20 (3 videos of 6 s at about $0.40)'],
			['videos', { duration: 6 }, 0.4, '$1.20 (3 videos of 6 s at about $0.40)'],
			['minutes', { duration: 6 }, 4, '$1.20 (3 videos of 6 s at about $0.40)'],
		])('by "%s": it is counted, and asked for once', async (unit, extra, price, sum) => {
			bench.fal.options.prices = { [customModel]: usd(price, unit) };
			const outcome = await films(extra, { maxCost: 1 });
			expect(outcome.error()?.message).toBe(`This run would cost ${sum}, and Max Cost is $1.00`);
			expect(bench.fal.count('prices')).toBe(1);
			expect(bench.fal.count('submit')).toBe(0);
		});

		test('below it, all are made, and each says what it is estimated at', async () => {
			bench.fal.options.prices = { [customModel]: usd(0.06, 'seconds') };
			const outcome = await films({ duration: 6 }, { maxCost: 1.08 });
			expect(jsonsOf(outcome).map(({ cost }) => (cost as { estimate: number }).estimate)).toEqual([
				0.36, 0.36, 0.36,
			]);
			expect(bench.fal.billed()).toBe(3);
		});

		test('suspending, too', async () => {
			bench.fal.options.prices = { [customModel]: usd(0.06, 'seconds') };
			const outcome = await bench.generate({
				items: boats(3),
				parameters: { operation: 'generateAndSuspend', model: 'custom', customModel },
				options: { extraInput: '{"duration":6}', maxCost: 1 },
			});
			expect(outcome.error()?.message).toContain('would cost $1.08');
			expect([bench.fal.count('prices'), bench.fal.count('submit')]).toEqual([1, 0]);
		});

		test.each([
			['compute seconds', { duration: 6 }, 'which nobody can count beforehand'],
			['units', { duration: 6 }, 'which nobody can count beforehand'],
			['videos', {}, 'the length of a video of'],
			['seconds', { duration: 'auto' }, 'the length of a video of'],
		])('by "%s" with %j it cannot be computed, and nothing is sent', async (unit, extra, said) => {
			bench.fal.options.prices = { [customModel]: usd(0.4, unit) };
			const outcome = await films(extra, { maxCost: 100 });
			expect(outcome.error()?.message).toContain(said);
			expect(bench.fal.count('submit')).toBe(0);
		});

		test('in another currency it is not known', async () => {
			bench.fal.options.prices = {
				[customModel]: { ...usd(0.4, 'seconds'), currency: 'EUR' },
			};
			const outcome = await films({ duration: 6 }, { maxCost: 100 });
			expect(outcome.error()?.message).toContain('is in EUR');
		});

		test.each([
			[{ type: 'http', status: 403 }, 'does not let this key see prices'],
			[{ type: 'html', status: 502 }, 'could not be asked for prices'],
			[{ type: 'body', body: { prices: 'none' } }, 'a reply without prices'],
			[{ type: 'body', body: { prices: [] } }, 'fal names no price'],
		] as const)('%j: the error says why, and nothing is sent', async (fault, said) => {
			bench.fal.order({ on: 'prices', times: Infinity, fault: { ...fault } as Fault });
			const outcome = await films({ duration: 6 }, { maxCost: 100 });
			expect(outcome.error()?.message).toContain(said);
			expect(bench.fal.count('submit')).toBe(0);
		});

		test('a second try asks again, where the first was in vain', async () => {
			bench.fal.options.prices = { [customModel]: usd(0.06, 'seconds') };
			bench.fal.order({ on: 'prices', times: 4, fault: { type: 'html', status: 502 } });
			const outcome = await bench.generate({
				parameters: { model: 'custom', customModel },
				options: { extraInput: '{"duration":6}', maxCost: 1 },
				node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 100 },
			});
			expect(jsonsOf(outcome)).toHaveLength(1);
		});

		test('without a limit nothing is asked', async () => {
			await films({ duration: 6 }, {});
			expect([bench.fal.count('prices'), bench.fal.billed()]).toEqual([0, 3]);
		});

		test('a model that begins with an image, too', async () => {
			const model = 'fal-ai/kling-video/v2.5-turbo/pro/image-to-video';
			bench.fal.options.prices = { [model]: usd(0.07, 'seconds') };
			const outcome = await bench.generate({
				parameters: {
					operation: 'generateFromImage',
					imageModel: model,
					imageSource: 'url',
					imageUrl: 'https://example.com/photo.jpg',
				},
				options: { maxCost: 0.3 },
			});
			expect(outcome.error()?.message).toContain(
				'would cost $0.35 (1 video of 5 s at about $0.35)',
			);
			expect(bench.fal.count('submit')).toBe(0);
		});
	});

	test('what a retry picks up costs nothing', async () => {
		const items = [{ prompt: 'A [blocked] boat' }, ...boats(2)];
		const first = await bench.generate({ items, options: { maxCost: 1.05 } });
		expect(first.error()?.description).toContain('estimated at $1.05 (3 videos of 5 s at $0.35)');
		const second = await bench.engine.retry(first).finished;
		expect(second.error()?.description).toContain('estimated at $0.35 (1 video of 5 s at $0.35)');
		expect(bench.fal.billed()).toBe(4);
	});

	test('suspending, too', async () => {
		const outcome = await bench.generate({
			items: boats(10),
			parameters: { operation: 'generateAndSuspend' },
			options: { maxCost: 3 },
		});
		expect(outcome.error()?.message).toContain('would cost $3.50');
		expect(bench.fal.count('submit')).toBe(0);
	});
});

describe('what it cost', () => {
	test('each item has the estimate, and what fal says it charged for', async () => {
		const outcome = await bench.generate();
		expect(jsonsOf(outcome)[0]?.cost).toEqual({
			estimate: 0.35,
			currency: 'USD',
			billable_units: 5,
		});
	});

	test.each([
		['is not waited for', { waitUntilComplete: false }, {}],
		['is still pending', {}, { maxWaitSeconds: 2, onTimeout: 'returnPending' }],
	])('one that %s has the estimate', async (_, parameters, options) => {
		bench.fal.options.durationMs = Infinity;
		const outcome = await bench.generate({ parameters, options });
		expect(jsonsOf(outcome)[0]?.cost).toEqual({ estimate: 0.35, currency: 'USD' });
	});

	test('a request that is asked for by its ID has what fal says', async () => {
		await bench.generate();
		const { requestId } = bench.submissionOf('A paper boat');
		const outcome = await bench.generate({
			parameters: { resource: 'request', operation: 'getResult', requestId },
		});
		expect(jsonsOf(outcome)[0]?.cost).toEqual({ billable_units: 5 });
	});

	test('of a gateway nothing is said, and with Max Cost nothing is sent', async () => {
		const first = await bench.generate({ credential: 'gateway' });
		expect(jsonsOf(first)[0]).not.toHaveProperty('cost');
		const second = await bench.generate({ credential: 'gateway', options: { maxCost: 5 } });
		expect(second.error()?.message).toContain('the prices of 127.0.0.1');
		expect(bench.fal.billed()).toBe(1);
	});
});

describe('a locked or empty account', () => {
	test.each(['generate', 'generateAndSuspend'])(
		'no POST is begun after the first refusal (%s)',
		async (operation) => {
			bench.fal.options.account = 'exhausted';
			const outcome = await bench.generate({
				items: boats(100),
				parameters: { operation },
				node: { onError: 'continueErrorOutput' },
			});
			expect(bench.fal.count('submit')).toBeLessThanOrEqual(20);
			expect(bench.fal.billed()).toBe(0);
			const said = JSON.stringify(outcome.runs('Fal Video')[0]?.data);
			expect(said.match(/"error":"[^"]*Exhausted balance[^"]*"/g)).toHaveLength(100);
		},
	);

	test('the next run tries again', async () => {
		bench.fal.options.account = 'exhausted';
		const first = await bench.generate({ items: boats(30) });
		bench.fal.options.account = 'ok';
		const second = await bench.engine.retry(first).finished;
		expect(jsonsOf(second)).toHaveLength(30);
		expect(bench.fal.billed()).toBe(30);
	});
});

describe('File Lifetime', () => {
	test.each([
		['7d', 604_800],
		['36h', 129_600],
		['2 days', 172_800],
		['forever', null],
	])('%s', async (fileLifetime, seconds) => {
		for (const operation of ['generate', 'generateAndSuspend']) {
			await bench.generate({ parameters: { operation }, options: { fileLifetime } });
		}
		expect(
			bench.fal.submissions.map(({ headers }) => headers['x-fal-object-lifecycle-preference']),
		).toEqual([
			`{"expiration_duration_seconds":${seconds}}`,
			`{"expiration_duration_seconds":${seconds}}`,
		]);
	});

	test('what is none is refused before anything is sent', async () => {
		const outcome = await bench.generate({ options: { fileLifetime: 'soon' } });
		expect(outcome.error()?.message).toBe(
			'File Lifetime is "soon"; it must be a number of hours or days such as "36h" or "7d", from 1 hour to ten years, or "forever"',
		);
		expect(bench.fal.count('submit')).toBe(0);
	});
});
