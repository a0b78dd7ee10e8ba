import type { IBinaryData } from 'n8n-workflow';
import { containing, including, matching } from '../matchers';
import type { FaultOrder } from '../../harness/standin/faults';
import { videoFor } from '../../harness/standin/media';
import { readMp4 } from '../../harness/standin/mp4';
import { submit } from '../standin/test-requests';
import { jsonsOf, KEY } from '../../harness/engine/fal-engine';
import type { Outcome } from '../../harness/engine/outcome';
import { FAL_VIDEO } from '../../harness/engine/workflow';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine({}, { clockSpeed: 5 });

const downloadVideo = true;

/** The file of an item that left the node. */
function fileOf(outcome: Outcome, item = 0, field = 'data'): IBinaryData {
	const file = outcome.items('Out')[item]?.binary?.[field];
	if (!file) throw new Error(`There is no file: ${JSON.stringify(outcome.error() ?? 'no error')}`);
	return file;
}

const onlyId = () => bench.fal.submissions[0]?.requestId ?? 'none';

const mediaEntries = () => bench.fal.log.filter(({ host }) => host === 'media');

test.each([
	{ duration: '5', aspectRatio: '16:9', width: 320, height: 180 },
	{ duration: '10', aspectRatio: '9:16', width: 180, height: 320 },
	{ duration: '10', aspectRatio: '1:1', width: 240, height: 240 },
])(
	'$duration s of $aspectRatio arrive as they were made',
	async ({ duration, aspectRatio, width, height }) => {
		const outcome = await bench.generate({
			parameters: { downloadVideo, duration, aspectRatio },
		});
		const file = fileOf(outcome);
		const content = await bench.engine.binary(file);
		expect(content.equals(videoFor(bench.submissionOf('A paper boat')))).toBe(true);
		const facts = readMp4(content);
		expect(facts).toMatchObject({ width, height });
		expect(facts.durationSeconds).toBeCloseTo(Number(duration), 1);
		expect(file).toMatchObject({
			mimeType: 'video/mp4',
			fileType: 'video',
			fileExtension: 'mp4',
			fileName: `A_paper_boat-${onlyId()}.mp4`,
			bytes: content.length,
		});
		expect(jsonsOf(outcome)).toMatchObject([
			{ status: 'COMPLETED', request_id: onlyId(), video: { file_size: content.length } },
		]);
	},
);

