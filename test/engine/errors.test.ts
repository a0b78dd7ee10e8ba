import { anyOf, containing, including } from '../matchers';
import type { JsonObject } from '../../harness/standin/json';
import type { FaultOrder } from '../../harness/standin/faults';
import type { Given } from '../../harness/engine/fal-engine';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { FAL_VIDEO } from '../../harness/engine/workflow';
import { useFalEngine } from './use-fal-engine';

const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const WRONG_KEY = 'wrong-id:wrong-secret';

const bench = useFalEngine(
	{},
	{ clockSpeed: 5, credentials: () => ({ 'wrong-key': { apiKey: WRONG_KEY } }) },
);

const onlyId = () => bench.fal.submissions[0]?.requestId ?? 'none';

/** What goes wrong, and what the user is to read. */
interface Trouble {
	what: string;
	given?: Given;
	order?: FaultOrder;
	/** Of the message. */
	says: string[];
	/** Of the description: what to do next. */
	advice: string;
	httpCode: string;
	/** fal's word for it. */
	type?: string;
	/** Whether there is a request that fal knows of. */
	accepted: boolean;
	/** How many requests fal bills. */
	billed: number;
}

const prompt = (text: string): Given => ({ items: [{ prompt: text }] });

const troubles: Trouble[] = [
	{
		what: 'a blocked prompt',
		given: prompt('A boat [blocked]'),
		says: ['material flagged by a content checker.'],
		advice: 'Reword the prompt',
		httpCode: '422',
		type: 'content_policy_violation',
		accepted: true,
		billed: 1,
	},
	{
		what: 'a fault downstream',
		given: prompt('A boat [downstream]'),
		says: ['Downstream service unavailable'],
		advice: 'does not bill',
		httpCode: '500',
		type: 'downstream_service_unavailable',
		accepted: true,
		billed: 0,
	},
	{
		what: 'a video that took too long to make',
		given: prompt('A boat [gen-timeout]'),
		says: ['Generation timeout'],
		advice: 'does not bill',
		httpCode: '504',
		type: 'generation_timeout',
		accepted: true,
		billed: 0,
	},
	{
		what: 'a fault of the machinery',
		given: prompt('A boat [runner]'),
		says: ['Runner disconnected'],
		advice: 'does not bill',
		httpCode: '503',
		type: 'runner_disconnected',
		accepted: true,
		billed: 0,
	},
	{
		what: 'an input that fal alone refuses',
		given: { options: { extraInput: '{"seed": 7}' } },
		order: {
			on: 'result',
			fault: {
				type: 'http',
				status: 422,
				body: {
					detail: [{ loc: ['body', 'seed'], msg: 'Input should be a string', type: 'string_type' }],
				},
			},
		},
		says: ['Input should be a string'],
		advice: 'Change seed, which fal names, then run again',
		httpCode: '422',
		type: 'string_type',
		accepted: true,
		billed: 1,
	},
	{
		what: 'a result without a video',
		given: prompt('A boat [no-video]'),
		says: ['"video.url"'],
		advice: 'not what the model is said to return',
		httpCode: '200',
		accepted: true,
		billed: 1,
	},
	{
		what: 'a page in place of the reply to the POST',
		order: { on: 'submit', fault: { type: 'html', status: 200 } },
		says: ['is not a queue at this address', 'web page'],
		advice: 'Check the Base URL',
		httpCode: '200',
		accepted: false,
		billed: 0,
	},
	{
		what: 'a key that is not accepted',
		given: { credential: 'wrong-key' },
		says: ['fal refused the key', 'No user found for Key ID and Secret'],
		advice: 'Check API Key and Authorization in the credential',
		httpCode: '401',
		accepted: false,
		billed: 0,
	},
	{
		what: 'a model that fal does not have',
		given: { parameters: { model: 'custom', customModel: 'nobody/no-model' } },
		says: ['Application "no-model" not found'],
		advice: 'Change what fal names',
		httpCode: '404',
		accepted: false,
		billed: 0,
	},
	{
		what: 'a model of which fal says nothing',
		order: { on: 'submit', fault: { type: 'empty', status: 404 } },
		says: [`it has no model "${MODEL}"`],
		advice: 'Change what fal names',
		httpCode: '404',
		accepted: false,
		billed: 0,
	},
	{
		what: 'a base URL that leads elsewhere',
		order: { on: 'submit', fault: { type: 'redirect', location: 'http://127.0.0.1:1/' } },
		says: ['redirect', 'not followed'],
		advice: 'Base URL',
		httpCode: '302',
		accepted: false,
		billed: 0,
	},
	{
		what: 'a request that fal has forgotten',
		order: { on: 'status', fault: { type: 'http', status: 410, body: { detail: 'Expired' } } },
		says: ['fal does not keep request'],
		advice: 'expired',
		httpCode: '410',
		accepted: true,
		billed: 1,
	},
];

