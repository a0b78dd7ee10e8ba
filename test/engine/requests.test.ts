import type { INodeParameters } from 'n8n-workflow';
import { containing } from '../matchers';
import { jsonsOf, KEY } from '../../harness/engine/fal-engine';
import type { Outcome } from '../../harness/engine/outcome';
import { itemsOf, workflowOf } from '../../harness/engine/workflow';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({}, { clockSpeed: 5 });

beforeEach(() => {
	bench.fal.options.durationMs = 0;
});

const model = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';

async function request(
	operation: string,
	requestId: string,
	parameters: INodeParameters = {},
): Promise<Outcome> {
	const workflow = workflowOf({
		resource: 'request',
		operation,
		requestId: '={{ $json.id }}',
		...parameters,
	});
	return await bench.engine.run({ workflow, input: itemsOf({ id: requestId }) }).finished;
}

/** Submits a video as a workflow does that does not wait for it. */
async function submitted(prompt: string): Promise<{ request_id: string; status_url: string }> {
	const outcome = await bench.generate({
		items: [{ prompt }],
		parameters: { waitUntilComplete: false },
	});
	return jsonsOf(outcome)[0] as { request_id: string; status_url: string };
}

test('Get Result takes the id that Generate gave, and collects the video without paying', async () => {
	const { request_id: id } = await submitted('A paper boat');
	const outcome = await request('getResult', id, { downloadVideo: true });
	expect(jsonsOf(outcome)).toMatchObject([
		{ request_id: id, model, status: 'COMPLETED', video: { content_type: 'video/mp4' } },
	]);
	const [item] = outcome.items('Out');
	expect(item?.pairedItem).toEqual({ item: 0 });
	expect(item?.binary?.data).toMatchObject({ fileName: `output-${id}.mp4` });
	expect(bench.fal.billed()).toBe(1);
});

test('Get Result waits for one that is not complete', async () => {
	bench.fal.options.durationMs = 1200;
	const { request_id: id } = await submitted('A paper boat');
	const outcome = await request('getResult', id, { options: { pollIntervalSeconds: 0.5 } });
	expect(jsonsOf(outcome)).toMatchObject([{ request_id: id, status: 'COMPLETED' }]);
	expect(bench.fal.count('status')).toBeGreaterThan(1);
});

test('Get Result without waiting hands on what is pending', async () => {
	const { request_id: id } = await submitted('A [stuck] boat');
	const outcome = await request('getResult', id, { waitUntilComplete: false });
	expect(jsonsOf(outcome)).toMatchObject([
		{ request_id: id, model, status: 'IN_PROGRESS', status_url: containing(`${id}/status`) },
	]);
	expect(bench.fal.count('status')).toBe(1);
});

test('Get Result at the longest wait does as On Timeout says', async () => {
	const { request_id: id } = await submitted('A [stuck] boat');
	const options = { maxWaitSeconds: 1, pollIntervalSeconds: 0.5 };
	const failed = await request('getResult', id, { options });
	expect(failed.error()).toMatchObject({ message: containing(id) });
	expect(bench.fal.count('cancel')).toBe(0);
	const cancelled = await request('getResult', id, {
		options: { ...options, onTimeout: 'cancelAndFail' },
	});
	expect(cancelled.error()).toMatchObject({ message: containing('it was cancelled') });
	expect(bench.fal.count('cancel')).toBe(1);
});

test('stopping a Get Result leaves the request alone', async () => {
	const { request_id: id } = await submitted('A [stuck] boat');
	const workflow = workflowOf({ resource: 'request', operation: 'getResult', requestId: id });
	const execution = bench.engine.run({ workflow, input: itemsOf({}) });
	await bench.fal.waitFor(({ kind }) => kind === 'status');
	execution.stop();
	expect((await execution.finished).status).toBe('canceled');
	expect(bench.fal.count('cancel')).toBe(0);
});

test('a blocked prompt is reported with fal’s reason, however late it is asked for', async () => {
	const { request_id: id } = await submitted('A [blocked] boat');
	const outcome = await request('getResult', id);
	expect(outcome.error()).toMatchObject({
		message: containing('material flagged by a content checker'),
		httpCode: '422',
		context: { data: { request_id: id, type: 'content_policy_violation' } },
	});
});