test('each of several items gets a file of its own, linked to its input', async () => {
	const outcome = await bench.generate({
		parameters: { downloadVideo, duration: '={{ $json.duration }}' },
		items: [
			{ prompt: 'A', duration: 10 },
			{ prompt: 'B', duration: 5 },
			{ prompt: 'C', duration: 10 },
		],
	});
	const files = [0, 1, 2].map((item) => fileOf(outcome, item));
	expect(files.map(({ fileName }) => fileName)).toEqual(
		['A', 'B', 'C'].map((prompt) => `${prompt}-${bench.submissionOf(prompt).requestId}.mp4`),
	);
	expect(new Set(files.map(({ id }) => id)).size).toBe(3);
	expect(outcome.items(FAL_VIDEO).map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	for (const [index, file] of files.entries()) {
		const { durationSeconds } = readMp4(await bench.engine.binary(file));
		expect(durationSeconds).toBeCloseTo([10, 5, 10][index] ?? 0, 1);
	}
});

test('the file stands in the field that was named', async () => {
	const outcome = await bench.generate({
		parameters: { downloadVideo },
		options: { binaryPropertyName: 'clip_1' },
	});
	expect(Object.keys(outcome.items('Out')[0]?.binary ?? {})).toEqual(['clip_1']);
	expect(fileOf(outcome, 0, 'clip_1').mimeType).toBe('video/mp4');
});

test('without the switch, or without waiting, no file is fetched', async () => {
	await bench.generate();
	await bench.generate({ parameters: { downloadVideo, waitUntilComplete: false } });
	await bench.generate({ parameters: { downloadVideo, waitUntilComplete: '={{ false }}' } });
	expect(bench.fal.submissions).toHaveLength(3);
	expect(mediaEntries()).toEqual([]);
});

test('the key does not go to the host of the file', async () => {
	await bench.generate({ parameters: { downloadVideo } });
	expect(mediaEntries()).toHaveLength(1);
	expect(mediaEntries()[0]).toMatchObject({ kind: 'file', method: 'GET', query: {} });
	expect(mediaEntries()[0]?.headers).not.toHaveProperty('authorization');
	expect(JSON.stringify(mediaEntries())).not.toContain(KEY);
});

test('a file much larger than one piece of it arrives whole', async () => {
	bench.fal.options.fileBytes = 5_000_000;
	const outcome = await bench.generate({ parameters: { downloadVideo } });
	const content = await bench.engine.binary(fileOf(outcome));
	expect(content).toHaveLength(5_000_000);
	expect(readMp4(content)).toMatchObject({ width: 320, height: 180 });
});

describe('is fetched again, and handed on whole, a file that', () => {
	const broken: { what: string; fault: FaultOrder['fault'] }[] = [
		{ what: 'breaks off', fault: { type: 'truncate', bytes: 1000 } },
		{ what: 'breaks off at once', fault: { type: 'truncate', bytes: 0 } },
		{ what: 'is a page', fault: { type: 'html', status: 200 } },
		{ what: 'is empty', fault: { type: 'empty', status: 200 } },
		{ what: 'is not available', fault: { type: 'html', status: 503 } },
		{ what: 'is not there yet', fault: { type: 'empty', status: 404 } },
		{ what: 'is cut off', fault: { type: 'reset' } },
	];
	test.each(broken)('$what', async ({ fault }) => {
		const placed = bench.fal.order({ on: 'file', fault });
		const outcome = await bench.generate({ parameters: { downloadVideo } });
		const content = await bench.engine.binary(fileOf(outcome));
		expect(content.equals(videoFor(bench.submissionOf('A paper boat')))).toBe(true);
		expect(fileOf(outcome).bytes).toBe(content.length);
		expect(placed.used).toBe(1);
		expect(mediaEntries()).toHaveLength(2);
		expect(bench.fal.count('submit')).toBe(1);
	});
});

describe('a file that stays away', () => {
	test('is an error with its address and its request, after a few attempts', async () => {
		bench.fal.order({ on: 'file', times: Infinity, fault: { type: 'empty', status: 410 } });
		const outcome = await bench.generate({ parameters: { downloadVideo } });
		const url = `${bench.fal.mediaUrl}/files/${onlyId()}.mp4`;
		const error = outcome.error();
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '410',
			context: { itemIndex: 0, data: { request_id: onlyId(), video_url: url } },
		});
		expect(error?.message).toContain(onlyId());
		expect(error?.message).toContain('HTTP 410');
		expect(error?.description).toContain(url);
		expect(error?.description).toContain('without paying');
		expect(mediaEntries()).toHaveLength(4);
		expect(bench.fal.billed()).toBe(1);
	});

	test.each([
		[401, 'whose access rule forbids it needs a signed URL'],
		[403, 'whose access rule forbids it needs a signed URL'],
		[404, 'that an access rule hides needs a signed URL'],
	])('because it wants a signed URL (%s): the error says what to do', async (status, says) => {
		bench.fal.order({ on: 'file', times: Infinity, fault: { type: 'empty', status } });
		const outcome = await bench.generate({
			parameters: { downloadVideo },
			options: { maxWaitSeconds: 2 },
		});
		expect(outcome.error()?.message).toContain(`HTTP ${status}`);
		expect(outcome.error()?.description).toContain(says);
	});

	test('is an item on the error output, beside those that came', async () => {
		const fault = { type: 'empty', status: 410 } as const;
		bench.fal.order({ on: 'file', requestIndex: 0, times: Infinity, fault });
		const outcome = await bench.generate({
			parameters: { downloadVideo },
			items: [
				{ prompt: 'A', n: 0 },
				{ prompt: 'B', n: 1 },
			],
			node: { onError: 'continueErrorOutput' },
		});
		const lost = bench.fal.submissions[0];
		expect(jsonsOf(outcome, 'Errors')).toEqual([
			including({
				prompt: lost?.body.prompt,
				error: containing('could not be downloaded'),
				details: including({
					request_id: lost?.requestId,
					video_url: `${bench.fal.mediaUrl}/files/${lost?.requestId}.mp4`,
				}),
			}),
		]);
		expect(outcome.items('Out')).toHaveLength(1);
		expect(fileOf(outcome).fileName).toContain(bench.fal.submissions[1]?.requestId);
	});

	test.each([
		{ what: 'on no host', url: 'http://127.0.0.1:1/gone.mp4', says: 'refused' },
		{ what: 'in a local file', url: 'file:///etc/hostname', says: 'file:' },
	])('because it lies $what', async ({ url, says }) => {
		bench.fal.options.outcome = () => ({ status: 200, body: { video: { url } } });
		const outcome = await bench.generate({
			parameters: { downloadVideo },
			options: { maxWaitSeconds: 1 },
		});
		expect(outcome.error()).toMatchObject({
			message: containing(says),
			context: { data: { request_id: onlyId(), video_url: url } },
		});
	});
});

