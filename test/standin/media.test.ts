import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { sendRaw } from '../../harness/standin/http';
import { readMp4 } from '../../harness/standin/mp4';
import { submit } from './test-requests';

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
