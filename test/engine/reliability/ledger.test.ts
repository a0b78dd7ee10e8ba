import { containing } from '../../matchers';
import type { INodeParameters } from 'n8n-workflow';
import { modelError, video } from '../../../harness/standin/outcome';
import { jsonsOf, KEY } from '../../../harness/engine/fal-engine';
import type { Outcome } from '../../../harness/engine/outcome';
import {
	CREDENTIAL_ID,
	FAL_VIDEO,
	itemsOf,
	node,
	workflowFrom,
} from '../../../harness/engine/workflow';
import { ledgerSizes, refusedInItsOwnWords } from './ledger-size';
import { useFalEngine } from '../use-fal-engine';

const bench = useFalEngine({}, { clockSpeed: 5 });

const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const oneBlocked = [
	{ prompt: 'A paper boat' },
	{ prompt: 'A [blocked] scene' },
	{ prompt: 'A lighthouse' },
];

/** fal's sentence alone is the message; its word for it and the request's ID stand in the description. */
const blockedReason = (requestId: unknown) => ({
	message:
		'The content could not be processed because it contained material flagged by a content checker.',
	description: containing(`fal calls it content_policy_violation. Request: ${String(requestId)}.`),
	context: { data: { field: 'prompt' } },
});

/** "Retry execution" with the currently saved workflow, in which the node has other parameters. */
async function retryWith(outcome: Outcome, parameters: INodeParameters): Promise<Outcome> {
	const workflow = structuredClone(outcome.record.workflow);
	for (const each of workflow.nodes) {
		if (each.name === FAL_VIDEO) Object.assign(each.parameters, parameters);
	}
	return await bench.engine.retry(outcome, { workflow }).finished;
}

async function retry(outcome: Outcome): Promise<Outcome> {
	return await bench.engine.retry(outcome).finished;
}

