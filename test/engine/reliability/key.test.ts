import type { FaultOrder } from '../../../harness/standin/faults';
import type { JsonObject } from '../../../harness/standin/json';
import { jsonsOf, KEY } from '../../../harness/engine/fal-engine';
import type { Outcome } from '../../../harness/engine/outcome';
import { Gateway } from './hosts/gateway';
import { OtherHost } from './hosts/other-host';
import { useFalEngine } from '../use-fal-engine';

let gateway: Gateway;
let other: OtherHost;

beforeAll(async () => {
	other = await OtherHost.start();
	gateway = await Gateway.start();
});
const bench = useFalEngine(
	{},
	{
		clockSpeed: 5,
		credentials: (fal) => {
			gateway.upstream = fal.url;
			return {
				gateway: { baseUrl: gateway.url },
				wrong: { apiKey: 'wrong-key-5309', baseUrl: fal.url },
			};
		},
	},
);
beforeEach(() => {
	other.requests.length = 0;
	gateway.rewrite = (json) => json;
});
afterAll(() => {
	gateway.close();
	other.close();
});

/** Where a secret stands in what n8n keeps or writes of executions: short pieces around it. */
async function leaksOf(secret: string, { record }: Outcome): Promise<string[]> {
	const written = [JSON.stringify(record), ...(await bench.engine.logs()), bench.engine.output];
	return written
		.filter((text) => text.includes(secret))
		.map((text) => text.slice(Math.max(0, text.indexOf(secret) - 80)).slice(0, 160));
}

