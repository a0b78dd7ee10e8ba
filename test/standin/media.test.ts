import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { sendRaw } from '../../harness/standin/http';
import { isJsonObject } from '../../harness/standin/json';
import { readMp4 } from '../../harness/standin/mp4';
import { AUTHORIZED, jsonOf, submit } from './test-requests';

const FOLDER = join(__dirname, '..', '..', 'harness', 'standin', 'videos');

const SHAPES = {
	'16x9': { width: 320, height: 180 },
	'9x16': { width: 180, height: 320 },
	'1x1': { width: 240, height: 240 },
};

describe('the videos', () => {
	const names = Object.keys(SHAPES).flatMap((shape) =>
		Array.from({ length: 13 }, (_, index) => `${shape}-${index + 3}s.mp4`),
	);

	it('are there for every length and shape, and no others', () => {
		const files = readdirSync(FOLDER).filter((name) => name.endsWith('.mp4'));
		expect(files.sort()).toEqual(names.sort());
	});

	it.each(Object.entries(SHAPES))('of %s are H.264 of their length', (shape, size) => {
		for (let seconds = 3; seconds <= 15; seconds++) {
			const facts = readMp4(readFileSync(join(FOLDER, `${shape}-${seconds}s.mp4`)));
			expect(facts).toEqual({ ...size, durationSeconds: seconds, videoCodec: 'avc1' });
		}
	});

	it('begin with what a player needs first', () => {
		const file = readFileSync(join(FOLDER, '16x9-5s.mp4'));
		expect(file.indexOf('moov')).toBeLessThan(file.indexOf('mdat'));
	});
});

describe('the media host', () => {
	let fal: FalStandIn;

	beforeAll(async () => {
		fal = await FalStandIn.start({ durationMs: 0 });
	});
	afterAll(async () => await fal.close());
	afterEach(() => fal.reset());

	it('fills a file up to the size that is set, so that it still plays', async () => {
		fal.options.fileBytes = 3_000_000;
		const { requestId } = await submit(fal);
		await fal.waitForState(requestId, 'COMPLETED');
		const { headers, body } = await sendRaw('GET', `${fal.mediaUrl}/files/${requestId}.mp4`);

		expect(headers['content-length']).toBe('3000000');
		expect(body).toHaveLength(3_000_000);
		expect(readMp4(body)).toMatchObject({ durationSeconds: 5, width: 320 });
	});

	it('sends a file larger than memory, and sees a reader leave', async () => {
		fal.options.fileBytes = 20_000_000_000;
		const { requestId } = await submit(fal);
		await fal.waitForState(requestId, 'COMPLETED');
		const leave = new AbortController();
		const reply = await fetch(`${fal.mediaUrl}/files/${requestId}.mp4`, { signal: leave.signal });
		expect(reply.headers.get('content-length')).toBe('20000000000');
		const reader = reply.body?.getReader();
		expect((await reader?.read())?.value?.length).toBeGreaterThan(0);

		const entry = await fal.waitFor(({ kind }) => kind === 'file');
		expect(entry.abandoned).toBeUndefined();
		leave.abort();
		await fal.waitUntil(() => entry.abandoned === true);
	});

	it.each([
		{ size: 3, named: 3 },
		{ size: -7, named: -7 },
		{ size: 'zero', named: NaN },
		{ size: 'missing', named: NaN },
	] as const)('names a size that is $size', async ({ size, named }) => {
		fal.options.file = { size };
		const { requestId, resultUrl } = await submit(fal);
		await fal.waitForState(requestId, 'COMPLETED');
		const { video } = jsonOf(await sendRaw('GET', resultUrl, { headers: AUTHORIZED }));
		const file = await sendRaw('GET', `${fal.mediaUrl}/files/${requestId}.mp4`);
		const { file_size: fileSize } = isJsonObject(video) ? video : {};
		if (size === 'missing') expect(fileSize).toBeUndefined();
		else expect(fileSize).toBe(size === 'zero' ? 0 : file.body.length + named);
	});

	it('sends a file with 206, packed, of another type, as something else, or late', async () => {
		const { requestId } = await submit(fal);
		await fal.waitForState(requestId, 'COMPLETED');
		const url = `${fal.mediaUrl}/files/${requestId}.mp4`;
		const whole = (await sendRaw('GET', url)).body;
		fal.options.file = { transfer: 'partial' };
		expect(await sendRaw('GET', url)).toMatchObject({ status: 206, body: whole });
		fal.options.file = { transfer: 'gzip' };
		const packed = await sendRaw('GET', url);
		expect(packed.headers['content-encoding']).toBe('gzip');
		expect(Number(packed.headers['content-length'])).not.toBe(whole.length);
		expect(gunzipSync(packed.body)).toEqual(whole);
		fal.options.file = { contentType: 'video/quicktime' };
		expect((await sendRaw('GET', url)).headers['content-type']).toBe('video/quicktime');
		fal.options.file = { instead: 'page' };
		expect((await sendRaw('GET', url)).headers['content-type']).toBe('text/html');
		fal.options.file = { instead: 'picture' };
		expect((await sendRaw('GET', url)).headers['content-type']).toBe('image/png');
		fal.options.file = { lateMs: 60_000 };
		expect((await sendRaw('GET', url)).status).toBe(404);
	});

	it('is not asked when the result holds the file', async () => {
		fal.options.file = { inline: true };
		const { requestId, resultUrl } = await submit(fal);
		await fal.waitForState(requestId, 'COMPLETED');
		const { video } = jsonOf(await sendRaw('GET', resultUrl, { headers: AUTHORIZED }));
		const uri = isJsonObject(video) && typeof video.url === 'string' ? video.url : '';
		const [head, content = ''] = uri.split(',');
		expect(head).toBe('data:video/mp4;base64');
		expect(readMp4(Buffer.from(content, 'base64'))).toMatchObject({ durationSeconds: 5 });
	});

	it('has no file of a request that is not finished, has failed, or is unknown', async () => {
		const failed = await submit(fal, { prompt: '[blocked]' });
		const running = await submit(fal, { prompt: '[stuck]' });
		await fal.waitForState(failed.requestId, 'COMPLETED');
		for (const id of [failed.requestId, running.requestId, 'unknown']) {
			expect((await sendRaw('GET', `${fal.mediaUrl}/files/${id}.mp4`)).status).toBe(404);
		}
	});
});

it('does not take for an MP4 what is none', () => {
	const file = readFileSync(join(FOLDER, '1x1-3s.mp4'));
	expect(() => readMp4(Buffer.from('<html><body>502</body></html>'))).toThrow();
	expect(() => readMp4(Buffer.alloc(0))).toThrow('Not an MP4');
	expect(() => readMp4(file.subarray(0, file.length - 1))).toThrow('cut short');
});
