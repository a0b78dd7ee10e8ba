import { readCallback } from '../../../nodes/FalVideo/queue/callback';

const callback = {
	request_id: 'abc-1',
	gateway_request_id: 'abc-2',
	status: 'OK',
	payload: { video: { url: 'https://a.test/v.mp4' } },
};

test.each([
	[callback],
	[{ ...callback, error: null, payload: null, payload_error: 'not JSON' }],
	[{ request_id: 'abc-1', status: 'ERROR', error: 'Invalid status code: 422', payload: 'text' }],
])('%j is a callback', (body) => {
	expect(readCallback(body)).toEqual(body);
});

test('what is off beside the id and the status does not hide them', () => {
	const body = { ...callback, gateway_request_id: 7, error: {}, payload_error: 1 };
	expect(readCallback(body)).toMatchObject({ request_id: 'abc-1', status: 'OK' });
});

test.each([
	[undefined],
	['text'],
	[{}],
	[{ ...callback, status: 5 }],
	[{ ...callback, request_id: undefined }],
	[{ ...callback, request_id: '../../other/requests/abc' }],
])('%j is none', (body) => {
	expect(readCallback(body)).toBeUndefined();
});
