import { FalStandIn } from '../../harness/standin/fal-stand-in';
import type { Fault } from '../../harness/standin/faults';
import { sendRaw } from '../../harness/standin/http';
import { readMp4 } from '../../harness/standin/mp4';
import { AUTHORIZED, jsonOf, postVideo, submit } from './test-requests';

let fal: FalStandIn;

beforeAll(async () => {
	fal = await FalStandIn.start({ durationMs: 0 });
});
afterAll(async () => await fal.close());
afterEach(() => fal.reset());

async function status() {
	const { statusUrl } = await submit(fal);
	return async () => await sendRaw('GET', statusUrl, { headers: AUTHORIZED });
}

/** The URL of a video that is there. */
async function finishedVideo(): Promise<string> {
	const { requestId } = await submit(fal);
	await fal.waitForState(requestId, 'COMPLETED');
	return `${fal.mediaUrl}/files/${requestId}.mp4`;
}

describe('a fault in place of the reply', () => {
	const replies: { fault: Fault; expected: object; text: string }[] = [
		{
			fault: { type: 'http', status: 429, headers: { 'retry-after': '2' }, body: { detail: 'x' } },
			expected: { status: 429, headers: { 'retry-after': '2' } },
			text: '{"detail":"x"}',
		},
		{
			fault: { type: 'html', status: 502 },
			expected: { status: 502, headers: { 'content-type': 'text/html' } },
			text: '<h1>502</h1>',
		},
		{
			fault: { type: 'empty', status: 504 },
			expected: { status: 504, headers: { 'content-length': '0' } },
			text: '',
		},
		{
			fault: { type: 'redirect', location: 'http://127.0.0.1:1/', status: 307 },
			expected: { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
			text: '',
		},
		{ fault: { type: 'body', body: 'not json' }, expected: { status: 200 }, text: 'not json' },
		{ fault: { type: 'body', body: [], status: 202 }, expected: { status: 202 }, text: '[]' },
	];
	it.each(replies)('is $fault.type', async ({ fault, expected, text }) => {
		const ask = await status();
		fal.order({ on: 'status', fault });
		const spoiled = await ask();

		expect(spoiled).toMatchObject(expected);
		expect(spoiled.body.toString()).toContain(text);
		expect(spoiled.headers).not.toHaveProperty('x-fal-request-id');
		expect(fal.log.at(-1)).toMatchObject({ fault: fault.type, answered: spoiled.status });
		expect(jsonOf(await ask())).toHaveProperty('request_id');
	});

	it('is a connection that is reset', async () => {
		const ask = await status();
		fal.order({ on: 'status', fault: { type: 'reset' } });
		await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(fal.log.at(-1)).toMatchObject({ answered: 'reset' });
		expect(fal.log.at(-1)).not.toHaveProperty('abandoned');
	});

	it('is silence, until the sender gives up', async () => {
		const { statusUrl } = await submit(fal);
		fal.order({ on: 'status', fault: { type: 'hang' } });
		const leave = new AbortController();
		const asked = fetch(statusUrl, { headers: AUTHORIZED, signal: leave.signal });
		const left = expect(asked).rejects.toThrow();
		const entry = await fal.waitFor(({ answered }) => answered === 'hang');
		leave.abort();
		await left;
		await fal.waitUntil(() => entry.abandoned === true);
	});
});

describe('a fault in the reply', () => {
	it('is a status that nobody knows', async () => {
		const ask = await status();
		fal.order({ on: 'status', fault: { type: 'status-word', status: 'WAT' } });
		const reply = await ask();
		expect(reply.status).toBe(202);
		const requestId = fal.submissions[0]?.requestId;
		expect(jsonOf(reply)).toMatchObject({ status: 'WAT', request_id: requestId });
	});

	it('is a body that comes byte by byte', async () => {
		const { statusUrl } = await submit(fal);
		fal.order({ on: 'status', fault: { type: 'drip', ms: 1 } });
		const reply = await fetch(statusUrl, { headers: AUTHORIZED });
		const sizes: number[] = [];
		const reader = reply.body?.getReader();
		for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
			sizes.push(part.value.length);
		}
		// Several bytes may arrive together, but never the whole.
		expect(sizes.length).toBeGreaterThan(10);
	});

	it('is a file that breaks off', async () => {
		const url = await finishedVideo();
		fal.order({ on: 'file', fault: { type: 'truncate', bytes: 1000 } });
		const reply = await sendRaw('GET', url);
		expect(reply.cutShort).toBe(true);
		expect(reply.body).toHaveLength(1000);
		expect(Number(reply.headers['content-length'])).toBeGreaterThan(1000);
	});

	it('is a file that is too short without saying so', async () => {
		const url = await finishedVideo();
		fal.order({ on: 'file', fault: { type: 'short', bytes: 1000 } });
		const reply = await sendRaw('GET', url);
		expect(reply).toMatchObject({ cutShort: false, headers: { 'content-length': '1000' } });
		expect(reply.body).toHaveLength(1000);
		expect(() => readMp4(reply.body)).toThrow('cut short');
	});

	it('is a stream of events that is cut', async () => {
		const { statusUrl } = await submit(fal, { prompt: '[stuck] A boat' });
		fal.order({ on: 'stream', fault: { type: 'cut', ms: 200 } });
		const reply = await sendRaw('GET', `${statusUrl}/stream`, { headers: AUTHORIZED });
		expect(reply).toMatchObject({ status: 200, cutShort: true });
		expect(reply.body.toString()).toContain('"status":"IN_PROGRESS"');
		expect(fal.log.at(-1)).toMatchObject({ fault: 'cut', answered: 200 });
	});

	it('is a stream of which only some events come through', async () => {
		const { requestId, statusUrl } = await submit(fal, { prompt: '[stuck] A boat' });
		await fal.waitForState(requestId, 'IN_PROGRESS');
		fal.order({ on: 'stream', fault: { type: 'withhold', events: 1 } });
		const leave = new AbortController();
		const headers = AUTHORIZED;
		const reply = await fetch(`${statusUrl}/stream`, { headers, signal: leave.signal });
		const reader = reply.body?.getReader();
		const first = await reader?.read();
		expect(Buffer.from(first?.value ?? []).toString()).toContain('IN_PROGRESS');
		// It ends when it is told to, however busy the machine is.
		await sendRaw('PUT', statusUrl.replace(/status$/, 'cancel'), { headers: AUTHORIZED });
		await fal.waitForState(requestId, 'COMPLETED');
		const next = reader?.read().then(
			() => 'an event',
			() => 'nothing',
		);
		// Time for an event that should not come.
		await new Promise((resolve) => setTimeout(resolve, 200));
		leave.abort();
		expect(await next).toBe('nothing');
		await fal.waitUntil(() => fal.log.find(({ kind }) => kind === 'stream')?.abandoned === true);
	});
});

