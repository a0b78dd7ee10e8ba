import type { KindName } from '../../../harness/standin/kind';
import type { Fault } from '../../../harness/standin/faults';
import type { LogEntry } from '../../../harness/standin/request-log';
import { jsonsOf } from '../../../harness/engine/fal-engine';
import type { Outcome } from '../../../harness/engine/outcome';
import { useFalEngine } from '../use-fal-engine';

/** How many seconds pass in one for the node. */
const clockSpeed = 5;

type Place = 'status' | 'result' | 'file';

const page = (status: number): Fault => ({ type: 'html', status });
const empty = (status: number): Fault => ({ type: 'empty', status });

/** What goes wrong once on the way to a video. */
const passing: Array<{ name: string; fault: Fault; on?: Place[] }> = [
	{ name: '408', fault: empty(408) },
	{ name: '425', fault: empty(425) },
	{ name: '429', fault: { type: 'http', status: 429, body: { detail: 'Too many requests' } } },
	{ name: '500 without a body', fault: empty(500) },
	{ name: '500 with a reason, but no mark of fal’s', fault: page(500) },
	{ name: '502', fault: page(502) },
	{ name: '503', fault: page(503) },
	{ name: '504', fault: page(504) },
	{ name: 'a connection that is cut', fault: { type: 'reset' } },
	{ name: 'no answer at all', fault: { type: 'hang' } },
	{ name: 'an answer that stops after its head', fault: { type: 'drip', ms: 4000 } },
	{ name: 'half an answer', fault: { type: 'truncate', bytes: 100 } },
	{
		name: 'half an answer that calls itself whole',
		fault: { type: 'short', bytes: 100 },
		// A file is as long as its host says.
		on: ['status', 'result'],
	},
	{ name: 'a page with HTTP 200', fault: page(200) },
	{ name: 'an empty answer with HTTP 200', fault: empty(200) },
	{
		name: 'a redirect that leads nowhere',
		fault: { type: 'redirect', location: '/nowhere' },
	},
	{
		name: 'a status that nobody knows',
		fault: { type: 'status-word', status: 'REBALANCING' },
		on: ['status'],
	},
];

/** What is asked at fal, and at a gateway that has no status to ask for. */
const hosts: Array<{ kind: KindName; places: Place[] }> = [
	{ kind: 'fal', places: ['status', 'result', 'file'] },
	{ kind: 'reseller', places: ['result', 'file'] },
];

describe.each(hosts)('at a host of the kind $kind', ({ kind, places }) => {
	const bench = useFalEngine({ kind }, { keepsLog: true, clockSpeed });

	/** Runs one item for each fault, all at once: the nth accepted request meets the nth fault. */
	async function runWith(on: Place, faults: Fault[]): Promise<Outcome> {
		bench.fal.reset();
		faults.forEach((fault, requestIndex) => bench.fal.order({ on, fault, requestIndex }));
		return await bench.generate({
			items: faults.map((_, n) => ({ prompt: `A boat, take ${n}` })),
			parameters: { downloadVideo: true, requestOptions: { timeout: 1500 } },
			node: { onError: 'continueErrorOutput' },
		});
	}

	/** What was asked about the nth accepted request, oldest first. */
	function logOf(index: number): LogEntry[] {
		const { requestId } = bench.fal.submissions[index] ?? {};
		return bench.fal.log.filter(
			(entry) => entry.requestId === requestId && entry.kind !== 'submit',
		);
	}

	describe.each(places)('a fault on the way to the %s', (place) => {
		const rows = passing.filter(({ on }) => on === undefined || on.includes(place));
		let outcome: Outcome;

		beforeAll(async () => {
			outcome = await runWith(
				place,
				rows.map(({ fault }) => fault),
			);
		});

		test.each(rows.map(({ name, fault }, index) => ({ name, fault, index })))(
			'$name: the video comes',
			async ({ fault, index }) => {
				expect(logOf(index).map((entry) => entry.fault)).toContain(fault.type);
				const { requestId } = bench.fal.submissions[index] ?? {};
				const item = outcome.items('Out').find(({ json }) => json.request_id === requestId);
				expect(item?.json).toMatchObject({ status: 'COMPLETED', video: { file_size: 11377 } });
				if (!item?.binary?.data) throw new Error('There is no file');
				expect(await bench.engine.binary(item.binary.data)).toHaveLength(11377);
			},
		);

		test('each is sent and billed once', () => {
			expect(jsonsOf(outcome, 'Errors')).toEqual([]);
			expect(bench.fal.count('submit')).toBe(rows.length);
			expect(bench.fal.billed()).toBe(rows.length);
		});
	});

	test.each(places.filter((place) => place !== 'file'))(
		'429 to a %s request: the next one comes as late as Retry-After asks',
		async (place) => {
			const headers = { 'retry-after': '5' };
			const outcome = await runWith(place, [{ type: 'http', status: 429, headers }]);
			expect(jsonsOf(outcome)).toHaveLength(1);
			const [refused, next] = logOf(0).filter(({ kind }) => kind === place);
			expect(refused?.answered).toBe(429);
			expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(4750 / clockSpeed);
			expect(bench.fal.billed()).toBe(1);
		},
	);

	describe('an outage of a third of the longest wait', () => {
		const thirdMs = 4000;

		async function outage(begin: () => void | Promise<void>, end: () => void | Promise<void>) {
			bench.fal.reset();
			const run = bench.start({
				items: [{ prompt: '[slow=0.2] A boat' }, { prompt: '[slow=0.6] A boat' }],
				options: { maxWaitSeconds: (3 * thirdMs) / 1000 },
			});
			await bench.fal.waitForState(1, 'IN_PROGRESS');
			await begin();
			await new Promise((resolve) => setTimeout(resolve, thirdMs / clockSpeed));
			await end();
			return await run.finished;
		}

		test('that refuses every connection: the videos come', async () => {
			const from = (await bench.engine.logs()).length;
			const outcome = await outage(
				() => bench.fal.pause(),
				() => bench.fal.resume(),
			);
			expect(jsonsOf(outcome)).toHaveLength(2);
			expect(bench.fal.billed()).toBe(2);
			const logs = (await bench.engine.logs()).slice(from).join('\n');
			expect(logs).toContain('the connection was refused');
		});

		test('that answers everything with 503: the videos come', async () => {
			const outcome = await outage(
				() => void bench.fal.order({ on: 'any', times: Infinity, fault: page(503) }),
				() => bench.fal.clearOrders(),
			);
			expect(jsonsOf(outcome)).toHaveLength(2);
			expect(bench.fal.log.filter(({ answered }) => answered === 503).length).toBeGreaterThan(3);
			expect(bench.fal.billed()).toBe(2);
		});
	});

	test('an outage longer than the longest wait: the error says that the request goes on, and a retry waits on', async () => {
		bench.fal.reset();
		bench.fal.order({ on: 'any', skip: 1, times: Infinity, fault: page(503) });
		const first = await bench.generate({ options: { maxWaitSeconds: 2 } });
		expect(first.error()?.message).toContain('was not complete within Max Wait');
		expect(first.error()?.description).toContain('The last problem was: HTTP 503');

		bench.fal.clearOrders();
		const retried = await bench.engine.retry(first).finished;
		expect(jsonsOf(retried)).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});
});
