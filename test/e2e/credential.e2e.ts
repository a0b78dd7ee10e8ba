import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { falCredentialType, saveFalCredential } from '../../harness/server/fal-credential';
import { useBench } from './setup/bench';
import { execute, finished } from './setup/executions';
import { importWorkflow, readExample } from './setup/workflows';

interface TestResult {
	status: 'OK' | 'Error';
	message: string;
}

const refused = 'The key, or Authorization, was refused';
const notAQueue = 'check the Base URL';
const fault = 'a fault of its own';

const bench = useBench();
let reseller: FalStandIn;
/** A server that is no queue, and answers as it is told. */
let other: Server;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
	reseller = await FalStandIn.start({ kind: 'reseller' });
	other = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
});
afterAll(async () => {
	other.close();
	await reseller.close();
});

const otherUrl = () => `http://127.0.0.1:${(other.address() as AddressInfo).port}`;

/** What n8n's Test button says of a credential with these fields. */
async function testOf(data: Record<string, string>): Promise<TestResult> {
	const complete = { authScheme: 'Key', webhookKeysUrl: '', ...data };
	// n8n 1 tests none but a saved one: with the fields as they are filled in.
	const saved = bench.credentials.falVideoApi;
	const credentials = { ...saved, type: falCredentialType, data: complete };
	return await bench.n8n.rest<TestResult>('POST', '/credentials/test', { credentials });
}

const key = () => bench.fal.keys[0] ?? '';

describe('the credential’s Test', () => {
	test('accepts a key of fal’s, however it was pasted', async () => {
		const baseUrl = bench.fal.url;
		for (const apiKey of [
			key(),
			` ${key()}\n`,
			`"${key()}"`,
			`FAL_KEY=${key()}`,
			`export FAL_KEY='${key()}'`,
			`Key ${key()}`,
			`Bearer ${key()}`,
		]) {
			await expect(testOf({ apiKey, baseUrl })).resolves.toMatchObject({ status: 'OK' });
		}
		await expect(testOf({ apiKey: key(), baseUrl: `${baseUrl}/` })).resolves.toMatchObject({
			status: 'OK',
		});
		expect(bench.fal.submissions).toHaveLength(0);
	});

	test('tells a key or a scheme that is refused', async () => {
		const ofFal = { baseUrl: bench.fal.url };
		const ofReseller = { baseUrl: reseller.baseUrl };
		for (const data of [
			{ apiKey: 'wrong', ...ofFal },
			{ apiKey: 'id:wrong', ...ofFal },
			{ apiKey: key(), authScheme: 'Bearer', ...ofFal },
			{ apiKey: 'wrong', authScheme: 'Bearer', ...ofReseller },
			{ apiKey: key(), authScheme: 'Key', ...ofReseller },
		]) {
			await expect(testOf(data)).resolves.toMatchObject({
				status: 'Error',
				message: expect.stringContaining(refused),
			});
		}
	});

	test('accepts a gateway’s key with its word', async () => {
		const data = { apiKey: key(), authScheme: 'Bearer', baseUrl: reseller.baseUrl };
		await expect(testOf(data)).resolves.toMatchObject({ status: 'OK' });
	});

	const page = '<!doctype html><title>Welcome</title>';
	test.each<[string, (response: ServerResponse) => void, string]>([
		[
			'a web page',
			(response) => response.setHeader('content-type', 'text/html').end(page),
			notAQueue,
		],
		['a web page with 404', (response) => response.writeHead(404).end(page), notAQueue],
		[
			'404 in plain text',
			(response) => response.writeHead(404).end('404 page not found'),
			notAQueue,
		],
		['an empty reply', (response) => response.end(), notAQueue],
		['a redirect', (response) => response.writeHead(302, { location: '/login' }).end(), notAQueue],
		['a fault', (response) => response.writeHead(500).end('{"detail":"oops"}'), fault],
		['a bad gateway', (response) => response.writeHead(502).end(page), fault],
		['too many requests', (response) => response.writeHead(429).end('{}'), fault],
		[
			'a refused account',
			(response) =>
				response.writeHead(403, { 'content-type': 'application/json' }).end('{"detail":"no"}'),
			'refused the account',
		],
	])('tells a host that answers with %s', async (_what, answers, says) => {
		answer = answers;
		await expect(testOf({ apiKey: key(), baseUrl: otherUrl() })).resolves.toMatchObject({
			status: 'Error',
			message: expect.stringContaining(says),
		});
	});

	test('tells a host that cannot be reached', async () => {
		const closed = createServer().listen(0, '127.0.0.1');
		await once(closed, 'listening');
		const baseUrl = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
		await new Promise((resolve) => closed.close(resolve));
		await expect(testOf({ apiKey: key(), baseUrl })).resolves.toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/ECONNREFUSED|refused|connect/i),
		});
	});
});

test('at a gateway of the founding family the videos come, each billed once', async () => {
	const falVideoApi = await saveFalCredential(bench.n8n, 'Gateway', {
		apiKey: key(),
		authScheme: 'Bearer',
		baseUrl: reseller.baseUrl,
		webhookKeysUrl: '',
	});
	const example = await readExample('text-to-video.json');
	const workflow = await importWorkflow(bench.n8n, example, { ...bench.credentials, falVideoApi });
	const execution = await finished(bench.n8n, await execute(bench.n8n, workflow));
	expect(execution).toMatchObject({ status: 'success' });
	const videos = execution.json('Fal Video');
	expect(videos.length).toBeGreaterThan(0);
	expect(videos.every(({ status }) => status === 'COMPLETED')).toBe(true);
	expect(reseller.billed()).toBe(videos.length);
	expect(bench.fal.billed()).toBe(0);
});