describe('a second host sees no key', () => {
	test('that the URLs of a reply name: nothing is sent to it', async () => {
		bench.fal.options.publicUrl = other.url;
		const outcome = await bench.generate();
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(other.requests).toEqual([]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('that the URLs of a reply name, at a stop: the cancel goes to the credential’s host', async () => {
		bench.fal.options.publicUrl = other.url;
		const run = bench.start({ items: [{ prompt: '[stuck] A boat' }] });
		await bench.fal.waitFor(({ kind }) => kind === 'status');
		run.stop();
		await run.finished;
		expect(bench.fal.count('cancel')).toBe(1);
		expect(other.requests).toEqual([]);
	});

	test.each<FaultOrder['on'] & ('submit' | 'status' | 'result' | 'cancel')>([
		'submit',
		'status',
		'result',
		'cancel',
	])('that a redirect of the %s leads to: nothing is sent to it', async (on) => {
		const order = bench.fal.order({
			on,
			fault: { type: 'redirect', location: `${other.url}/here`, status: 307 },
		});
		await bench.generate({
			items: [{ prompt: on === 'cancel' ? '[stuck] A boat' : 'A boat' }],
			...(on === 'cancel' ? { options: { maxWaitSeconds: 1, onTimeout: 'cancelAndFail' } } : {}),
		});
		expect(order.used).toBe(1);
		expect(other.requests).toEqual([]);
	});

	test('that a redirect of the event stream leads to: nothing is sent to it', async () => {
		const order = bench.fal.order({
			on: 'stream',
			fault: { type: 'redirect', location: `${other.url}/here`, status: 307 },
		});
		await bench.generate({ options: { pollIntervalSeconds: undefined } });
		expect(order.used).toBe(1);
		expect(other.requests).toEqual([]);
	});

	test('that the URLs of a reply name: the event stream is asked of the credential’s host', async () => {
		bench.fal.options.publicUrl = other.url;
		await bench.generate({ options: { pollIntervalSeconds: undefined } });
		expect(bench.fal.count('stream')).toBe(1);
		expect(other.requests).toEqual([]);
	});

	test('that has the files: they are fetched without one', async () => {
		const outcome = await bench.generate({ parameters: { downloadVideo: true } });
		expect(outcome.items('Out')[0]?.binary?.data).toBeDefined();
		const [file] = bench.fal.log.filter(({ host }) => host === 'media');
		expect(file?.kind).toBe('file');
		expect(JSON.stringify(file)).not.toContain(KEY);
		expect(file?.headers.authorization).toBeUndefined();
	});

	test('that a redirect of the file leads to', async () => {
		bench.fal.order({
			on: 'file',
			times: Infinity,
			fault: { type: 'redirect', location: `${other.url}/file.mp4` },
		});
		await bench.generate({
			parameters: { downloadVideo: true },
			options: { maxWaitSeconds: 1 },
		});
		expect(other.requests.length).toBeGreaterThan(0);
		expect(JSON.stringify(other.requests)).not.toContain(KEY);
	});
});

describe('a returned URL that is not the request’s path on the queue is not used', () => {
	const names = ['response_url', 'status_url', 'cancel_url'] as const;
	const id = '{id}';
	const wrong: Array<{ name: string; path: string }> = [
		{ name: 'another file', path: '/etc/passwd' },
		{ name: 'the root', path: '/' },
		{ name: 'another request', path: '/fal-ai/kling-video/requests/0000-0000' },
		{ name: 'dots that climb', path: `/fal-ai/kling-video/requests/${id}/../../../admin` },
		{ name: 'encoded dots', path: `/fal-ai/kling-video/requests/${id}/%2e%2e/%2e%2e/admin` },
		{ name: 'an encoded slash', path: `/fal-ai/kling-video/requests/..%2f${id}` },
		{ name: 'a backslash', path: `/fal-ai/kling-video/requests/..%5c${id}` },
		{ name: 'more behind it', path: `/fal-ai/kling-video/requests/${id}/keys` },
		{ name: 'no app', path: `/requests/${id}` },
	];

	test.each(wrong)(
		'$name: the video comes by the path that the model gives, billed once',
		async ({ path }) => {
			for (const name of names) {
				bench.fal.reset();
				gateway.rewrite = (json: JsonObject) => {
					if (!(name in json)) return json;
					return { ...json, [name]: other.url + path.replace(id, json.request_id as string) };
				};
				const outcome = await bench.generate({ credential: 'gateway' });
				const { requestId } = bench.fal.submissions[0] ?? {};
				expect(jsonsOf(outcome)).toMatchObject([{ request_id: requestId, status: 'COMPLETED' }]);
				expect(bench.fal.log.every(({ kind }) => kind !== 'other')).toBe(true);
				expect(bench.fal.count('submit')).toBe(1);
				expect(bench.fal.billed()).toBe(1);
			}
			expect(other.requests).toEqual([]);
		},
	);

	test.each(['../../../admin', '..%2f..%2fadmin', 'x/status?y=', 'x'.repeat(500)])(
		'a request ID that is none, %p: that of the URLs is taken, and no other path is asked for',
		async (requestId) => {
			gateway.rewrite = (json) =>
				'cancel_url' in json ? { ...json, request_id: requestId } : json;
			const outcome = await bench.generate({ credential: 'gateway' });
			expect(jsonsOf(outcome)).toMatchObject([
				{ request_id: bench.fal.submissions[0]?.requestId, status: 'COMPLETED' },
			]);
			expect(bench.fal.billed()).toBe(1);
			const paths = bench.fal.log.map(({ path }) => path);
			const plain =
				/^\/fal-ai\/kling-video\/(v2.5-turbo\/pro\/text-to-video|requests\/[\w-]{36}(\/status)?)$/;
			for (const path of paths) expect(path).toMatch(plain);
		},
	);
});

describe('the key is in no error, output, log or stored data', () => {
	test.each<{ name: string; orders: FaultOrder[]; prompt?: string }>([
		{ name: 'of a run without faults', orders: [] },
		{ name: 'of a blocked prompt', orders: [], prompt: 'A [blocked] boat' },
		{
			name: 'of a POST that was cut',
			orders: [{ on: 'submit', fault: { type: 'reset' }, accepted: true }],
		},
		{ name: 'of a POST that timed out', orders: [{ on: 'submit', fault: { type: 'hang' } }] },
		{
			name: 'of a key that was refused',
			orders: [{ on: 'status', fault: { type: 'empty', status: 401 } }],
		},
		{
			name: 'of faults on the way',
			orders: [
				{ on: 'status', fault: { type: 'reset' } },
				{ on: 'status', fault: { type: 'html', status: 502 } },
				{ on: 'result', fault: { type: 'hang' } },
				{ on: 'file', fault: { type: 'reset' } },
			],
		},
	])('$name', async ({ orders, prompt = 'A boat' }) => {
		for (const order of orders) bench.fal.order(order);
		const outcome = await bench.generate({
			items: [{ prompt }],
			parameters: { downloadVideo: true, requestOptions: { timeout: 1000 } },
		});
		expect(bench.fal.log[0]?.headers.authorization).toBe(`Key ${KEY}`);
		expect(await leaksOf(KEY, outcome)).toEqual([]);
	});

	test('of a key that does not fit', async () => {
		const outcome = await bench.generate({ credential: 'wrong' });
		expect(outcome.error()?.message).toContain('fal refused the key');
		expect(await leaksOf('wrong-key-5309', outcome)).toEqual([]);
	});

	test('of a host that is not there', async () => {
		const run = bench.start({ items: [{ prompt: '[slow=1] A boat' }] });
		await bench.fal.waitForState(0, 'IN_PROGRESS');
		await bench.fal.pause();
		await new Promise((resolve) => setTimeout(resolve, 1500));
		await bench.fal.resume();
		expect(await leaksOf(KEY, await run.finished)).toEqual([]);
	});

	test.each(['submit', 'status', 'result'] as const)(
		'of a host that repeats it in its answer to the %s',
		async (on) => {
			const body = { detail: `The key ${KEY} may not use this`, [KEY]: KEY };
			bench.fal.order({ on, fault: { type: 'http', status: 403, body } });
			const outcome = await bench.generate();
			expect(outcome.error()?.message).toContain('may not use this');
			expect(await leaksOf(KEY, outcome)).toEqual([]);
		},
	);
});
