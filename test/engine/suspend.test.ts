import type { INodeParameters } from 'n8n-workflow';
import { jsonsOf } from '../../harness/engine/fal-engine';
import type { NodeOptions } from '../../harness/engine/workflow';
import { itemsOf, workflowOf } from '../../harness/engine/workflow';
import type { Outcome } from '../../harness/engine/outcome';
import { Gateway } from './reliability/hosts/gateway';
import { ForwardProxy } from './reliability/hosts/forward-proxy';
import { selfSigned } from './reliability/hosts/self-signed';
import { useFalEngine } from './use-fal-engine';

// What Generate and Suspend does until the execution is suspended. How fal's callback resumes it takes
// a server: see the tests in a real one.

let proxy: ForwardProxy;
let secure: Gateway;

beforeAll(async () => {
	proxy = await ForwardProxy.start();
	secure = await Gateway.start(selfSigned);
});
const bench = useFalEngine(
	{},
	{
		credentials: (fal) => {
			secure.upstream = fal.url;
			return {
				public: { baseUrl: 'https://queue.fal.run' },
				wrong: { apiKey: 'another-key' },
				secure: { baseUrl: secure.url },
			};
		},
	},
);
beforeEach(() => {
	bench.fal.options.durationMs = Infinity;
	// A video that takes no time is complete when the reply to its submission is heard.
	bench.fal.options.submitMs = 150;
	proxy.forget();
});
afterAll(() => {
	proxy.close();
	secure.close();
});

interface Given {
	prompts?: string[];
	parameters?: INodeParameters;
	node?: Partial<NodeOptions>;
	credential?: string;
}

function start({ prompts = ['A paper boat'], parameters, node, credential }: Given = {}) {
	const workflow = workflowOf(
		{
			resource: 'video',
			operation: 'generateAndSuspend',
			prompt: '={{ $json.prompt }}',
			...parameters,
		},
		{
			...(credential ? { credentials: { falVideoApi: { id: credential, name: 'fal' } } } : {}),
			...node,
		},
	);
	return bench.engine.run({ workflow, input: itemsOf(...prompts.map((prompt) => ({ prompt }))) });
}

async function run(given?: Given): Promise<Outcome> {
	return await start(given).finished;
}

const dayMs = 86_400_000;

function waitMs(outcome: Outcome): number {
	return (outcome.record.waitTill ?? NaN) - outcome.record.startedAt;
}

describe('suspending', () => {
	test('every item is submitted with a callback to the execution, which waits for a day', async () => {
		const outcome = await run({ prompts: ['One', 'Two', 'Three'] });
		expect(outcome.status).toBe('waiting');
		expect(bench.fal.submissions).toHaveLength(3);
		for (const { webhookUrl } of bench.fal.submissions) {
			// With a path of its own: another node that waits in the same execution must not hear it.
			expect(new URL(webhookUrl ?? '').pathname).toBe(`/webhook-waiting/${outcome.id}/fal-video`);
		}
		expect(waitMs(outcome)).toBeGreaterThanOrEqual(dayMs);
		expect(waitMs(outcome)).toBeLessThan(dayMs + 60_000);
		expect(bench.fal.count('status')).toBe(3);
	});

	test('the body is the one that Generate sends', async () => {
		const parameters = {
			model: 'fal-ai/kling-video/v2.6/pro/text-to-video',
			duration: '10',
			aspectRatio: '9:16',
			negativePrompt: 'text',
			cfgScale: 0.7,
			generateAudio: false,
		};
		const options = { extraInput: '{"seed": 7}', priority: 'low', startTimeoutSeconds: 60 };
		await run({ parameters: { ...parameters, options } });
		bench.fal.options.durationMs = 0;
		await bench.generate({ parameters, options });
		const [suspended, generated] = bench.fal.submissions;
		expect(suspended?.body).toEqual(generated?.body);
		expect(suspended?.body).toMatchObject({ duration: '10', generate_audio: false, seed: 7 });
		expect(suspended?.endpoint).toBe(generated?.endpoint);
		for (const header of ['x-fal-queue-priority', 'x-fal-request-timeout', 'authorization']) {
			expect(suspended?.headers[header]).toBe(generated?.headers[header]);
		}
	});

	test('a custom endpoint gets the prompt and the extra input alone', async () => {
		const custom = { model: 'custom', customModel: 'fal-ai/some-model/text-to-video' };
		await run({ parameters: { ...custom, options: { extraInput: '{"steps": 4}' } } });
		expect(bench.fal.submissions[0]).toMatchObject({
			endpoint: 'fal-ai/some-model/text-to-video',
			body: { prompt: 'A paper boat', steps: 4 },
		});
	});

	test('Max Wait is how long it waits', async () => {
		const outcome = await run({ parameters: { options: { maxWaitSeconds: 600 } } });
		expect(waitMs(outcome)).toBeGreaterThanOrEqual(600_000);
		expect(waitMs(outcome)).toBeLessThan(660_000);
	});

	test('what goes on when the wait is over is the input with the state of its request', async () => {
		const outcome = await run({ prompts: ['One', 'Two [blocked] [slow=0]', 'Three [slow=0]'] });
		const [one, blocked, three] = bench.fal.submissions;
		// n8n hands on the node's stored input.
		const input = outcome.stored.executionData?.nodeExecutionStack[0]?.data.main?.[0];
		expect(input?.map(({ json }) => json)).toMatchObject([
			{ prompt: 'One', status: expect.stringMatching(/^IN_/), request_id: one?.requestId },
			{ status: 'ERROR', request_id: blocked?.requestId },
			{ status: 'COMPLETED', request_id: three?.requestId },
		]);
		// The previous node's output stays what it was.
		expect(outcome.items('Start').map(({ json }) => json.request_id)).toEqual([
			undefined,
			undefined,
			undefined,
		]);
	});
});