describe('one blocked prompt of three', () => {
	test('Retry On Fail, three tries: three billed in all, and the reason is told as at first', async () => {
		const outcome = await bench.generate({ items: oneBlocked, node: retryOnFail });
		const { requestId } = bench.submissionOf('A [blocked] scene');
		expect(outcome.error()).toMatchObject(blockedReason(requestId));
		expect(outcome.error()?.httpCode).toBe('422');
		expect(bench.fal.count('submit')).toBe(3);
		expect(bench.fal.billed()).toBe(3);
	});

	test('Retry execution: one more, the blocked one', async () => {
		const first = await bench.generate({ items: oneBlocked, node: retryOnFail });
		const second = await retry(first);
		const prompts = bench.fal.submissions.map(({ body }) => body.prompt);
		expect(prompts).toHaveLength(4);
		expect(prompts[3]).toBe('A [blocked] scene');
		expect(second.error()).toMatchObject(blockedReason(bench.fal.submissions[3]?.requestId));
		expect(bench.fal.billed()).toBe(4);
	});

	test('Retry execution after fal has changed its mind: all three come', async () => {
		const first = await bench.generate({ items: oneBlocked });
		bench.fal.options.outcome = video;
		const second = await retry(first);
		expect(jsonsOf(second)).toHaveLength(3);
		const ids = jsonsOf(second).map((json) => json.request_id);
		const { submissions } = bench.fal;
		const kept = submissions.slice(0, 3).filter(({ body }) => body.prompt !== 'A [blocked] scene');
		expect(ids).toEqual(expect.arrayContaining(kept.map(({ requestId }) => requestId)));
		expect(bench.fal.billed()).toBe(4);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'Retry On Fail and %s: three billed',
		async (onError) => {
			// n8n tries again where the first item has an error.
			const items = [...oneBlocked].reverse().slice(1);
			const outcome = await bench.generate({ items, node: { ...retryOnFail, onError } });
			const errors = onError === 'continueErrorOutput' ? 'Errors' : 'Out';
			const { requestId } = bench.submissionOf('A [blocked] scene');
			expect(jsonsOf(outcome, errors)).toContainEqual(
				expect.objectContaining({
					prompt: 'A [blocked] scene',
					error: blockedReason(requestId).message,
					details: expect.objectContaining({ request_id: requestId }) as unknown,
				}),
			);
			expect(bench.fal.count('submit')).toBe(2);
		},
	);
});

describe('a wait that was too short', () => {
	const items = [{ prompt: '[slow=0.6] A boat' }];

	test('Retry On Fail waits on', async () => {
		const outcome = await bench.generate({
			items,
			options: { maxWaitSeconds: 1.5 },
			node: { ...retryOnFail, maxTries: 5 },
		});
		expect(jsonsOf(outcome)).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});

	test('Retry execution waits on', async () => {
		const first = await bench.generate({ items, options: { maxWaitSeconds: 1 } });
		expect(first.error()?.message).toContain('was not complete within Max Wait');
		const second = await retryWith(first, { options: { maxWaitSeconds: 60 } });
		expect(jsonsOf(second)).toMatchObject([
			{ request_id: bench.fal.submissions[0]?.requestId, status: 'COMPLETED' },
		]);
		expect(bench.fal.billed()).toBe(1);
	});
});

describe('a failure that may pass', () => {
	const unavailable = modelError(500, true, {
		loc: ['body'],
		msg: 'Downstream service unavailable',
		type: 'downstream_service_unavailable',
	});

	test('is sent again by Retry On Fail, alone', async () => {
		bench.fal.options.outcome = (_, index) => (index === 1 ? unavailable : video());
		const items = [{ prompt: 'one' }, { prompt: 'two' }, { prompt: 'three' }];
		const outcome = await bench.generate({ items, node: retryOnFail });
		expect(jsonsOf(outcome)).toHaveLength(3);
		expect(bench.fal.count('submit')).toBe(4);
		expect(bench.fal.billed()).toBe(3);
	});

	test('is sent again by Retry execution', async () => {
		bench.fal.options.outcome = (_, index) => (index === 0 ? unavailable : video());
		const first = await bench.generate();
		expect(first.error()?.message).toContain('Downstream service unavailable');
		expect(jsonsOf(await retry(first))).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});
});

describe('what was paid for is picked up', () => {
	test('after a key that was refused while waiting', async () => {
		bench.fal.order({ on: 'status', fault: { type: 'empty', status: 401 } });
		const first = await bench.generate();
		expect(first.error()?.description).toContain('collects it without paying again');
		expect(jsonsOf(await retry(first))).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});

	test('after a file that could not be fetched', async () => {
		bench.fal.order({ on: 'file', times: 4, fault: { type: 'empty', status: 410 } });
		const first = await bench.generate({ parameters: { downloadVideo: true } });
		expect(first.error()?.message).toContain('is finished, but it could not be downloaded');
		const second = await retry(first);
		expect(second.items('Out')[0]?.binary?.data).toBeDefined();
		expect(bench.fal.billed()).toBe(1);
	});

	test('after a result that could not be read', async () => {
		bench.fal.order({ on: 'result', times: Infinity, fault: { type: 'body', body: { seed: 7 } } });
		const first = await bench.generate({ node: retryOnFail });
		expect(first.error()?.message).toContain('which the model is said to return');
		expect(bench.fal.count('result')).toBeGreaterThanOrEqual(3);
		bench.fal.clearOrders();
		expect(jsonsOf(await retry(first))).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});

	test('by a retry that does not wait', async () => {
		const first = await bench.generate({
			items: [{ prompt: '[slow=60] A boat' }],
			options: { maxWaitSeconds: 1 },
		});
		const second = await retryWith(first, { waitUntilComplete: false });
		expect(jsonsOf(second)).toMatchObject([
			{ request_id: bench.fal.submissions[0]?.requestId, status: 'IN_QUEUE' },
		]);
		expect(bench.fal.billed()).toBe(1);
	});
});

test('changed input is a new request', async () => {
	const first = await bench.generate({
		items: [{ prompt: '[slow=60] A boat' }],
		options: { maxWaitSeconds: 1 },
	});
	const second = await retryWith(first, { prompt: 'A faster boat' });
	expect(jsonsOf(second)).toMatchObject([
		{ request_id: bench.fal.submissions[1]?.requestId, status: 'COMPLETED' },
	]);
	expect(bench.fal.count('submit')).toBe(2);
});

test('a request that fal no longer knows is told once; the user’s next retry sends it anew', async () => {
	const gone = { type: 'http', status: 410, body: { detail: 'Request has expired' } } as const;
	bench.fal.order({ on: 'status', requestIndex: 0, times: Infinity, fault: gone });
	const first = await bench.generate({ node: retryOnFail });
	expect(first.error()?.message).toContain('fal does not keep request');
	expect(bench.fal.count('submit')).toBe(1);
	expect(bench.fal.count('status')).toBe(1);

	expect(jsonsOf(await retry(first))).toHaveLength(1);
	expect(bench.fal.count('submit')).toBe(2);
});

describe('without waiting', () => {
	test('a retry pays for nothing twice, and sends what was refused', async () => {
		const refusal = { type: 'http', status: 422, body: { detail: 'Too long' } } as const;
		bench.fal.order({ on: 'submit', requestIndex: 1, fault: refusal });
		const items = [{ prompt: 'one' }, { prompt: 'two' }, { prompt: 'three' }];
		const first = await bench.generate({
			items,
			parameters: { waitUntilComplete: false },
			node: retryOnFail,
		});
		expect(first.error()?.message).toContain('Too long');
		expect(bench.fal.count('submit')).toBe(3);
		expect(bench.fal.billed()).toBe(2);

		const second = await retry(first);
		expect(jsonsOf(second).map((json) => json.request_id)).toHaveLength(3);
		expect(bench.fal.count('submit')).toBe(4);
		expect(bench.fal.billed()).toBe(3);
	});
});

describe('a loop', () => {
	const looped = workflowFrom(
		[
			node('Start', 'n8n-nodes-base.manualTrigger'),
			node('Loop', 'test.loop', { batchSize: 1 }),
			node(
				FAL_VIDEO,
				'n8n-nodes-fal-video.falVideo',
				{
					resource: 'video',
					operation: 'generate',
					prompt: 'The same each time',
					options: { pollIntervalSeconds: 0.5 },
				},
				{
					credentials: { falVideoApi: { id: CREDENTIAL_ID, name: 'fal' } },
					...retryOnFail,
					maxTries: 2,
				},
			),
			node('Out', 'n8n-nodes-base.noOp'),
		],
		[
			['Start', 'Loop'],
			['Loop', 'Out'],
			['Loop', FAL_VIDEO, 1],
			[FAL_VIDEO, 'Loop'],
		],
	);
	const input = itemsOf({ n: 1 }, { n: 2 }, { n: 3 });

	test('with the same input in each run makes a video of its own in each', async () => {
		const outcome = await bench.engine.run({ workflow: looped, input }).finished;
		const ids = jsonsOf(outcome).map((json) => json.request_id);
		expect(ids).toEqual(bench.fal.submissions.map(({ requestId }) => requestId));
		expect(new Set(ids).size).toBe(3);
	});

	test('that fails in its second run: the retry sends that run’s request and the third', async () => {
		const unavailable = modelError(500, true, { loc: [], msg: 'Not now', type: 'unavailable' });
		// The second run and its second try.
		bench.fal.options.outcome = (_, index) => ([1, 2].includes(index) ? unavailable : video());
		const first = await bench.engine.run({ workflow: looped, input }).finished;
		expect(first.error()?.message).toContain('Not now');
		expect(bench.fal.count('submit')).toBe(3);

		const second = await retry(first);
		const ids = jsonsOf(second).map((json) => json.request_id);
		expect(ids).toEqual([0, 3, 4].map((index) => bench.fal.submissions[index]?.requestId));
		expect(bench.fal.billed()).toBe(3);
	});
});

describe('what is kept', () => {
	const contextOf = (outcome: Outcome) => JSON.stringify(outcome.context(FAL_VIDEO));

	test('is neither the key nor a prompt', async () => {
		const outcome = await bench.generate({
			items: oneBlocked,
			parameters: { negativePrompt: 'lens flare' },
		});
		const context = contextOf(outcome);
		for (const { requestId } of bench.fal.submissions) expect(context).toContain(requestId);
		expect(context).not.toContain(KEY);
		expect(context).not.toMatch(/paper boat|scene|lighthouse|lens flare/);
	});

	test('of five hundred refusals, each with words of its own, is less than 200 kB', async () => {
		bench.fal.options.outcome = refusedInItsOwnWords;
		const outcome = await bench.generate({
			items: Array.from({ length: 500 }, (_, n) => ({ prompt: `A boat, take ${n}` })),
			node: { onError: 'continueErrorOutput' },
		});
		expect(jsonsOf(outcome, 'Errors')).toHaveLength(500);
		for (const size of ledgerSizes(outcome)) expect(size).toBeLessThan(200_000);
	});
});

test('Return as Pending, a finished video that cannot be fetched: an error, never COMPLETED without it', async () => {
	bench.fal.order({ on: 'result', times: Infinity, fault: { type: 'html', status: 503 } });
	const options = { maxWaitSeconds: 1, onTimeout: 'returnPending' };
	const first = await bench.generate({ options });
	expect(first.error()?.message).toContain('is complete, but its result could not be fetched');
	bench.fal.clearOrders();
	const [video] = jsonsOf(await retry(first));
	expect(video).toMatchObject({ status: 'COMPLETED', video: { url: expect.any(String) } });
	expect(bench.fal.billed()).toBe(1);
});

test.each(['fail', 'returnPending'])(
	'On Timeout %s, a failure that was told but is not certain yet: the item says so, not that it goes on',
	async (onTimeout) => {
		const body = { status: 'error', error: 'The generation failed' };
		bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'http', status: 200, body } });
		bench.fal.order({ on: 'stream', times: Infinity, fault: { type: 'http', status: 404 } });
		const first = await bench.generate({ options: { maxWaitSeconds: 3, onTimeout } });
		const { message, description } = first.error() ?? {};
		expect(message).toContain('Max Wait was over before it was certain how request');
		expect(description).toContain('The generation failed');
		expect(`${message} ${description}`).not.toMatch(/goes on|IN_PROGRESS|IN_QUEUE|is finished/);
		bench.fal.clearOrders();
		const [video] = jsonsOf(await retry(first));
		expect(video).toMatchObject({ status: 'COMPLETED', video: { url: expect.any(String) } });
		expect(bench.fal.billed()).toBe(1);
	},
);
