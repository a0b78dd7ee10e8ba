import { jsonsOf } from '../../../harness/engine/fal-engine';
import { ForwardProxy } from './hosts/forward-proxy';
import { Gateway } from './hosts/gateway';
import { selfSigned } from './hosts/self-signed';
import { useFalEngine } from '../use-fal-engine';

let proxy: ForwardProxy;
let secure: Gateway;

beforeAll(async () => {
	proxy = await ForwardProxy.start();
	secure = await Gateway.start(selfSigned);
});
const bench = useFalEngine(
	{},
	{
		clockSpeed: 5,
		credentials: (fal) => {
			secure.upstream = fal.url;
			return { secure: { baseUrl: secure.url } };
		},
	},
);
beforeEach(() => {
	proxy.forget();
	secure.count = 0;
});
afterAll(() => {
	proxy.close();
	secure.close();
});

/**
 * An address where nothing listens: of a port that was just closed, another test's stand-in may be the
 * next owner, and answer.
 */
const closed = 'http://127.0.0.1:1';

/** What reached the stand-in, as the proxy names it. */
function arrived(): string[] {
	return bench.fal.log.map(
		({ host, method, path }) =>
			`${method} ${host === 'queue' ? bench.fal.url : bench.fal.mediaUrl}${path}`,
	);
}

describe('Proxy', () => {
	test('every request goes through it: submit, status, result and file', async () => {
		const outcome = await bench.generate({
			items: [{ prompt: 'one' }, { prompt: 'two' }],
			parameters: { downloadVideo: true, requestOptions: { proxy: proxy.url } },
		});
		expect(jsonsOf(outcome)).toHaveLength(2);
		expect(new Set(bench.fal.log.map(({ kind }) => kind))).toEqual(
			new Set(['submit', 'status', 'result', 'file']),
		);
		expect([...proxy.requests].sort()).toEqual(arrived().sort());
	});

	test('so does the stream of events', async () => {
		const outcome = await bench.generate({
			parameters: { requestOptions: { proxy: proxy.url } },
			options: { pollIntervalSeconds: undefined },
		});
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(bench.fal.count('stream')).toBe(1);
		expect([...proxy.requests].sort()).toEqual(arrived().sort());
	});

	test('so does a cancel at a stop', async () => {
		const run = bench.start({
			items: [{ prompt: '[stuck] A boat' }],
			parameters: { requestOptions: { proxy: proxy.url } },
		});
		await bench.fal.waitFor(({ kind }) => kind === 'status');
		run.stop();
		await run.finished;
		expect(bench.fal.count('cancel')).toBe(1);
		expect([...proxy.requests].sort()).toEqual(arrived().sort());
	});

	test('a tunnel leads to a host with TLS', async () => {
		const outcome = await bench.generate({
			credential: 'secure',
			parameters: { requestOptions: { proxy: proxy.url, allowUnauthorizedCerts: true } },
		});
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(proxy.tunnels.length).toBeGreaterThan(0);
		expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(secure.url).host]));
		expect(proxy.requests).toEqual([]);
		expect(secure.count).toBe(bench.fal.log.length);
	});

	test('one that is not there: nothing was sent, and the error says so', async () => {
		const outcome = await bench.generate({
			parameters: { requestOptions: { proxy: closed } },
		});
		expect(bench.fal.log).toEqual([]);
		expect(outcome.error()?.message).toContain('the connection was refused');
		expect(outcome.error()?.description).toContain('nothing is billed');
	});
});

describe('Ignore SSL Issues', () => {
	test('on: a host with a certificate of its own serves', async () => {
		const outcome = await bench.generate({
			credential: 'secure',
			parameters: { requestOptions: { allowUnauthorizedCerts: true } },
		});
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(secure.count).toBe(bench.fal.log.length);
		expect(bench.fal.billed()).toBe(1);
	});

	test('on: its stream of events is heard, too', async () => {
		const outcome = await bench.generate({
			credential: 'secure',
			parameters: { requestOptions: { allowUnauthorizedCerts: true } },
			options: { pollIntervalSeconds: undefined },
		});
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(bench.fal.log.find(({ kind }) => kind === 'stream')?.answered).toBe(200);
		expect(bench.fal.count('status')).toBe(0);
	});

	test('off: nothing is sent to it', async () => {
		const outcome = await bench.generate({ credential: 'secure' });
		expect(outcome.error()?.message).toContain('certificate was not accepted');
		expect(secure.count).toBe(0);
		expect(bench.fal.log).toEqual([]);
	});
});

describe('Timeout', () => {
	const parameters = { downloadVideo: true, requestOptions: { timeout: 1000 } };

	test.each(['status', 'result', 'file'] as const)(
		'ends a %s request that is not answered, and the next one is',
		async (on) => {
			bench.fal.order({ on, fault: { type: 'hang' } });
			const outcome = await bench.generate({ parameters });
			expect(jsonsOf(outcome)).toHaveLength(1);
			const [hung] = bench.fal.log.filter(({ answered }) => answered === 'hang');
			expect(hung).toMatchObject({ kind: on, abandoned: true });
			expect(bench.fal.billed()).toBe(1);
		},
	);

	test('ends a POST that is not answered, which is not sent again', async () => {
		bench.fal.order({ on: 'submit', accepted: true, fault: { type: 'hang' } });
		const outcome = await bench.generate({ parameters });
		expect(outcome.error()?.message).toContain('no answer within 1 s');
		expect(bench.fal.count('submit')).toBe(1);
	});
});

describe('Batching', () => {
	test('sends group after group, with the pauses between', async () => {
		const items = Array.from({ length: 6 }, (_, n) => ({ prompt: `A boat, take ${n}` }));
		const batch = { batchSize: 2, batchInterval: 700 };
		const outcome = await bench.generate({
			items,
			parameters: { requestOptions: { batching: { batch } } },
		});
		expect(jsonsOf(outcome)).toHaveLength(6);
		const submits = bench.fal.log.filter(({ kind }) => kind === 'submit');
		expect(submits.map(({ body }) => (body as { prompt: string }).prompt).sort()).toEqual(
			items.map(({ prompt }) => prompt),
		);
		const at = submits.map((entry) => entry.at);
		for (const first of [2, 4]) {
			const earlier = Math.max(...at.slice(0, first));
			const later = Math.min(...at.slice(first));
			expect(later - earlier).toBeGreaterThan(350);
		}
		expect(bench.fal.billed()).toBe(6);
	});
});
