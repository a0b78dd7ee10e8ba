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

const model = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const made = {
	requestId: '6d5f-1',
	response: path,
	status: `${path}/status`,
	cancel: `${path}/cancel`,
};

test.each([
	['as the live service', { response_url: `https://queue.fal.run${path}` }, '', made],
	['with a status alone', { status_url: `https://queue.fal.run${path}/status` }, '', made],
	[
		'as fal’s documentation prints them',
		{ response_url: `https://queue.fal.run/${model}/requests/6d5f-1/response` },
		'',
		{
			requestId: '6d5f-1',
			response: `/${model}/requests/6d5f-1/response`,
			status: `/${model}/requests/6d5f-1/status`,
			cancel: `/${model}/requests/6d5f-1/cancel`,
		},
	],
	['none', {}, '', made],
	['of other types', { response_url: null, status_url: ['x'] }, '', made],
	[
		'of another request',
		{ response_url: 'https://queue.fal.run/fal-ai/x/requests/other' },
		'',
		made,
	],
	['below a path of another host', { response_url: `https://gateway.test/else${path}` }, '', made],
	['of no request', { response_url: 'https://evil.test/admin' }, '', made],
	['below the base path', { response_url: `https://gateway.test/fal${path}` }, '/fal', made],
	['of what lies behind a gateway', { response_url: `https://queue.fal.run${path}` }, '/fal', made],
	[
		'of fal, below a base path like its own',
		{ response_url: `https://queue.fal.run${path}` },
		'/fal-ai',
		made,
	],
])('URLs that are %s give the right paths', (_what, urls, basePath, expected) => {
	expect(pathsOfReply({ request_id: '6d5f-1', ...urls }, model, basePath)).toMatchObject(expected);
});

test.each([
	['fal-ai/kling-video/v3/pro/text-to-video', '/fal-ai/kling-video/requests/abc'],
	['kling/v4/text-to-video', '/kling/v4/requests/abc'],
	['workflows/me/my-flow', '/workflows/me/my-flow/requests/abc'],
	['comfy/me/my-flow/fast', '/comfy/me/my-flow/requests/abc'],
])('a request of %s is asked at %s', (id, response) => {
	expect(pathsOfModel(id, 'abc').response).toBe(response);
});

test('a request of which only the id is known lies under the model’s owner and app', () => {
	expect(pathsOfModel('fal-ai/kling-video/v3/pro/text-to-video', 'abc').status).toBe(
		'/fal-ai/kling-video/requests/abc/status',
	);
});
