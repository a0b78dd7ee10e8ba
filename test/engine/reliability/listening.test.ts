import type { Fault } from '../../../harness/standin/faults';
import type { LogEntry } from '../../../harness/standin/request-log';
import { jsonsOf, KEY } from '../../../harness/engine/fal-engine';
import type { Outcome } from '../../../harness/engine/outcome';
import { FalStandIn } from '../../../harness/standin/fal-stand-in';
import { useFalEngine } from '../use-fal-engine';

/** Without a Poll Interval the node listens to the request's events and asks when it is worth it. */
const options = { pollIntervalSeconds: undefined };

/** What may be wrong with a stream. */
const faults: Array<{ name: string; fault: Fault }> = [
	{ name: 'is refused', fault: { type: 'http', status: 403, body: { detail: 'no' } } },
	{ name: 'is a page', fault: { type: 'html', status: 200 } },
	{ name: 'meets 502', fault: { type: 'html', status: 502 } },
	{ name: 'is redirected', fault: { type: 'redirect', location: 'http://127.0.0.1:1/' } },
	{ name: 'loses its connection', fault: { type: 'reset' } },
	{ name: 'is never answered', fault: { type: 'hang' } },
	{ name: 'stays silent', fault: { type: 'withhold', events: 0 } },
	{ name: 'is held back after its first event', fault: { type: 'withhold', events: 1 } },
	{ name: 'is cut after a second', fault: { type: 'cut', ms: 1000 } },
];

// A host for each test: what the node learns of a host's streams stays in its memory.
const ids = Array.from({ length: faults.length + 6 }, (_, index) => `host-${index}`);
const hosts = new Map<string, FalStandIn>();
let unused = [...ids];

/** The test's own host, and the id of its credential. */
let fal: FalStandIn;
let credential: string;

/** Takes a host that no test has used. */
function freshHost(): { credential: string; fal: FalStandIn } {
	const [id = '', ...rest] = unused;
	const host = hosts.get(id);
	if (!host) throw new Error('There are more tests than hosts');
	unused = rest;
	return { credential: id, fal: host };
}

beforeAll(async () => {
	for (const id of ids) hosts.set(id, await FalStandIn.start({ durationMs: 0, keys: [KEY] }));
});
const bench = useFalEngine(
	{},
	{
		credentials: () =>
			Object.fromEntries(
				[...hosts].map(([id, { url, jwksUrl }]) => [
					id,
					{ baseUrl: url, webhookKeysUrl: jwksUrl, platformUrl: `${url}/v1` },
				]),
			),
	},
);
afterAll(async () => {
	for (const host of hosts.values()) await host.close();
});

/** The streams that were opened. */
function streams(of = fal): LogEntry[] {
	return of.log.filter(({ kind }) => kind === 'stream');
}

describe('a stream', () => {
	let runs: Map<string, { fal: FalStandIn; finished: Promise<Outcome> }>;

	// All at once, each at its own host.
	beforeAll(() => {
		runs = new Map(
			faults.map(({ name, fault }) => {
				const host = freshHost();
				host.fal.order({ on: 'stream', times: Infinity, fault });
				const { finished } = bench.start({
					items: [{ prompt: '[slow=3] A boat' }, { prompt: 'Another' }],
					options,
					credential: host.credential,
				});
				return [name, { fal: host.fal, finished }];
			}),
		);
	});

	test.each(faults)('that $name costs no video', async ({ name, fault }) => {
		const run = runs.get(name);
		if (!run) throw new Error('There is no such run');
		expect(jsonsOf(await run.finished)).toHaveLength(2);
		expect(streams(run.fal).map((entry) => entry.fault)).toContain(fault.type);
		expect(run.fal.billed()).toBe(2);
	});
});

describe('at a host of its own', () => {
	beforeEach(() => ({ fal, credential } = freshHost()));

	test('a video is noticed by the stream: it is fetched before a question is due', async () => {
		const outcome = await bench.generate({
			credential,
			items: [{ prompt: '[slow=1] A boat' }],
			options,
		});
		expect(jsonsOf(outcome)).toMatchObject([
			{ status: 'COMPLETED', metrics: { inference_time: expect.any(Number) } },
		]);
		expect(fal.log.map(({ kind }) => kind)).toEqual(['submit', 'stream', 'result']);
		expect(streams()[0]?.headers).toMatchObject({ accept: 'text/event-stream' });
	});

	test('what fal refuses is told by the stream, too', async () => {
		const outcome = await bench.generate({
			credential,
			items: [{ prompt: '[blocked] A boat' }],
			options,
		});
		expect(outcome.error()?.message).toContain('flagged by a content checker');
		expect(fal.count('status')).toBe(0);
	});

	test('a stop closes the streams', async () => {
		const run = bench.start({
			credential,
			items: [{ prompt: '[stuck] one' }, { prompt: '[stuck] two' }],
			options: { ...options, cancelOnStop: false },
		});
		await fal.waitUntil(() => streams().filter(({ answered }) => answered === 200).length === 2);
		run.stop();
		await run.finished;
		await fal.waitUntil(() => streams().every(({ abandoned }) => abandoned));
		expect(fal.count('cancel')).toBe(0);
	});

	test('the end of the longest wait closes the stream', async () => {
		const outcome = await bench.generate({
			credential,
			items: [{ prompt: '[stuck] A boat' }],
			options: { ...options, maxWaitSeconds: 2 },
		});
		expect(outcome.error()?.message).toContain('was not complete within Max Wait');
		await fal.waitUntil(() => streams().length === 1 && streams()[0]?.abandoned === true);
		// The last question came at the end of the wait.
		expect(fal.log.at(-1)?.kind).toBe('status');
	});

	test('with a Poll Interval of the user’s own, no stream is opened', async () => {
		await bench.generate({ credential, items: [{ prompt: '[slow=1] A boat' }] });
		expect(streams()).toEqual([]);
		expect(fal.count('status')).toBeGreaterThan(0);
	});

	test('the key does not come out of a stream that repeats it', async () => {
		const [key = ''] = fal.keys;
		fal.options.outcome = () => ({
			status: 200,
			durationMs: 1000,
			error: `the key ${key} is tired`,
		});
		const outcome = await bench.generate({ credential, items: [{ prompt: 'A boat' }], options });
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(fal.count('status')).toBe(0);
		expect((await bench.engine.logs()).join('\n')).not.toContain(key);
		expect(outcome.record.storedData).not.toContain(key);
	});
});

test('none of this leaves a rejection that nobody handles', async () => {
	expect(await bench.engine.unhandled()).toEqual([]);
});