describe('an order', () => {
	it('lets some pass, then spoils as many as it says', async () => {
		const ask = await status();
		const placed = fal.order({
			on: 'status',
			skip: 1,
			times: 2,
			fault: { type: 'empty', status: 500 },
		});
		const seen: number[] = [];
		for (let turn = 0; turn < 4; turn++) seen.push((await ask()).status);
		expect(seen.map((code) => code === 500)).toEqual([false, true, true, false]);
		expect(placed.used).toBe(2);
	});

	it('is for one request only', async () => {
		const first = await status();
		const second = await status();
		fal.order({
			on: 'status',
			requestIndex: 1,
			times: Infinity,
			fault: { type: 'empty', status: 500 },
		});
		expect((await first()).status).not.toBe(500);
		expect((await second()).status).toBe(500);
		fal.clearOrders();
		expect((await second()).status).not.toBe(500);
	});

	it('says whether a submit was accepted before its reply was lost', async () => {
		fal.order({ on: 'submit', fault: { type: 'reset' } });
		fal.order({ on: 'submit', accepted: true, fault: { type: 'reset' } });
		await expect(postVideo(fal)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(fal.submissions).toHaveLength(0);
		await expect(postVideo(fal)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(fal.submissions).toHaveLength(1);
		expect(fal.billed()).toBe(1);
		expect(fal.count('submit')).toBe(2);
	});

	it('accepts nothing that it should not, key or no key', async () => {
		fal.order({ on: 'submit', accepted: true, fault: { type: 'empty', status: 502 } });
		const reply = await postVideo(fal, { headers: { authorization: 'Key wrong' } });
		expect(reply.status).toBe(502);
		expect(fal.submissions).toHaveLength(0);
	});
});

describe('chaos', () => {
	/** What 60 replies to the status of one request look like, and those to 60 submits. */
	async function course(seed: number, rate: number): Promise<(number | string)[]> {
		fal.reset();
		const ask = await status();
		await fal.waitForState(0, 'COMPLETED');
		fal.chaos({ seed, rate });
		const seen: (number | string)[] = [];
		for (let turn = 0; turn < 60; turn++) {
			const reply = await ask().catch(() => undefined);
			seen.push(reply ? `${reply.status} ${reply.headers['content-type']}` : 'reset');
		}
		for (let turn = 0; turn < 60; turn++) seen.push((await postVideo(fal)).status);
		return seen;
	}

	it('is the same for the same seed, and another for another', async () => {
		const first = await course(7, 0.5);
		expect(await course(7, 0.5)).toEqual(first);
		expect(await course(8, 0.5)).not.toEqual(first);
	});

	it('does not depend on what else is going on', async () => {
		const alone = (await course(7, 0.5)).slice(0, 60);
		fal.reset();
		const ask = await status();
		const other = await status();
		await fal.waitForState(1, 'COMPLETED');
		fal.chaos({ seed: 7, rate: 0.5 });
		const seen: string[] = [];
		for (let turn = 0; turn < 60; turn++) {
			await other().catch(() => undefined);
			const reply = await ask().catch(() => undefined);
			seen.push(reply ? `${reply.status} ${reply.headers['content-type']}` : 'reset');
		}
		expect(seen).toEqual(alone);
	});

	it('hits as many as the rate says, and submits only with a no', async () => {
		expect(new Set(await course(7, 0))).toEqual(new Set(['200 application/json', 200]));
		const all = await course(7, 1);
		const [statuses, submits] = [all.slice(0, 60), all.slice(60)];
		expect(statuses).not.toContain('200 application/json');
		expect(new Set(statuses).size).toBeGreaterThan(8);
		expect(new Set(submits)).toEqual(new Set([429, 503]));
		expect(fal.submissions).toHaveLength(1);
		const half = (await course(7, 0.5)).slice(0, 60);
		const hit = half.filter((reply) => reply !== '200 application/json').length;
		expect(hit).toBeGreaterThan(15);
		expect(hit).toBeLessThan(45);
	});

	it('ends when it is told to', async () => {
		const ask = await status();
		fal.chaos({ seed: 1, rate: 1 });
		fal.chaos(null);
		expect(jsonOf(await ask())).toHaveProperty('request_id');
	});
});