describe.each(troubles)('$what', (trouble) => {
	const { given, order, says, advice, httpCode, type, accepted, billed } = trouble;

	test('ends the execution with fal’s reason, what to do, and the request', async () => {
		if (order) bench.fal.order(order);
		const outcome = await bench.generate(given);
		const error = outcome.error();

		expect(outcome.status).toBe('error');
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode, context: { itemIndex: 0 } });
		for (const part of says) expect(error?.message).toContain(part);
		expect(error?.description).toContain(advice);
		if (accepted) {
			expect(`${error?.message} ${error?.description}`).toContain(onlyId());
			expect(error?.context?.data).toMatchObject({ request_id: onlyId() });
		}
		// For machines and for support: not in the message, which people read.
		if (type) {
			expect(error?.message).not.toContain(type);
			expect(error?.description).toContain(`fal calls it ${type}`);
			expect(error?.context?.data).toMatchObject({ type });
		}
		expect(JSON.stringify(error)).not.toContain(WRONG_KEY);
		expect(bench.fal.billed()).toBe(billed);
		expect(bench.fal.count('submit')).toBe(1);
	});

	test('is an item with the same words where the node goes on', async () => {
		if (order) bench.fal.order(order);
		const outcome = await bench.generate({ ...given, node: { onError: 'continueRegularOutput' } });
		const { items: [input] = [{ prompt: 'A paper boat' }] } = given ?? {};

		expect(outcome.status).toBe('success');
		expect(outcome.items(FAL_VIDEO)).toEqual([
			{
				json: {
					...input,
					error: anyOf(String),
					message: anyOf(String),
					// What may be billed; fal bills none of its own faults.
					...(billed > 0 && !httpCode.startsWith('5')
						? { cost: { estimate: 0.35, currency: 'USD' } }
						: {}),
					details: including({
						...(httpCode === 'none' ? {} : { http_code: httpCode }),
						description: containing(advice),
						...(type ? { type } : {}),
						...(accepted ? { request_id: onlyId() } : {}),
					}),
				},
				pairedItem: { item: 0 },
			},
		]);
		const [{ error } = {}] = jsonsOf(outcome);
		for (const part of says) expect(error).toContain(part);
	});
});

describe('several items of which some fail', () => {
	const items = [
		{ prompt: 'A', n: 0 },
		{ prompt: 'B [blocked]', n: 1 },
		{ prompt: 'C', n: 2 },
		{ prompt: '', n: 3 },
		{ prompt: 'E [runner]', n: 4 },
	];
	const idOf = (prompt: string) => bench.submissionOf(prompt).requestId;

	test('are all in their places on the regular output', async () => {
		const outcome = await bench.generate({ items, node: { onError: 'continueRegularOutput' } });
		const json = jsonsOf(outcome);
		expect(json.map(({ request_id: id }) => id)).toEqual([
			idOf('A'),
			undefined,
			idOf('C'),
			undefined,
			undefined,
		]);
		expect(json.map(({ n }) => n)).toEqual([undefined, 1, undefined, 3, 4]);
		expect(json[1]).toMatchObject({
			prompt: 'B [blocked]',
			error: containing('flagged by a content checker'),
			details: { type: 'content_policy_violation', request_id: idOf('B [blocked]') },
		});
		expect(json[4]).toMatchObject({
			details: { type: 'runner_disconnected', request_id: idOf('E [runner]') },
		});
		expect(outcome.items(FAL_VIDEO).map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_, item) => ({ item })),
		);
	});

	test('part: the failed ones go to the error output', async () => {
		const outcome = await bench.generate({ items, node: { onError: 'continueErrorOutput' } });
		expect(
			outcome.items(FAL_VIDEO).map(({ json, pairedItem }) => [json.request_id, pairedItem]),
		).toEqual([
			[idOf('A'), { item: 0 }],
			[idOf('C'), { item: 2 }],
		]);
		const failed = outcome.items(FAL_VIDEO, 0, 1);
		expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 1 },
			{ item: 3 },
			{ item: 4 },
		]);
		expect(jsonsOf(outcome, 'Errors')).toEqual(failed.map(({ json }) => json));
		expect(failed.map(({ json }) => json)).toEqual([
			including({
				prompt: 'B [blocked]',
				n: 1,
				error: containing('flagged by a content checker'),
				details: including({
					type: 'content_policy_violation',
					request_id: idOf('B [blocked]'),
					http_code: '422',
				}),
			}),
			including({ n: 3, error: containing('Prompt is empty') }),
			including({
				n: 4,
				details: including({
					type: 'runner_disconnected',
					request_id: idOf('E [runner]'),
				}),
			}),
		]);
	});

	test('end the execution with the first of the errors, which tells of the others', async () => {
		const outcome = await bench.generate({ items: items.slice(0, 3) });
		expect(outcome.status).toBe('error');
		expect(outcome.error()).toMatchObject({
			message: containing('flagged by a content checker'),
			context: { itemIndex: 1, data: { request_id: idOf('B [blocked]') } },
		});
		expect(outcome.error()?.description).toContain('2 are done and 1 failed');
		expect(bench.fal.submissions.every(({ state }) => state === 'COMPLETED')).toBe(true);
	});
});

