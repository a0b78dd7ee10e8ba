import type { Fault } from '../../../harness/standin/faults';
import { jsonsOf, type Given } from '../../../harness/engine/fal-engine';
import { FAL_VIDEO } from '../../../harness/engine/workflow';
import { useFalEngine } from '../use-fal-engine';

/** How many seconds pass in one for the node. */
const clockSpeed = 5;

const bench = useFalEngine({}, { clockSpeed });

const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const shortTimeout: Given['parameters'] = { requestOptions: { timeout: 1000 } };

const page = (status: number): Fault => ({ type: 'html', status });
const refusal = (status: number, retryAfter?: string): Fault => ({
	type: 'http',
	status,
	...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
	body: { detail: 'Not now' },
});

describe('a request that was not accepted is sent again, and one is billed', () => {
	test.each<{ name: string; fault: Fault; times: number }>([
		{ name: '429 with Retry-After', fault: refusal(429, '1'), times: 1 },
		{ name: '429 without', fault: refusal(429), times: 1 },
		{ name: '503 with Retry-After', fault: refusal(503, '0'), times: 2 },
		{ name: '503 in the host’s own form', fault: refusal(503), times: 1 },
	])('$name, $times in a row', async ({ fault, times }) => {
		bench.fal.order({ on: 'submit', times, fault });
		const outcome = await bench.generate();
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(bench.fal.count('submit')).toBe(times + 1);
		expect(bench.fal.billed()).toBe(1);
	});

	test('not before the time that Retry-After names', async () => {
		bench.fal.order({ on: 'submit', fault: refusal(503, '5') });
		await bench.generate();
		const [first, second] = bench.fal.log.filter(({ kind }) => kind === 'submit');
		expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(4750 / clockSpeed);
	});

	test('a host that refuses connections, then takes them', async () => {
		await bench.fal.pause();
		const run = bench.start();
		await new Promise((resolve) => setTimeout(resolve, 400));
		await bench.fal.resume();
		expect(jsonsOf(await run.finished)).toHaveLength(1);
		expect(bench.fal.count('submit')).toBe(1);
		expect(bench.fal.billed()).toBe(1);
	});
});

describe('a bound to that', () => {
	test('429 for ever ends in an error after six times, with nothing billed', async () => {
		bench.fal.order({ on: 'submit', times: Infinity, fault: refusal(429, '0') });
		const outcome = await bench.generate();
		expect(outcome.error()?.message).toContain('did not accept the request, asked 6 times');
		expect(outcome.error()?.description).toContain('nothing is billed');
		expect(bench.fal.count('submit')).toBe(6);
		expect(bench.fal.billed()).toBe(0);
	});

	test('a Retry-After of more than two minutes is told, not waited for', async () => {
		bench.fal.order({ on: 'submit', fault: refusal(503, '3600') });
		const outcome = await bench.generate();
		expect(outcome.error()?.message).toContain('asked once: HTTP 503: Not now');
		expect(bench.fal.count('submit')).toBe(1);
	});

	test('a retry sends anew what was not accepted', async () => {
		bench.fal.order({ on: 'submit', times: 6, fault: refusal(503, '0') });
		const outcome = await bench.generate({ node: retryOnFail });
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(bench.fal.count('submit')).toBe(7);
		expect(bench.fal.billed()).toBe(1);
	});
});

describe.each(['fal', 'reseller'] as const)(
	'at a host of the kind %s, a request whose answer is lost may be running',
	(kind) => {
		const host = kind === 'fal' ? bench : useFalEngine({ kind }, { clockSpeed });

		const lost: Array<{ name: string; fault: Fault }> = [
			{ name: 'the connection is cut', fault: { type: 'reset' } },
			{ name: 'no answer', fault: { type: 'hang' } },
			{ name: 'an answer that stops after its head', fault: { type: 'drip', ms: 2000 } },
			{ name: 'half an answer', fault: { type: 'truncate', bytes: 80 } },
			{ name: '408', fault: { type: 'empty', status: 408 } },
			{ name: '500', fault: page(500) },
			{ name: '502', fault: page(502) },
			{ name: '504', fault: page(504) },
			{ name: '503 of a proxy', fault: page(503) },
			{ name: 'an empty answer with HTTP 200', fault: { type: 'empty', status: 200 } },
			{
				name: 'an answer without the request’s ID',
				fault: { type: 'body', body: { status: 'IN_QUEUE' } },
			},
		];

		test.each(lost)(
			'$name: it is sent once, with Retry On Fail too; a user’s own retry sends it anew',
			async ({ fault }) => {
				host.fal.order({ on: 'submit', accepted: true, fault });
				const outcome = await host.generate({ parameters: shortTimeout, node: retryOnFail });
				const error = outcome.error(FAL_VIDEO);
				expect(error?.message).toContain('may be running');
				expect(error?.description).toContain(
					kind === 'fal' ? 'fal.ai/dashboard/requests' : `at ${new URL(host.fal.url).host}`,
				);
				expect(error?.description).toContain('Retry On Fail will not send it a second time');
				expect(error?.description).toContain('may pay twice');
				expect(host.fal.count('submit')).toBe(1);
				expect(host.fal.billed()).toBe(1);

				const retried = await host.engine.retry(outcome).finished;
				expect(jsonsOf(retried)).toHaveLength(1);
				expect(host.fal.count('submit')).toBe(2);
			},
		);

		test('one of three: the others come, and a user’s retry sends only that one', async () => {
			host.fal.order({ on: 'submit', requestIndex: 1, accepted: true, fault: { type: 'reset' } });
			const items = [{ prompt: 'one' }, { prompt: 'two' }, { prompt: 'three' }];
			const outcome = await host.generate({ items, node: retryOnFail });
			expect(outcome.error()?.description).toContain('2 are done and 1 failed');
			expect(host.fal.count('submit')).toBe(3);

			const retried = await host.engine.retry(outcome).finished;
			expect(jsonsOf(retried)).toHaveLength(3);
			expect(host.fal.count('submit')).toBe(4);
		});
	},
);

describe('a request that fal or the key’s host refuses is not sent again', () => {
	test.each<{ name: string; fault: Fault; says: string }>([
		{
			name: '401',
			fault: { type: 'http', status: 401, body: { detail: 'No user found' } },
			says: 'refused the key: No user found',
		},
		{
			name: '403',
			fault: { type: 'http', status: 403, body: { detail: 'Exhausted balance' } },
			says: 'refused the account, not the key: Exhausted balance',
		},
		{ name: '404', fault: { type: 'empty', status: 404 }, says: 'it has no model' },
		{
			name: '422',
			fault: {
				type: 'http',
				status: 422,
				body: { detail: [{ loc: ['body', 'prompt'], msg: 'Too long', type: 'sequence_too_long' }] },
			},
			says: 'Too long',
		},
		{ name: 'a page with HTTP 200', fault: page(200), says: 'is not a queue at this address' },
		{
			name: 'a redirect',
			fault: { type: 'redirect', status: 307, location: '/elsewhere' },
			says: 'redirect',
		},
	])('$name', async ({ fault, says }) => {
		bench.fal.order({ on: 'submit', fault });
		const outcome = await bench.generate();
		expect(outcome.error()?.message).toContain(says);
		expect(bench.fal.log).toHaveLength(1);
		expect(bench.fal.billed()).toBe(0);
	});
});
