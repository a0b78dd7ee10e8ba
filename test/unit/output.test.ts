import { statusJson } from '../../nodes/FalVideo/execution/request/output';

test.each<[unknown, unknown]>([
	[null, undefined],
	[[null], undefined],
	[[], []],
	[[null, { message: 'Queued' }], [{ message: 'Queued' }]],
])('logs %j come out as %j', (given, expected) => {
	const json = statusJson('fal-ai/x', 'id1', { status: 'IN_QUEUE', logs: given } as Parameters<
		typeof statusJson
	>[2]);
	expect(json.logs).toEqual(expected);
	expect('logs' in json).toBe(expected !== undefined);
});