describe('nothing is lost by', () => {
	const passing: FaultOrder[] = [
		{ on: 'status', times: 2, fault: { type: 'status-word', status: 'REBALANCING' } },
		{ on: 'status', times: 2, fault: { type: 'html', status: 502 } },
		{ on: 'status', fault: { type: 'html', status: 200 } },
		{ on: 'status', fault: { type: 'reset' } },
		{ on: 'status', fault: { type: 'body', body: {} } },
		{ on: 'result', fault: { type: 'html', status: 200 } },
		{ on: 'result', fault: { type: 'empty', status: 500 } },
		{ on: 'result', fault: { type: 'reset' } },
		{
			on: 'result',
			fault: { type: 'http', status: 400, body: { detail: 'Request is still in progress' } },
		},
	];

	test.each(passing)('a $on answered with $fault', async (order) => {
		const placed = bench.fal.order(order);
		const outcome = await bench.generate();
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED', request_id: onlyId() }]);
		expect(placed.used).toBe(order.times ?? 1);
		expect(bench.fal.count('submit')).toBe(1);
	});
});

describe('after the longest wait', () => {
	const wait = (onTimeout: string, text = 'A boat [stuck]'): Given => ({
		options: { maxWaitSeconds: 1, onTimeout },
		items: [{ prompt: text, n: 7 }],
	});

	test('Fail names the request, which goes on', async () => {
		const outcome = await bench.generate(wait('fail'));
		expect(outcome.error()).toMatchObject({
			message: containing(onlyId()),
			description: containing('goes on at fal'),
			context: { itemIndex: 0, data: { request_id: onlyId() } },
		});
		expect(outcome.error()?.message).toContain('not complete within Max Wait (1 s)');
		expect(outcome.error()?.description).toContain('Executions > Retry on a run that failed');
		expect(outcome.error()?.description).toContain('IN_PROGRESS');
		expect(bench.fal.count('cancel')).toBe(0);
		expect(bench.fal.submissions[0]).toMatchObject({ state: 'IN_PROGRESS', cancelled: false });
	});

	test('Fail is an item with the request where the node goes on', async () => {
		const outcome = await bench.generate({
			...wait('fail'),
			node: { onError: 'continueErrorOutput' },
		});
		expect(jsonsOf(outcome, 'Errors')).toEqual([
			including({ n: 7, details: including({ request_id: onlyId() }) }),
		]);
	});

	const pendingOf = (url: string): JsonObject => ({
		request_id: onlyId(),
		response_url: `${url}/fal-ai/kling-video/requests/${onlyId()}`,
		status_url: `${url}/fal-ai/kling-video/requests/${onlyId()}/status`,
		cancel_url: `${url}/fal-ai/kling-video/requests/${onlyId()}/cancel`,
		model: MODEL,
		cost: { estimate: 0.35, currency: 'USD' },
	});

	test('Return as Pending gives what is needed to go on with the request', async () => {
		const outcome = await bench.generate(wait('returnPending'));
		expect(outcome.status).toBe('success');
		expect(outcome.items(FAL_VIDEO)).toEqual([
			{ json: { ...pendingOf(bench.fal.url), status: 'IN_PROGRESS' }, pairedItem: { item: 0 } },
		]);
		expect(bench.fal.submissions[0]).toMatchObject({ state: 'IN_PROGRESS', cancelled: false });
	});

	test('Return as Pending tells the place in the queue', async () => {
		bench.fal.options.capacity = 0;
		const outcome = await bench.generate(wait('returnPending', 'A boat'));
		expect(jsonsOf(outcome)).toEqual([
			{ ...pendingOf(bench.fal.url), status: 'IN_QUEUE', queue_position: 0 },
		]);
	});

	test('Return as Pending lets the finished ones through', async () => {
		const outcome = await bench.generate({
			options: { maxWaitSeconds: 1, onTimeout: 'returnPending' },
			items: [{ prompt: 'A [stuck]' }, { prompt: 'B' }, { prompt: 'C [blocked]' }],
			node: { onError: 'continueErrorOutput' },
		});
		expect(jsonsOf(outcome).map(({ status }) => status)).toEqual(['IN_PROGRESS', 'COMPLETED']);
		expect(jsonsOf(outcome, 'Errors')).toMatchObject([{ prompt: 'C [blocked]' }]);
	});

	test('Cancel and Fail cancels a request that runs', async () => {
		const outcome = await bench.generate(wait('cancelAndFail'));
		expect(outcome.error()).toMatchObject({
			message: containing('so it was cancelled'),
			context: { itemIndex: 0, data: { request_id: onlyId() } },
		});
		expect(outcome.error()?.message).toContain(onlyId());
		expect(bench.fal.count('cancel')).toBe(1);
		expect(bench.fal.submissions[0]).toMatchObject({ cancelled: 'IN_PROGRESS' });
	});

	test('Cancel and Fail cancels a request that has not begun, which then costs nothing', async () => {
		bench.fal.options.capacity = 0;
		const outcome = await bench.generate(wait('cancelAndFail', 'A boat'));
		expect(outcome.error()?.message).toContain('so it was cancelled');
		expect(bench.fal.submissions[0]).toMatchObject({ cancelled: 'IN_QUEUE' });
		expect(bench.fal.billed()).toBe(0);
	});

	test('Cancel and Fail cancels again when the answer is lost', async () => {
		bench.fal.order({ on: 'cancel', fault: { type: 'reset' } });
		const outcome = await bench.generate(wait('cancelAndFail'));
		expect(outcome.error()?.message).toContain('so it was cancelled');
		expect(bench.fal.count('cancel')).toBe(2);
		expect(bench.fal.submissions[0]).toMatchObject({ cancelled: 'IN_PROGRESS' });
	});

	test('Cancel and Fail says so when it could not cancel', async () => {
		const fault = { type: 'http', status: 403, body: { detail: 'Not yours' } } as const;
		bench.fal.order({ on: 'cancel', fault });
		const outcome = await bench.generate(wait('cancelAndFail'));
		expect(outcome.error()).toMatchObject({
			message: containing('could not be cancelled: Not yours'),
			context: { data: { request_id: onlyId() } },
		});
	});

	test('a video that was finished just before the cancel is not thrown away', async () => {
		// What fal says of the request lags behind, until the cancel shows that it is complete.
		const fault = { type: 'status-word', status: 'IN_PROGRESS' } as const;
		bench.fal.order({ on: 'status', times: Infinity, fault });
		const run = bench.start(wait('cancelAndFail', 'A boat'));
		await bench.fal.waitFor(({ kind }) => kind === 'cancel');
		bench.fal.clearOrders();
		const outcome = await run.finished;
		expect(bench.fal.log.find(({ kind }) => kind === 'cancel')).toMatchObject({ answered: 400 });
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED', request_id: onlyId() }]);
	});

	test('a video that is finished in the last pause is not thrown away', async () => {
		// The next question would come long after the longest wait: the last one comes at its end.
		const outcome = await bench.generate({
			...wait('fail', 'A boat'),
			options: { maxWaitSeconds: 1, pollIntervalSeconds: 600 },
		});
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED', request_id: onlyId() }]);
	});
});
