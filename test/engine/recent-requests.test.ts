import type { INodeParameters } from 'n8n-workflow';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine(
	{ listsRequests: true },
	{
		clockSpeed: 5,
		credentials: () => ({ gateway: { platformUrl: 'https://api.fal.ai/v1' } }),
	},
);

const boats = (count: number) => Array.from({ length: count }, (_, n) => ({ prompt: `Boat ${n}` }));
const getMany = async (parameters: INodeParameters = {}, options: INodeParameters = {}) =>
	await bench.generate({
		parameters: { resource: 'request', operation: 'getMany', ...parameters },
		options,
	});

test('lists what was asked for, as items that Get Result takes, and pays for nothing', async () => {
	await bench.generate({ items: [...boats(2), { prompt: 'A [blocked] boat' }] });
	const listed = jsonsOf(await getMany());
	expect(listed).toHaveLength(3);
	expect(listed.find(({ status }) => status === 'ERROR')).toMatchObject({
		request_id: bench.submissionOf('A [blocked] boat').requestId,
		http_code: 422,
		error: expect.stringContaining('flagged') as unknown,
	});
	const done = listed.filter(({ status }) => status === 'COMPLETED');
	expect(done.map(({ input }) => (input as { prompt: string }).prompt).toSorted()).toEqual([
		'Boat 0',
		'Boat 1',
	]);
	const results = await bench.generate({
		items: done,
		parameters: {
			resource: 'request',
			operation: 'getResult',
			requestId: '={{ $json.request_id }}',
			model: '={{ $json.model }}',
		},
	});
	expect(jsonsOf(results).every(({ video }) => video !== undefined)).toBe(true);
	expect(bench.fal.billed()).toBe(3);
});

test('more than a page, with Return All and with Limit', async () => {
	await bench.generate({ items: boats(130), parameters: { waitUntilComplete: false } });
	expect(jsonsOf(await getMany({ returnAll: true }))).toHaveLength(130);
	expect(jsonsOf(await getMany({ limit: 120 }))).toHaveLength(120);
	expect(jsonsOf(await getMany())).toHaveLength(50);
});

test('only those of a status, and since a time', async () => {
	await bench.generate({ items: [...boats(2), { prompt: 'A [blocked] boat' }] });
	expect(jsonsOf(await getMany({}, { status: 'user_error' }))).toHaveLength(1);
	expect(jsonsOf(await getMany({}, { since: '2000-01-01T00:00:00Z' }))).toHaveLength(3);
	expect(jsonsOf(await getMany({}, { since: '2100-01-01T00:00:00Z' }))).toHaveLength(0);
	const outcome = await getMany({}, { since: 'yesterday' });
	expect(outcome.error()?.message).toContain('Since is "yesterday"; it must be a date and time');
});

test('a key without the permission says so', async () => {
	const body = { error: { type: 'authorization_error', message: 'Missing permission' } };
	bench.fal.order({ on: 'requests', fault: { type: 'http', status: 403, body } });
	const outcome = await getMany();
	expect(outcome.error()?.message).toBe(
		'fal does not let this key list requests: Missing permission. A key with that permission can',
	);
	expect(outcome.error()?.description).toContain('Put a key with that permission');
	expect(outcome.error()?.description).not.toContain('balance');
});

test("the key of a gateway does not go to fal's platform API", async () => {
	const outcome = await bench.generate({
		credential: 'gateway',
		parameters: { resource: 'request', operation: 'getMany' },
	});
	expect(outcome.error()?.message).toContain('only fal itself can');
	expect(outcome.error()?.description).toContain('Your requests stand in the dashboard of');
	expect(bench.fal.count('requests')).toBe(0);
});