test('Execute Once: what goes on when the wait is over is the one item alone', async () => {
	const outcome = await run({ prompts: ['One', 'Two', 'Three'], node: { executeOnce: true } });
	const input = outcome.stored.executionData?.nodeExecutionStack[0]?.data.main?.[0];
	expect(input?.map(({ json }) => json.prompt)).toEqual(['One']);
	expect(outcome.items('Start')).toHaveLength(3);
	expect(bench.fal.submissions).toHaveLength(1);
});

describe('nothing to wait for', () => {
	test('what is complete at once goes on at once, videos and errors, in order and linked', async () => {
		bench.fal.options.durationMs = 0;
		const outcome = await run({
			prompts: ['One', 'Two [blocked]', 'Three'],
			parameters: { downloadVideo: true },
		});
		expect(outcome.status).toBe('success');
		const { requestId } = bench.submissionOf('Two [blocked]');
		expect(jsonsOf(outcome)).toMatchObject([
			{ status: 'COMPLETED', request_id: bench.submissionOf('One').requestId },
			{
				status: 'ERROR',
				request_id: requestId,
				error: expect.stringContaining('flagged by a content checker'),
				details: {
					type: 'content_policy_violation',
					http_code: '422',
					description: expect.stringContaining('Reword the prompt'),
				},
			},
			{ status: 'COMPLETED', request_id: bench.submissionOf('Three').requestId },
		]);
		expect(outcome.items('Out').map(({ pairedItem }) => pairedItem)).toMatchObject([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(outcome.items('Out').map(({ binary }) => binary?.data?.mimeType)).toEqual([
			'video/mp4',
			undefined,
			'video/mp4',
		]);
	});
});

describe('before anything is paid for', () => {
	test('a value that is not allowed ends the run, before any item is sent', async () => {
		const outcome = await run({
			prompts: ['One', '', 'Three'],
		});
		expect(outcome.status).toBe('error');
		expect(outcome.error()?.message).toContain('Prompt is empty');
		expect(outcome.error()?.description).toContain('Nothing was sent for item 1');
		expect(bench.fal.count('submit')).toBe(0);
	});

	test('with Continue it is an item with the status ERROR, and the others are submitted', async () => {
		const outcome = await run({
			prompts: ['One [slow=0]', '', 'Three [slow=0]'],
			node: { onError: 'continueRegularOutput' },
		});
		expect(outcome.status).toBe('success');
		expect(jsonsOf(outcome).map(({ status }) => status)).toEqual([
			'COMPLETED',
			'ERROR',
			'COMPLETED',
		]);
		expect(jsonsOf(outcome)[1]?.error).toContain('Prompt is empty');
		expect(bench.fal.billed()).toBe(2);
	});

	test('an n8n that fal cannot call back says so, and what to do', async () => {
		const outcome = await run({ credential: 'public' });
		expect(outcome.error()?.message).toMatch(/^fal cannot call this n8n back at http:\/\/\S+, /);
		expect(outcome.error()?.description).toContain('WEBHOOK_URL');
		expect(outcome.error()?.description).toContain('Generate');
		expect(outcome.error()?.description).toContain('nothing is billed');
	});
});

describe('while submitting', () => {
	test('a wrong key fails the node: nothing was accepted', async () => {
		const outcome = await run({ credential: 'wrong', prompts: ['One', 'Two'] });
		expect(outcome.status).toBe('error');
		expect(outcome.error()?.message).toContain('refused the key');
		expect(bench.fal.billed()).toBe(0);
	});

	test('one lost answer of two: an item with the status ERROR, and the other is waited for', async () => {
		bench.fal.order({ on: 'submit', requestIndex: 1, accepted: true, fault: { type: 'reset' } });
		const outcome = await run({ prompts: ['One', 'Two'] });
		expect(outcome.status).toBe('waiting');
		const input = outcome.stored.executionData?.nodeExecutionStack[0]?.data.main?.[0];
		expect(input?.[1]?.json).toMatchObject({
			status: 'ERROR',
			error: expect.stringContaining('may be running'),
		});
	});

	test('stopped by its user, what was submitted is cancelled', async () => {
		const running = start({
			prompts: ['One', 'Two', 'Three'],
			parameters: {
				requestOptions: { batching: { batch: { batchSize: 2, batchInterval: 1_500 } } },
			},
		});
		await bench.fal.waitUntil(() => bench.fal.submissions.length === 2);
		running.stop();
		await running.finished;
		expect(bench.fal.submissions).toHaveLength(2);
		expect(bench.fal.submissions.map(({ cancelled }) => cancelled !== false)).toEqual([true, true]);
	});

	test('Batching spaces the groups out', async () => {
		await run({
			prompts: ['One', 'Two', 'Three'],
			parameters: { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 400 } } } },
		});
		const [one, two, three] = bench.fal.submissions.map(({ acceptedAt }) => acceptedAt);
		expect((two ?? 0) - (one ?? 0)).toBeGreaterThanOrEqual(300);
		expect((three ?? 0) - (two ?? 0)).toBeGreaterThanOrEqual(300);
	});

	test('the proxy of the Request Options is used', async () => {
		await run({ parameters: { requestOptions: { proxy: proxy.url } } });
		expect(bench.fal.submissions).toHaveLength(1);
		expect(proxy.requests).toHaveLength(bench.fal.log.length);
	});

	test('a proxy that is none is refused, and its password not shown', async () => {
		const outcome = await run({
			parameters: { requestOptions: { proxy: 'http://user:secret@myproxy' } },
		});
		expect(outcome.error()?.message).toContain('Proxy is "http://[user]@myproxy"; it must be');
		expect(outcome.error()?.messages?.join()).not.toContain('secret');
	});

	test('what fal refuses at once is an item, even if it is the only one', async () => {
		bench.fal.order({
			on: 'submit',
			fault: { type: 'http', status: 422, body: { detail: 'No such voice' } },
		});
		const outcome = await run();
		expect(jsonsOf(outcome)).toMatchObject([
			{ status: 'ERROR', error: expect.stringContaining('No such voice') },
		]);
	});

	test('stopped by its user while it asks how the requests stand, they are cancelled', async () => {
		bench.fal.order({ on: 'status', fault: { type: 'drip', ms: 50 } });
		const running = start({ prompts: ['One', 'Two'] });
		await bench.fal.waitUntil(() => bench.fal.count('status') === 2);
		running.stop();
		await running.finished;
		expect(bench.fal.submissions.map(({ cancelled }) => cancelled !== false)).toEqual([true, true]);
	});

	test('a certificate that cannot be verified is refused, unless it is to be ignored', async () => {
		const refused = await run({ credential: 'secure' });
		expect(refused.error()?.message).toContain('certificate');
		const ignored = await run({
			credential: 'secure',
			parameters: { requestOptions: { allowUnauthorizedCerts: true } },
		});
		expect(ignored.status).toBe('waiting');
	});
});

