import { FalEngine, jsonsOf } from '../../harness/engine/fal-engine';
import { itemsOf } from '../../harness/engine/workflow';
import { anotherProcess, everyDay } from './every-day';
import { OddPlatform } from './odd-platform';
import { useFalEngine } from './use-fal-engine';

const platform = new OddPlatform();

const bench = new FalEngine(
	{ durationMs: 600, listsRequests: true },
	() => ({ odd: { platformUrl: platform.url } }),
	{ clockSpeed: 5 },
);

beforeAll(async () => {
	await platform.open();
	await bench.open();
});
beforeEach(() => {
	bench.fal.reset();
	platform.asked = 0;
});
afterAll(async () => {
	await bench.close();
	platform.close();
});

const reset = { type: 'reset' } as const;
const lost = { on: 'submit', accepted: true, fault: reset } as const;
const model = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const listed = () =>
	bench.fal.submissions.map((one) => ({
		request_id: one.requestId,
		endpoint_id: one.endpoint,
		sent_at: new Date(one.acceptedAt).toISOString(),
		json_input: one.body,
	}));

test('of two items, of which one has one input more, the other does not take its request', async () => {
	bench.fal.order({ ...lost, times: Infinity });
	const outcome = await bench.generate({
		items: [
			{ prompt: 'Same', extra: '{}' },
			{ prompt: 'Same', extra: '{"seed":7}' },
		],
		options: { extraInput: '={{ $json.extra }}' },
		node: { onError: 'continueErrorOutput' },
	});
	expect(jsonsOf(outcome, 'Errors').map(({ error }) => error)).toEqual([]);
	expect(bench.fal.billed()).toBe(2);
	const seeds = jsonsOf(outcome).map(
		({ request_id: id }) =>
			bench.fal.submissions.find(({ requestId }) => requestId === id)?.body.seed,
	);
	expect(seeds).toEqual([undefined, 7]);
}, 30_000);

test('another item of the same input that has to wait for its turn does not end the search', async () => {
	bench.fal.options.listedAfter = 1500;
	bench.fal.order({ ...lost, requestIndex: 0 });
	// fal asks the second one to come back after 80 s, once: 16 s of this test.
	bench.fal.order({
		on: 'submit',
		requestIndex: 1,
		fault: { type: 'http', status: 429, headers: { 'retry-after': '80' } },
	});
	const outcome = await bench.generate({
		items: [{ prompt: 'Same' }, { prompt: 'Same' }],
		node: { onError: 'continueErrorOutput' },
	});
	// The first one has been listed for long.
	expect(jsonsOf(outcome, 'Errors').map(({ error }) => error)).toEqual([]);
	expect(bench.fal.billed()).toBe(2);
}, 60_000);

test('a stop is heard while an item of the same input of another execution waits for its turn', async () => {
	bench.fal.options.durationMs = Infinity;
	bench.fal.options.listedAfter = 1000;
	bench.fal.order({ ...lost, requestIndex: 0 });
	bench.fal.order({
		on: 'submit',
		requestIndex: 1,
		fault: { type: 'http', status: 429, headers: { 'retry-after': '110' } },
	});
	const first = bench.start({ items: [{ prompt: 'Same' }] });
	await bench.fal.waitUntil(() => bench.fal.submissions.length === 1, 30_000);
	const second = bench.start({ items: [{ prompt: 'Same' }] });
	await bench.fal.waitUntil(() => bench.fal.count('submit') === 2, 30_000);
	await new Promise((resolve) => setTimeout(resolve, 3000));
	// The own request is listed for two seconds now; nobody has asked for it.
	first.stop();
	await first.finished;
	await new Promise((resolve) => setTimeout(resolve, 25_000));
	second.stop();
	await second.finished;
	// Found and cancelled, as where nobody else sends the same.
	expect(bench.fal.submissions[0]?.cancelled).toBe('IN_PROGRESS');
}, 90_000);

test('a fault of the list that passes within ten seconds does not lose the request', async () => {
	bench.fal.order(lost);
	bench.fal.order({ on: 'requests', times: 4, fault: { type: 'html', status: 502 } });
	const outcome = await bench.generate();
	expect(outcome.error()?.message).toBeUndefined();
}, 30_000);

test('a request of another model that the list has too is not taken', async () => {
	platform.answer = () => ({
		items: [
			...listed().map((one) => ({
				...one,
				request_id: `other-${one.request_id}`,
				endpoint_id: 'fal-ai/kling-video/v1/standard/text-to-video',
				sent_at: new Date(Date.now() + 1000).toISOString(),
			})),
			...listed(),
		],
		has_more: false,
	});
	bench.fal.order(lost);
	const run = bench.start({ credential: 'odd', options: { maxWaitSeconds: 30 } });
	const outcome = await run.finished;
	expect(outcome.error()?.message).toBeUndefined();
	expect(jsonsOf(outcome)[0]?.request_id).toBe(bench.fal.submissions[0]?.requestId);
}, 60_000);

