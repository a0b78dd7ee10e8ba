import { callbackJson } from '../../../nodes/FalVideo/execution/webhook/ending';
import { type Callback, readCallback } from '../../../nodes/FalVideo/queue/callback';
import { falItself } from '../../../nodes/FalVideo/queue/host';

const node = {
	id: '1',
	name: 'Trigger',
	type: 'trigger',
	typeVersion: 1,
	position: [0, 0] as [number, number],
	parameters: {},
};
const model = { node, id: 'fal-ai/kling-video/x', isVideo: true };
const video = { url: 'https://a.test/v.mp4', content_type: 'video/mp4' };

function callback(fields: object): Callback {
	const read = readCallback({ request_id: 'abc', status: 'OK', ...fields });
	if (!read) throw new Error('This is no callback.');
	return read;
}

test('a video comes out as from Generate', () => {
	expect(callbackJson(model, callback({ payload: { video, seed: 7 } }), falItself)).toEqual({
		request_id: 'abc',
		model: model.id,
		status: 'COMPLETED',
		video,
		metrics: {},
		seed: 7,
	});
});

test('a payload that could not be sent along leaves what is known', () => {
	const json = callbackJson(
		model,
		callback({ payload: null, payload_error: 'too large' }),
		falItself,
	);
	expect(json).toMatchObject({
		request_id: 'abc',
		status: 'COMPLETED',
		payload_error: 'too large',
	});
	expect(json).not.toHaveProperty('video');
});

test('a video model’s result without a video is an error, another model’s is not', () => {
	const without = callback({ payload: { images: [] } });
	expect(callbackJson(model, without, falItself)).toMatchObject({
		request_id: 'abc',
		status: 'ERROR',
	});
	expect(callbackJson({ ...model, isVideo: false }, without, falItself)).toMatchObject({
		status: 'COMPLETED',
		images: [],
	});
});

test.each([
	[
		'refused for good',
		{
			error: 'Invalid status code: 422',
			payload: {
				detail: [{ loc: ['body', 'prompt'], msg: 'Flagged', type: 'content_policy_violation' }],
			},
		},
		{
			message: 'Flagged',
			details: {
				request_id: 'abc',
				type: 'content_policy_violation',
				field: 'prompt',
				http_code: '422',
				description: expect.stringContaining('Reword the prompt'),
			},
		},
	],
	[
		'a fault at fal',
		{
			error: 'Invalid status code: 503',
			payload: { detail: 'Runner disconnected', error_type: 'runner_disconnected' },
		},
		{
			message: 'Runner disconnected',
			details: {
				http_code: '503',
				description: 'The fault was at fal, which does not bill such a request. Submit it again.',
			},
		},
	],
	[
		'without a code, about the input',
		{ error: 'Bad', payload: { detail: [{ msg: 'Too long', type: 'sequence_too_long' }] } },
		{ details: { description: expect.stringContaining('Change what fal names') } },
	],
	[
		'without a code or a reason',
		{ error: 'Something broke', payload: null },
		{
			message: 'Something broke',
			details: {
				description: expect.stringContaining(
					'does not say whether the same input would work another time',
				),
			},
		},
	],
])('an error that is %s', (_name, fields, expected) => {
	expect(callbackJson(model, callback({ status: 'ERROR', ...fields }), falItself)).toMatchObject({
		request_id: 'abc',
		model: model.id,
		status: 'ERROR',
		...expected,
	});
});
