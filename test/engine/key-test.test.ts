import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { containing, including } from '../matchers';
import { FalEngine, jsonsOf, KEY } from '../../harness/engine/fal-engine';

const NO_REQUEST = '/fal-ai/kling-video/requests/00000000-0000-0000-0000-000000000000/status';
const WRONG_KEY = 'wrong-id:wrong-secret';

let bench: FalEngine;
let server: Server | undefined;

beforeAll(async () => {
	bench = await FalEngine.start({}, (fal) => ({
		spaces: { apiKey: ` ${KEY}\n`, baseUrl: ` ${fal.url}// ` },
	}));
});
beforeEach(() => bench.fal.reset());
afterEach(() => {
	server?.closeAllConnections();
	server?.close();
	server = undefined;
});
afterAll(async () => await bench.close());

/** Starts another server than the stand-in; it ends with the test. */
async function host(answer: RequestListener): Promise<string> {
	const other = createServer(answer);
	server = other;
	await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
}

/** Presses the button Test of a credential. */
async function press(data: ICredentialDataDecryptedObject = {}) {
	const complete = { apiKey: KEY, baseUrl: bench.fal.url, ...data };
	return await bench.engine.testCredential({ name: 'fal', type: 'falVideoApi', data: complete });
}

test('a key that fal accepts passes, at no cost', async () => {
	expect(await press()).toMatchObject({ status: 'OK' });
	expect(bench.fal.log).toEqual([
		including({
			method: 'GET',
			path: NO_REQUEST,
			answered: 404,
			headers: including({ authorization: `Key ${KEY}` }),
		}),
	]);
	expect(bench.fal.billed()).toBe(0);
});

test('spaces around the key and slashes after the address do no harm', async () => {
	const data = { apiKey: ` ${KEY}\n`, baseUrl: ` ${bench.fal.url}// ` };
	expect(await press(data)).toMatchObject({ status: 'OK' });
	expect(bench.fal.log.map(({ path }) => path)).toEqual([NO_REQUEST]);
});

test('they do no harm to a video either', async () => {
	const outcome = await bench.generate({ credential: 'spaces' });
	expect(outcome.error()).toBeUndefined();
	expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED' }]);
});

test('a wrong key is told in a sentence of ours, without the key', async () => {
	const { status, message } = await press({ apiKey: WRONG_KEY });
	expect(status).toBe('Error');
	expect(message).toContain('did not accept this key');
	expect(message).toContain('fal.ai > Dashboard > Keys');
	expect(message).not.toContain('wrong-secret');
	expect(message).not.toContain('No user found');
});

test('a key that may not be used (403) is told as well', async () => {
	const fault = { type: 'http', status: 403, body: { detail: 'Forbidden' } } as const;
	bench.fal.order({ on: 'status', fault });
	expect(await press()).toMatchObject({
		status: 'Error',
		message: containing('did not accept this key'),
	});
});

test.each(['', '  '])('a key that is empty (%j) is asked of nobody', async (apiKey) => {
	expect(await press({ apiKey })).toMatchObject({
		status: 'Error',
		message: containing('key is empty'),
	});
	expect(bench.fal.log).toEqual([]);
});

test.each(['queue.fal.run', 'localhost:8080', 'ftp://queue.fal.run', 'https://x/?y=1', ''])(
	'an address that is none (%j) is named',
	async (baseUrl) => {
		const { status, message } = await press({ baseUrl });
		expect(status).toBe('Error');
		expect(message).toContain(`"${baseUrl}"`);
		expect(message).toContain('"https://queue.fal.run"');
	},
);

test.each([
	{ what: 'a page', status: 404, type: 'text/html', body: '<html>Not here</html>' },
	{ what: 'nothing', status: 404, type: 'text/plain', body: '' },
	{ what: 'an object of its own', status: 404, type: 'application/json', body: '{"ok": false}' },
	{ what: 'a welcome', status: 200, type: 'text/html', body: '<html>Welcome</html>' },
	{ what: 'a fault', status: 502, type: 'text/html', body: '<html>Bad gateway</html>' },
])('a host that is not fal, with $what ($status), does not pass', async (reply) => {
	const baseUrl = await host((_request, response) => {
		response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
	});
	const { status, message } = await press({ baseUrl });
	expect(status).toBe('Error');
	expect(message).toContain(new URL(baseUrl).host);
	expect(message).toContain(`HTTP ${reply.status}`);
	expect(message).toContain('Check the base URL');
});

test('a host that leads elsewhere does not pass, and the key does not follow', async () => {
	const seen: string[] = [];
	const baseUrl = await host((_request, response) => {
		seen.push('here');
		response.writeHead(302, { location: `${bench.fal.url}${NO_REQUEST}` }).end();
	});
	expect(await press({ baseUrl })).toMatchObject({
		status: 'Error',
		message: containing('HTTP 302'),
	});
	expect(seen).toEqual(['here']);
	expect(bench.fal.log).toEqual([]);
});

test('a host that cannot be reached does not pass', async () => {
	const { status, message } = await press({ baseUrl: 'http://127.0.0.1:1' });
	expect(status).toBe('Error');
	expect(message).toContain('127.0.0.1:1 could not be reached');
	expect(message).toContain('ECONNREFUSED');
});

test('a gateway is asked below its own path, with its own key', async () => {
	const asked: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
	const baseUrl = await host((request, response) => {
		asked.push(request);
		const known = request.headers.authorization === 'Key of-the-gateway';
		response.writeHead(known ? 404 : 401, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ detail: known ? 'Request not found' : 'Who are you?' }));
	});
	const address = `${baseUrl}/sold/fal/`;
	expect(await press({ apiKey: 'of-the-gateway', baseUrl: address })).toMatchObject({
		status: 'OK',
	});
	expect(asked.map(({ method, url }) => [method, url])).toEqual([
		['GET', `/sold/fal${NO_REQUEST}`],
	]);
	expect(await press({ apiKey: KEY, baseUrl: address })).toMatchObject({
		status: 'Error',
		message: containing('did not accept this key'),
	});
	expect(bench.fal.log).toEqual([]);
});
