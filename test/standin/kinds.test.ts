import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { sendRaw, type RawReply } from '../../harness/standin/http';
import { parseJson, type JsonObject } from '../../harness/standin/json';
import type { KindName } from '../../harness/standin/kind';
import { kindNames, kinds } from '../../harness/standin/kinds';
import type { Reply } from '../../harness/standin/reply';

const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';

let fal: FalStandIn;

beforeAll(async () => {
	fal = await FalStandIn.start({ durationMs: 0 });
});
afterAll(async () => await fal.close());
afterEach(() => fal.reset());

function headersOf(kind: KindName): Record<string, string> {
	return { authorization: `${kinds[kind].schemes[0]} stand-in-key` };
}

async function ask(method: string, path: string, body?: JsonObject): Promise<RawReply> {
	const headers = headersOf(fal.options.kind);
	return await sendRaw(method, `${fal.baseUrl}${path}`, { headers, body });
}

/** What a reply says, in a form that a test can compare: its JSON, or the word `page`. */
function said({ headers, body }: RawReply): unknown {
	if (headers['content-type']?.startsWith('text/html')) return 'page';
	return parseJson(body.toString());
}

function textOf(value: unknown): string {
	if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is no text.`);
	return value;
}

function contentOf({ headers, body }: Reply): unknown {
	if (headers['content-type']?.startsWith('text/html')) return 'page';
	return parseJson(Buffer.concat([...body.chunks()]).toString());
}

async function post(prompt = 'A boat', query = ''): Promise<{ reply: RawReply; path: string }> {
	const reply = await ask('POST', `/${MODEL}${query}`, { prompt });
	const body = said(reply) as JsonObject;
	return { reply, path: `/fal-ai/kling-video/requests/${textOf(body.request_id)}` };
}

describe.each(kindNames)('%s', (kind) => {
	beforeEach(() => {
		fal.options.kind = kind;
	});

	it('makes a video from POST to result, and bills it once', async () => {
		const { reply, path } = await post();
		expect(reply.status).toBe(200);
		await fal.waitForState(0, 'COMPLETED');
		const result = await ask('GET', path);
		expect(result.status).toBe(200);
		expect(result.body.toString()).toContain(`${fal.mediaUrl}/files/`);
		expect(fal.billed()).toBe(1);
	});

	it('takes the scheme of its own', async () => {
		for (const scheme of ['Key', 'Bearer'] as const) {
			const headers = { authorization: `${scheme} stand-in-key` };
			await sendRaw('POST', `${fal.baseUrl}/${MODEL}`, { headers, body: { prompt: 'x' } });
		}
		expect(fal.submissions).toHaveLength(kinds[kind].schemes.length);
	});

	it('has what its row says, and answers the rest as a missing path', async () => {
		const { path } = await post('[stuck]');
		const { offers, missing } = kinds[kind];
		const status = await ask('GET', `${path}/status`);
		if (offers.status) expect(status.body.toString()).toContain(fal.submissions[0]?.requestId);
		else expect(said(status)).toEqual(contentOf(missing('GET', path)));
		const cancelled = await ask('PUT', `${path}/cancel`);
		expect(fal.submissions[0]?.cancelled !== false).toBe(offers.cancel);
		expect(cancelled.status).toBe(offers.cancel ? 202 : missing('PUT', path).status);
	});

	it('submits nothing for an account that may not', async () => {
		fal.options.account = 'exhausted';
		const reply = await ask('POST', `/${MODEL}`, { prompt: 'x' });
		expect(reply.body.toString()).toMatch(/balance|quota/);
		expect(fal.billed()).toBe(0);
	});
});

describe('while a request runs, the result', () => {
	it.each([
		['fal', 400, { detail: 'Request is still in progress' }],
		['reseller', 200, { status: 'IN_PROGRESS' }],
		['prefixed', 200, { status: 'IN_PROGRESS' }],
		['always-200', 200, { detail: 'Request is still in progress' }],
		['qiniu', 200, { status: 'IN_PROGRESS' }],
	] as const)('of %s is %s', async (kind, status, body) => {
		fal.options.kind = kind;
		const { path } = await post('[stuck]');
		await fal.waitForState(0, 'IN_PROGRESS');
		const reply = await ask('GET', path);
		expect(reply.status).toBe(status);
		expect(said(reply)).toMatchObject(body);
	});
});

describe('of a prompt that is flagged, the result', () => {
	it.each([
		['fal', 422, { detail: [{ type: 'content_policy_violation' }] }],
		['reseller', 422, { error: { type: 'new_api_error', code: 'content_policy_violation' } }],
		['prefixed', 200, { status: 'FAILED' }],
		['always-200', 200, { detail: [{ type: 'content_policy_violation' }] }],
		['uniapi', 200, { status: 'FAILURE' }],
		['qiniu', 422, { detail: { type: 'content_policy_violation' } }],
		['maton', 422, { detail: [{ type: 'content_policy_violation' }] }],
		['litellm', 422, { detail: [{ type: 'content_policy_violation' }] }],
	] as const)('of %s is %s', async (kind, status, body) => {
		fal.options.kind = kind;
		const { path } = await post('[blocked]');
		await fal.waitForState(0, 'COMPLETED');
		const reply = await ask('GET', path);
		expect(reply.status).toBe(status);
		expect(said(reply)).toMatchObject(body);
		expect(reply.body.toString()).toContain('flagged by a content checker');
	});
});

describe('the URLs', () => {
	it.each([
		['reseller', 'https://queue.fal.run/fal-ai/kling-video/requests/'],
		['prefixed', 'https://queue.fal.run/fal-ai/kling-video/requests/'],
		['maton', 'https://queue.fal.run/fal-ai/kling-video/requests/'],
	] as const)('of %s name fal, without its base path', async (kind, url) => {
		fal.options.kind = kind;
		const { reply } = await post();
		const { response_url: responseUrl } = said(reply) as JsonObject;
		expect(textOf(responseUrl).startsWith(url)).toBe(true);
	});

	it('of Qiniu name itself, below its path, and none to cancel at', async () => {
		fal.options.kind = 'qiniu';
		const { reply } = await post();
		const body = said(reply) as JsonObject;
		expect(textOf(body.status_url).startsWith(`${fal.url}/queue/fal-ai/`)).toBe(true);
		expect(body).not.toHaveProperty('cancel_url');
	});

	it('may be the documented ones, which are then answered as well', async () => {
		fal.options.urls = 'documented';
		const { reply, path } = await post();
		const body = said(reply) as JsonObject;
		expect(body.response_url).toBe(
			`${fal.url}/${MODEL}/requests/${textOf(body.request_id)}/response`,
		);
		await fal.waitForState(0, 'COMPLETED');
		const headers = headersOf('fal');
		for (const url of [body.response_url, body.status_url, `${fal.url}${path}`]) {
			expect((await sendRaw('GET', textOf(url), { headers })).status).toBe(200);
		}
	});
});

describe('paths', () => {
	it.each([
		['workflows/octo/boats', 'workflows/octo/boats'],
		['comfy/octo/boats', 'comfy/octo/boats'],
		['kling/v4/text-to-video', 'kling/v4'],
	])('of %s are those of %s', async (model, app) => {
		const submitted = said(await ask('POST', `/${model}`, { prompt: 'x' })) as JsonObject;
		const id = textOf(submitted.request_id);
		expect(submitted.status_url).toBe(`${fal.url}/${app}/requests/${id}/status`);
		// On a busy machine it may be complete already.
		expect([200, 202]).toContain((await ask('GET', `/${app}/requests/${id}/status`)).status);
	});

	it('of a reseller may say auto in place of the app', async () => {
		fal.options.kind = 'reseller';
		const { path } = await post('[stuck]');
		const reply = await ask('GET', path.replace('kling-video', 'auto'));
		expect(said(reply)).toMatchObject({ status: expect.any(String) });
	});
});

describe("fal's account", () => {
	it.each(['locked', 'exhausted', 'top-up', 'forbidden'] as const)(
		'that is %s submits nothing, but reads its requests',
		async (account) => {
			const { path } = await post();
			fal.options.account = account;
			expect((await ask('POST', `/${MODEL}`, { prompt: 'x' })).status).toBe(403);
			await fal.waitForState(0, 'COMPLETED');
			expect((await ask('GET', path)).status).toBe(200);
			expect(fal.billed()).toBe(1);
		},
	);
});

describe("fal's options", () => {
	it('end a request that did not start in time, by the newest name', async () => {
		fal.options.capacity = 0;
		const headers = { ...headersOf('fal'), 'x-fal-request-start-timeout': '0.01' };
		const body = { prompt: 'x' };
		const reply = await sendRaw('POST', `${fal.url}/${MODEL}`, { headers, body });
		const { response_url: url } = said(reply) as JsonObject;
		await fal.waitForState(0, 'COMPLETED');
		const result = await sendRaw('GET', textOf(url), { headers });
		expect(result).toMatchObject({
			status: 504,
			headers: { 'x-fal-request-timeout-type': 'user' },
		});
		expect(fal.billed()).toBe(0);
	});

	it('name the header of what may pass', async () => {
		const { path } = await post('[downstream]');
		await fal.waitForState(0, 'COMPLETED');
		const seen: unknown[] = [];
		for (const name of ['retryable', 'needs-retry', 'needs-retry-words', 'none'] as const) {
			fal.options.retryHeader = name;
			const { headers } = await ask('GET', path);
			seen.push([headers['x-fal-retryable'], headers['x-fal-needs-retry']]);
		}
		expect(seen).toEqual([
			['true', undefined],
			[undefined, '1'],
			[undefined, 'true'],
			[undefined, undefined],
		]);
	});

	it('forget a result', async () => {
		const { path } = await post();
		await fal.waitForState(0, 'COMPLETED');
		fal.options.keepMs = 0;
		expect((await ask('GET', path)).status).toBe(410);
		expect((await ask('GET', `${path}/status`)).status).toBe(410);
	});

	it('tell of a cancel in another way, and of a late one', async () => {
		Object.assign(fal.options, { cancelReply: 'success', tooLateStatus: 409 });
		const { path } = await post('[stuck]');
		expect(said(await ask('PUT', `${path}/cancel`))).toEqual({ success: true });
		await fal.waitForState(0, 'COMPLETED');
		const late = await ask('PUT', `${path}/cancel`);
		expect([late.status, said(late)]).toEqual([409, { status: 'ALREADY_COMPLETED' }]);
		expect((await ask('GET', path)).status).toBe(499);
	});

	it('keep a stream open with comments, until it is complete', async () => {
		fal.options.commentMs = 20;
		const { path } = await post('[slow=0.3]');
		const { body } = await ask('GET', `${path}/status/stream`);
		expect(body.toString()).toMatch(/^: ping$/m);
		expect(body.toString()).toMatch(/"COMPLETED".*\n\n$/);
	});
});
