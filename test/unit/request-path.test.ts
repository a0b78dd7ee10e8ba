import { pathsOfModel, pathsOfReply, responsePathOf } from '../../nodes/FalVideo/queue/paths';

const path = '/fal-ai/kling-video/requests/6d5f-1';

test.each([
	[`https://queue.fal.run${path}`, ''],
	[`https://queue.fal.run${path}/status`, ''],
	[`https://queue.fal.run${path}/cancel?x=1`, ''],
	[`https://gateway.test/fal${path}/status`, '/fal'],
	// A gateway that hands on the URLs of what lies behind it.
	[`https://queue.fal.run${path}`, '/fal'],
])('%s (base path "%s") is a request path', (url, basePath) => {
	expect(responsePathOf(url, basePath)).toBe(path);
});

test.each([
	'https://queue.fal.run/',
	'https://queue.fal.run/admin',
	'https://queue.fal.run/fal-ai/kling-video/requests/',
	'https://queue.fal.run/fal-ai/kling-video/requests/a/logs',
	'https://queue.fal.run/fal-ai/kling-video/requests/..%2f..%2fadmin',
	'https://queue.fal.run/fal-ai/kling-video/requests/../../../admin',
	'https://queue.fal.run/..a/kling-video/requests/a',
	'https://queue.fal.run//evil.test/requests/a',
	'https://queue.fal.run/fal/fal-ai/kling-video/admin',
	'not a URL',
])('%s is refused', (url) => {
	expect(responsePathOf(url, '')).toBeUndefined();
});

test('the URLs of a reply must be those of its own request', () => {
	const url = `https://queue.fal.run${path}`;
	const reply = {
		request_id: '6d5f-1',
		response_url: url,
		status_url: `${url}/status`,
		cancel_url: `${url}/cancel`,
	};
	expect(pathsOfReply(reply, '')).toEqual({
		requestId: '6d5f-1',
		response: path,
		status: `${path}/status`,
		cancel: `${path}/cancel`,
	});
	expect(() => pathsOfReply({ ...reply, request_id: 'another' }, '')).toThrow(/response_url/);
	expect(() =>
		pathsOfReply({ ...reply, cancel_url: 'https://queue.fal.run/fal-ai/x/requests/6d5f-1' }, ''),
	).toThrow(/cancel_url/);
});

test('a request of which only the id is known lies under the model’s owner and app', () => {
	expect(pathsOfModel('fal-ai/kling-video/v3/pro/text-to-video', 'abc').status).toBe(
		'/fal-ai/kling-video/requests/abc/status',
	);
});