test('Get Status tells the position in the queue', async () => {
	bench.fal.options.capacity = 1;
	const [first] = [await submitted('A [stuck] boat'), await submitted('Second')];
	const second = bench.submissionOf('Second').requestId;
	expect(jsonsOf(await request('getStatus', first.request_id))).toMatchObject([
		{ status: 'IN_PROGRESS', request_id: first.request_id, model },
	]);
	const [status] = jsonsOf(await request('getStatus', second));
	expect(status).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 });
	bench.fal.options.capacity = Infinity;
});

test('Get Status brings the runner’s logs where they are asked for', async () => {
	const { request_id: id } = await submitted('A paper boat');
	await bench.fal.waitForState(id, 'COMPLETED');
	const [without] = jsonsOf(await request('getStatus', id));
	expect(without).not.toHaveProperty('logs');
	const [withLogs] = jsonsOf(await request('getStatus', id, { options: { includeLogs: true } }));
	expect(withLogs?.logs).toMatchObject([{ message: 'Queued' }, {}, {}]);
});

test('Cancel says what fal answered', async () => {
	const { request_id: running } = await submitted('A [stuck] boat');
	const { request_id: done } = await submitted('A paper boat');
	await bench.fal.waitForState(done, 'COMPLETED');
	expect(jsonsOf(await request('cancel', running))).toEqual([
		{ request_id: running, model, status: 'CANCELLATION_REQUESTED', cancelled: true },
	]);
	expect(jsonsOf(await request('cancel', done))).toMatchObject([
		{ status: 'ALREADY_COMPLETED', cancelled: false },
	]);
});

test('Cancel of a request that fal does not know is an error', async () => {
	const outcome = await request('cancel', 'never-was');
	expect(outcome.error()).toMatchObject({
		message: 'Request never-was could not be cancelled: fal does not know it',
		description: containing('Check its ID and its model'),
	});
});

test.each(['getStatus', 'getResult', 'cancel'])(
	'%s takes a whole status URL, and asks the credential’s host whatever host it names',
	async (operation) => {
		const { request_id: id, status_url: url } = await submitted('A paper boat');
		await bench.fal.waitForState(id, 'COMPLETED');
		const elsewhere = url.replace(bench.fal.url, 'https://elsewhere.test');
		const outcome = await request(operation, elsewhere);
		expect(jsonsOf(outcome)).toMatchObject([{ request_id: id, model }]);
	},
);

test.each(['getStatus', 'getResult'])(
	'%s of a request that fal does not know',
	async (operation) => {
		const outcome = await request(operation, 'never-was');
		expect(outcome.error()).toMatchObject({
			message: 'fal does not know request never-was',
			description: containing('Check its ID and its model'),
			httpCode: '404',
		});
	},
);

test.each(['', 'two words', 'https://queue.fal.run/', 'https://queue.fal.run/a/b/requests/../c'])(
	'the Request ID %j is refused before anything is sent',
	async (requestId) => {
		const outcome = await request('getResult', requestId);
		expect(outcome.error()).toMatchObject({ message: containing('Request ID is') });
		expect(bench.fal.log).toHaveLength(0);
	},
);

test('a fault on the way is asked past, and one that stays is told', async () => {
	const { request_id: id } = await submitted('A paper boat');
	await bench.fal.waitForState(id, 'COMPLETED');
	bench.fal.order({ on: 'status', times: 2, fault: { type: 'html', status: 502 } });
	expect(jsonsOf(await request('getStatus', id))).toMatchObject([{ status: 'COMPLETED' }]);
	bench.fal.order({ on: 'cancel', times: Infinity, fault: { type: 'http', status: 503 } });
	expect((await request('cancel', id)).error()).toMatchObject({
		message: containing(`Request ${id} could not be cancelled`),
		httpCode: '503',
	});
	bench.fal.clearOrders();
});

test('a wrong key is told as such', async () => {
	const { request_id: id } = await submitted('A paper boat');
	bench.fal.options.keys = ['another'];
	for (const operation of ['getStatus', 'getResult', 'cancel']) {
		expect((await request(operation, id)).error()).toMatchObject({
			description: containing('Check API Key and Authorization in the credential'),
			httpCode: '401',
		});
	}
	bench.fal.options.keys = [KEY];
});

test('another endpoint’s request is found under its own owner and app', async () => {
	const outcome = await bench.generate({
		parameters: { model: 'custom', customModel: 'fal-ai/other/model', waitUntilComplete: false },
	});
	const [json] = jsonsOf(outcome);
	const status = await request('getStatus', json?.request_id as string, {
		model: 'custom',
		customModel: 'fal-ai/other/model',
	});
	expect(jsonsOf(status)).toMatchObject([{ model: 'fal-ai/other/model' }]);
});
