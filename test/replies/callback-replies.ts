import { REQUEST_ID, type ReadRow } from './reply-row';
import { GUESS, QINIU_DOCS, WEBHOOK_DOCS } from './sources';

const where = 'callback';
const IDS = { request_id: REQUEST_ID, gateway_request_id: REQUEST_ID };
const VIDEO = {
	url: 'https://v3.fal.media/files/zebra/output.mp4',
	content_type: 'video/mp4',
	file_name: 'output.mp4',
	file_size: 5_412_321,
};

/** Bodies of callbacks. `status` is 200 throughout: a callback is a request, and has none. */
export const callbackReplies: ReadRow[] = [
	{
		where,
		name: 'a video',
		source: WEBHOOK_DOCS,
		status: 200,
		body: { ...IDS, status: 'OK', error: null, payload: { video: VIDEO } },
		expect: { outcome: 'complete', billed: 1 },
	},
	{
		where,
		name: 'a video after a retry by fal',
		source: WEBHOOK_DOCS,
		status: 200,
		body: {
			request_id: REQUEST_ID,
			gateway_request_id: '00000000-1111-2222-3333-444444444444',
			status: 'OK',
			payload: { video: VIDEO },
		},
		expect: { outcome: 'complete', billed: 1 },
	},
	{
		where,
		name: 'done, with a payload that could not be put into words: the result has to be asked for',
		source: WEBHOOK_DOCS,
		status: 200,
		body: { ...IDS, status: 'OK', payload: null, payload_error: 'Response is not serializable' },
		expect: { outcome: 'complete', billed: 1 },
	},
	{
		where,
		name: 'a list of reasons',
		source: WEBHOOK_DOCS,
		status: 200,
		body: {
			...IDS,
			status: 'ERROR',
			error: 'Invalid status code: 422',
			payload: { detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' }] },
		},
		expect: { outcome: 'ended', message: 'Field required', type: 'missing', billed: 1 },
	},
	{
		where,
		name: 'one object of a reason',
		source: QINIU_DOCS,
		status: 200,
		body: {
			...IDS,
			status: 'ERROR',
			error: 'Invalid status code: 422',
			payload: { detail: { msg: 'Field required', type: 'missing' } },
		},
		expect: { outcome: 'ended', message: 'Field required', type: 'missing', billed: 1 },
	},
	{
		where,
		name: 'a reason as an object in error',
		source: QINIU_DOCS,
		status: 200,
		body: {
			...IDS,
			status: 'ERROR',
			error: { message: 'The generation failed', type: 'internal_server_error' },
			payload: null,
		},
		expect: { outcome: 'ended', message: 'The generation failed', type: 'internal_server_error' },
	},
	{
		where,
		name: 'a reason as a text in error, no payload',
		source: WEBHOOK_DOCS,
		status: 200,
		body: { ...IDS, status: 'ERROR', error: 'Runner disconnected', payload: null },
		expect: { outcome: 'ended', message: 'Runner disconnected', mayPass: false },
	},
	{
		where,
		name: 'it runs',
		source: QINIU_DOCS,
		status: 200,
		body: { ...IDS, status: 'IN_PROGRESS', payload: null },
		expect: { outcome: 'going-on', billed: 1 },
	},
	{
		where,
		name: 'a word that nobody knows',
		source: GUESS,
		status: 200,
		body: { ...IDS, status: 'REBALANCING', payload: null },
		expect: { outcome: 'going-on', billed: 1 },
	},
];