test('defaults that fal adds within an input do not hide the request', async () => {
	platform.answer = () => ({
		items: listed().map((one) => ({
			...one,
			json_input: {
				...one.json_input,
				elements: [{ image_url: 'https://example.com/a.png', reference_image_urls: null }],
			},
		})),
		has_more: false,
	});
	bench.fal.order(lost);
	const outcome = await bench.generate({
		credential: 'odd',
		options: { extraInput: '{"elements":[{"image_url":"https://example.com/a.png"}]}' },
	});
	expect(outcome.error()?.message).toBeUndefined();
}, 60_000);

test('Get Many: a page that shifts while it is read gives no request twice', async () => {
	const all = Array.from({ length: 150 }, (_, n) => ({
		request_id: `id-${n}`,
		endpoint_id: model,
	}));
	platform.answer = (query) => {
		// Ten more were sent between the two questions: the newest come first.
		const offset = query.get('cursor') === '100' ? 90 : 0;
		return {
			items: all.slice(offset, offset + 100),
			has_more: offset === 0,
			next_cursor: offset === 0 ? '100' : null,
		};
	};
	const outcome = await bench.generate({
		credential: 'odd',
		parameters: { resource: 'request', operation: 'getMany', returnAll: true },
	});
	const ids = jsonsOf(outcome).map(({ request_id: id }) => id);
	expect(new Set(ids).size).toBe(ids.length);
});

test('Get Many: cursors that go in a circle end', async () => {
	platform.answer = (query) => ({
		items: [{ request_id: `id-${query.get('cursor') ?? 'a'}`, endpoint_id: model }],
		has_more: true,
		next_cursor: query.get('cursor') === 'b' ? 'a' : 'b',
	});
	const outcome = await bench.generate({
		credential: 'odd',
		parameters: { resource: 'request', operation: 'getMany', returnAll: true },
	});
	expect(jsonsOf(outcome).length).toBeLessThan(10);
	expect(platform.asked).toBeLessThan(10);
}, 120_000);

test('Get Many: one that failed is no COMPLETED, though its code is a text', async () => {
	platform.answer = () => ({
		items: [
			{
				request_id: 'id-1',
				endpoint_id: model,
				ended_at: '2026-11-25T18:00:00Z',
				status_code: '422',
				json_output: { detail: [{ msg: 'flagged', type: 'content_policy_violation' }] },
			},
		],
		has_more: false,
	});
	const outcome = await bench.generate({
		credential: 'odd',
		parameters: { resource: 'request', operation: 'getMany' },
	});
	expect(jsonsOf(outcome)[0]?.status).toBe('ERROR');
});

test('two suspended executions with the same input: each is called back for what it waits for', async () => {
	bench.fal.options.durationMs = Infinity;
	bench.fal.options.listedAfter = 1000;
	bench.fal.order({ ...lost, times: 2 });
	const given = {
		items: [{ prompt: 'Same' }],
		parameters: { operation: 'generateAndSuspend' },
	};
	const first = bench.start(given);
	await bench.fal.waitUntil(() => bench.fal.submissions.length === 1, 30_000);
	const second = bench.start(given);
	const outcomes = [await first.finished, await second.finished];
	expect(outcomes.map(({ status }) => status)).toEqual(['waiting', 'waiting']);
	for (const outcome of outcomes) {
		const text = JSON.stringify(outcome.data);
		const own = bench.fal.submissions.filter(({ requestId }) => text.includes(requestId));
		// fal calls this address when the request that this execution waits for has ended.
		expect(own.map(({ webhookUrl }) => webhookUrl)).toEqual([
			expect.stringContaining(`/webhook-waiting/${outcome.id}/`) as unknown,
		]);
	}
}, 60_000);

// In real time: the host's clock decides.
const real = useFalEngine({ durationMs: 600, listsRequests: true });

test('a request that was sent and delivered before, by a process that is gone, is not taken', async () => {
	const before = await anotherProcess(real.fal);
	const first = await before.run({ workflow: everyDay, input: itemsOf({}) }).finished;
	await before.close();
	expect(jsonsOf(first)).toHaveLength(1);

	// The own one is listed later than the first question is asked.
	real.fal.options.listedAfter = 3_000;
	await new Promise((resolve) => setTimeout(resolve, 5_000));
	real.fal.order(lost);
	const second = await real.engine.run({ workflow: everyDay, input: itemsOf({}) }).finished;
	expect(real.fal.billed()).toBe(2);
	const [own] = jsonsOf(second);
	expect(own?.request_id).toBe(real.fal.submissions[1]?.requestId);
}, 60_000);