describe('retries', () => {
	test('Retry On Fail does not run the node again that is suspended, whatever its first item is', async () => {
		const outcome = await run({
			prompts: ['One [blocked] [slow=0]', 'Two'],
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		expect(outcome.status).toBe('waiting');
		expect(bench.fal.count('submit')).toBe(2);
		expect(bench.fal.count('status')).toBe(2);
	});

	test('Retry On Fail does not send a request again whose answer was lost', async () => {
		bench.fal.order({ on: 'submit', accepted: true, fault: { type: 'reset' } });
		const outcome = await run({ node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } });
		expect(outcome.status).toBe('error');
		expect(bench.fal.count('submit')).toBe(1);
	});

	test('a suspended execution that was ended and is retried goes on with its pending requests', async () => {
		const first = await run({ prompts: ['One', 'Two'] });
		expect(first.status).toBe('waiting');
		// n8n takes such a retry for the end of the wait.
		const again = await bench.engine.retry(first).finished;
		expect(jsonsOf(again)).toMatchObject(
			['One', 'Two'].map((prompt) => ({
				prompt,
				status: expect.stringMatching(/^IN_/),
				request_id: bench.submissionOf(prompt).requestId,
			})),
		);
		expect(bench.fal.count('submit')).toBe(2);
	});

	test('a node that failed after some of its items were accepted waits for those, and pays for none again', async () => {
		// The first is accepted with a callback to the execution that ends; a retry asks for it.
		const running = start({
			prompts: ['One', 'Two'],
			parameters: {
				requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 3_000 } } },
			},
		});
		await bench.fal.waitUntil(() => bench.fal.submissions.length === 1);
		running.stop('timeout-late');
		const first = await running.finished;
		bench.fal.options.durationMs = 0;
		const again = await bench.engine.retry(first).finished;
		expect(again.status).toBe('success');
		expect(jsonsOf(again).map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
	});
});
