import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { isJsonObject, parseJson, type JsonValue } from '../../harness/standin/json';
import type { Forgery } from '../../harness/standin/signing';
import { submit } from './test-requests';

interface Callback {
	headers: NodeJS.Dict<string | string[]>;
	text: string;
}

let fal: FalStandIn;
let receiver: Server;
let callbackUrl: string;
/** What has come in. */
let callbacks: Callback[];
/** Status codes to answer with, one after the other; 200 when there are no more. */
let answers: number[];

beforeAll(async () => {
	fal = await FalStandIn.start({ durationMs: 0, webhookRetryMs: 5 });
	receiver = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			callbacks.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
			response.writeHead(answers.shift() ?? 200).end('taken');
		});
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/back?a=1&b=2`;
});
afterAll(async () => {
	await fal.close();
	receiver.closeAllConnections();
	await new Promise((resolve) => receiver.close(resolve));
});
beforeEach(() => {
	fal.reset();
	callbacks = [];
	answers = [];
});

async function submitWithCallback(prompt = 'A boat'): Promise<string> {
	const query = `?fal_webhook=${encodeURIComponent(callbackUrl)}`;
	return (await submit(fal, { prompt, query })).requestId;
}

async function delivered(attempts: number): Promise<void> {
	const done = () => fal.webhooks.filter(({ answered }) => answered !== undefined).length;
	await fal.waitUntil(() => done() >= attempts);
}

/** Whether the signature of a callback holds, as fal's documentation says to check it. */
async function isGenuine(callback: Callback | undefined): Promise<boolean> {
	if (!callback) throw new Error('There was no callback.');
	const { headers, text } = callback;
	const part = (name: string) => String(headers[`x-fal-webhook-${name}`]);
	if (Math.abs(Date.now() / 1000 - Number(part('timestamp'))) > 300) return false;
	const digest = createHash('sha256').update(text).digest('hex');
	const message = [part('request-id'), part('user-id'), part('timestamp'), digest].join('\n');
	const signature = Buffer.from(part('signature'), 'hex');
	const { keys } = (await (await fetch(fal.jwksUrl)).json()) as { keys: JsonWebKey[] };
	return keys.some((key) =>
		verify(null, Buffer.from(message), createPublicKey({ key, format: 'jwk' }), signature),
	);
}

function contentOf(callback: Callback | undefined): JsonValue {
	return parseJson(callback?.text ?? 'null');
}

it('tells of a video, signed', async () => {
	const requestId = await submitWithCallback();
	await delivered(1);

	expect(callbacks).toHaveLength(1);
	expect(contentOf(callbacks[0])).toMatchObject({
		request_id: requestId,
		gateway_request_id: requestId,
		status: 'OK',
		payload: { video: { url: `${fal.mediaUrl}/files/${requestId}.mp4` } },
	});
	expect(callbacks[0]?.headers['x-fal-webhook-request-id']).toBe(requestId);
	expect(await isGenuine(callbacks[0])).toBe(true);
	expect(fal.webhooks[0]).toMatchObject({ url: callbackUrl, attempt: 1, answer: 'taken' });
});

it('tells of an error', async () => {
	await submitWithCallback('[blocked]');
	await delivered(1);

	const content = contentOf(callbacks[0]);
	expect(content).toMatchObject({
		status: 'ERROR',
		error: 'Invalid status code: 422',
		payload: { detail: [{ type: 'content_policy_violation' }] },
	});
});

it('comes again until it is taken', async () => {
	answers = [500, 404];
	await submitWithCallback();
	await delivered(3);
	await submitWithCallback();
	await delivered(4);

	expect(fal.webhooks.map(({ attempt, answered }) => [attempt, answered])).toEqual([
		[1, 500],
		[2, 404],
		[3, 200],
		[1, 200],
	]);
});

it.each([
	{
		form: 'payload-error',
		prompt: 'A boat',
		content: { status: 'OK', payload: null, payload_error: expect.any(String) },
	},
	{
		form: 'error-object',
		prompt: '[blocked]',
		content: { status: 'ERROR', error: { type: 'content_policy_violation' }, payload: null },
	},
	{
		form: 'detail-object',
		prompt: '[blocked]',
		content: { status: 'ERROR', payload: { detail: { type: 'content_policy_violation' } } },
	},
] as const)('has the form $form', async ({ form, prompt, content }) => {
	fal.options.webhookForm = form;
	await submitWithCallback(prompt);
	await delivered(1);
	expect(contentOf(callbacks[0])).toMatchObject(content);
	expect(await isGenuine(callbacks[0])).toBe(true);
});

it('comes from Qiniu also when a request starts', async () => {
	fal.options.kind = 'qiniu';
	const url = `${fal.baseUrl}/fal-ai/kling-video?fal_webhook=${encodeURIComponent(callbackUrl)}`;
	await fetch(url, { method: 'POST', headers: { authorization: 'Bearer stand-in-key' } });
	await delivered(2);
	const said = callbacks.map((callback) => contentOf(callback));
	expect(said).toContainEqual(expect.objectContaining({ status: 'IN_PROGRESS', payload: null }));
	expect(said).toContainEqual(expect.objectContaining({ status: 'OK' }));
});

it('comes from a host without webhooks never', async () => {
	fal.options.kind = 'reseller';
	const url = `${fal.baseUrl}/fal-ai/kling-video?fal_webhook=${encodeURIComponent(callbackUrl)}`;
	await fetch(url, { method: 'POST', headers: { authorization: 'Bearer stand-in-key' } });
	await fal.waitForState(0, 'COMPLETED');
	expect(fal.webhooks).toEqual([]);
});

it('is properly signed by a clock that is off', async () => {
	fal.options.webhookSkewSeconds = -900;
	await submitWithCallback();
	await delivered(1);
	const time = Number(callbacks[0]?.headers['x-fal-webhook-timestamp']);
	expect(Math.abs(Date.now() / 1000 - 900 - time)).toBeLessThan(5);
	expect(await isGenuine(callbacks[0])).toBe(false);
});

it('is led elsewhere by nobody, and ends with that', async () => {
	answers = [302];
	await submitWithCallback();
	await delivered(1);
	await submitWithCallback();
	await delivered(2);
	expect(fal.webhooks.map(({ attempt, answered }) => [attempt, answered])).toEqual([
		[1, 302],
		[1, 200],
	]);
});

it('comes thirty-one times at most', async () => {
	answers = Array.from({ length: 70 }, () => 500);
	await submitWithCallback();
	await delivered(31);
	// Another request's callback, begun later, ends its own: by then a thirty-second would be here.
	const second = await submitWithCallback();
	await delivered(62);

	expect(fal.webhooks.filter(({ requestId }) => requestId !== second)).toHaveLength(31);
});

it('is not sent when none was asked for', async () => {
	await submit(fal);
	await fal.waitForState(0, 'COMPLETED');
	await submitWithCallback();
	await delivered(1);
	expect(fal.webhooks.map(({ requestId }) => requestId)).toEqual([fal.submissions[1]?.requestId]);
});

describe('by hand', () => {
	const forgeries: Forgery[] = ['foreign-key', 'changed-body', 'stale', 'other-request', 'garbage'];

	it.each(forgeries)('is false with %s', async (forge) => {
		const requestId = await submitWithCallback();
		await delivered(1);
		expect(await fal.sendWebhook(requestId, { forge })).toMatchObject({
			attempt: 0,
			answered: 200,
			answer: 'taken',
		});
		expect(callbacks[1]?.headers).toHaveProperty('x-fal-webhook-signature');
		expect(await isGenuine(callbacks[1])).toBe(false);
	});

	it('has no signature when it is unsigned', async () => {
		const requestId = await submitWithCallback();
		await delivered(1);
		await fal.sendWebhook(requestId, { forge: 'unsigned' });
		expect(callbacks[1]?.headers).not.toHaveProperty('x-fal-webhook-signature');
		fal.options.webhookSigning = false;
		await fal.sendWebhook(requestId);
		expect(callbacks[2]?.headers).not.toHaveProperty('x-fal-webhook-signature');
	});

	it('says what it is told to, and signs that', async () => {
		const requestId = await submitWithCallback();
		await delivered(1);
		await fal.sendWebhook(requestId, { body: { status: 'ERROR', payload: null } });
		const content = contentOf(callbacks[1]);
		expect(isJsonObject(content) && content.status).toBe('ERROR');
		expect(await isGenuine(callbacks[1])).toBe(true);
	});
});