describe('the files of another model', () => {
	const parameters = { downloadVideo, model: 'custom', customModel: 'fal-ai/some-model' };

	test('all come, each in a field of its own, the video first', async () => {
		const { requestId } = await submit(bench.fal);
		await bench.fal.waitForState(requestId, 'COMPLETED');
		const video = { url: `${bench.fal.mediaUrl}/files/${requestId}.mp4` };
		const body = {
			images: [{ url: `data:image/png;base64,${Buffer.from('a picture').toString('base64')}` }],
			video,
			sound: { audio_url: `data:audio/mpeg;base64,${Buffer.from('a sound').toString('base64')}` },
			seed: 7,
		};
		bench.fal.options.outcome = () => ({ status: 200, body });
		const outcome = await bench.generate({ parameters });
		const [item] = outcome.items('Out');
		expect(item?.json).toMatchObject({ ...body, status: 'COMPLETED', model: 'fal-ai/some-model' });
		const { data, data_1, data_2, ...others } = item?.binary ?? {};
		expect(others).toEqual({});
		expect(data?.mimeType).toBe('video/mp4');
		expect(data_1).toMatchObject({ mimeType: 'image/png', fileExtension: 'png' });
		expect(data_2).toMatchObject({ mimeType: 'audio/mpeg' });
		const names = [data, data_1, data_2].map((file) => file?.fileName);
		expect(new Set(names).size).toBe(3);
	});

	test('a result without one is an item with a warning: it is paid for', async () => {
		bench.fal.options.outcome = () => ({ status: 200, body: { words: 'a poem' } });
		const outcome = await bench.generate({ parameters });
		expect(outcome.items('Out')).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({
					words: 'a poem',
					warning: 'There is no file in the result of this model',
					request_id: onlyId(),
				}) as unknown,
			}),
		]);
	});
});

describe('what a file calls itself', () => {
	/** The name and type of the file that the node makes of what fal says of a video. */
	async function downloaded(said: Record<string, string>): Promise<IBinaryData> {
		// A video that is there already, so that the result can say of it what the test wants.
		const { requestId } = await submit(bench.fal);
		await bench.fal.waitForState(requestId, 'COMPLETED');
		const url = `${bench.fal.mediaUrl}/files/${requestId}.mp4`;
		bench.fal.options.outcome = () => ({ status: 200, body: { video: { url, ...said } } });
		// With shots there is no one prompt that the file could be called after.
		const parameters = {
			downloadVideo,
			model: 'fal-ai/kling-video/v3/pro/text-to-video',
			promptSource: 'shots',
			shots: { shot: [{ prompt: 'A boat', seconds: 5 }] },
		};
		return fileOf(await bench.generate({ parameters }));
	}

	test.each([
		{ what: 'a path upwards', name: '../../etc/passwd', safe: /^passwd-[\w-]{36}\.mp4$/ },
		{ what: 'a path on Windows', name: '..\\..\\boot.ini', safe: /^boot-[\w-]{36}\.mp4$/ },
		{ what: 'a command', name: 'a b;c.mp4', safe: /^a_b_c-[\w-]{36}\.mp4$/ },
		{ what: 'a hidden file', name: '.htaccess', safe: /^htaccess-[\w-]{36}\.mp4$/ },
		{ what: 'a header', name: 'x\u0000\r\n".mp4', safe: /^x-[\w-]{36}\.mp4$/ },
		{ what: 'in another script', name: 'ボート.mp4', safe: /^video-[\w-]{36}\.mp4$/ },
		{ what: 'very long', name: `${'n'.repeat(500)}.mp4`, safe: /^n{1,100}-[\w-]{36}\.mp4$/ },
		{ what: 'empty', name: '', safe: /^video-[\w-]{36}\.mp4$/ },
	])('is made safe: $what', async ({ name, safe }) => {
		const { fileName } = await downloaded({ file_name: name });
		expect(fileName).toMatch(safe);
		expect(fileName).toContain(bench.fal.submissions[1]?.requestId);
	});

	test('is a video, even if fal says something else', async () => {
		expect(await downloaded({ content_type: 'text/html', file_name: 'page.html' })).toMatchObject({
			mimeType: 'video/mp4',
			fileType: 'video',
			fileExtension: 'mp4',
			fileName: matching(/\.mp4$/),
		});
	});

	test('is taken from fal where it says more than the host', async () => {
		expect(
			await downloaded({ content_type: 'video/webm; codecs=vp9', file_name: 'clip' }),
		).toMatchObject({ mimeType: 'video/webm', fileName: matching(/\.webm$/) });
	});
});
