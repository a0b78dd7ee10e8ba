import type { IBinaryKeyData, INodeParameters } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FalEngine, jsonsOf } from '../../harness/engine/fal-engine';
import { type NodeOptions, workflowOf } from '../../harness/engine/workflow';
import endpoints from '../fixtures/kling-endpoints.json';
import { containing, matching } from '../matchers';

const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/image-to-video';
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A file that begins as a PNG does, told from others by its filling. */
const png = (bytes: number, filling = 'a') =>
	Buffer.concat([PNG, Buffer.alloc(bytes - 8, filling)]);

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const binaryDir = mkdtempSync(join(tmpdir(), 'from-image-'));
mkdirSync(join(binaryDir, 'pictures'));

const bench = new FalEngine(
	{},
	(fal) => ({
		gateway: { platformUrl: 'https://api.fal.ai/v1' },
		mirror: { uploadUrl: 'https://rest.fal.ai' },
		restricted: {
			allowedHttpRequestDomains: 'domains',
			allowedDomains: '127.0.0.1',
			uploadUrl: fal.url.replace('127.0.0.1', 'localhost'),
		},
	}),
	{ clockSpeed: 5, binaryDir },
);

beforeAll(async () => await bench.open());
beforeEach(() => bench.fal.reset());
afterAll(async () => {
	await bench.close();
	rmSync(binaryDir, { recursive: true });
});

let stored = 0;

/** A file as n8n hands it on: in its store, from which it is streamed, or within the item. */
function file(bytes: Buffer, mimeType = 'image/png', inItem = false): IBinaryKeyData[string] {
	if (inItem) return { data: bytes.toString('base64'), mimeType, fileName: 'a photo.png' };
	const path = `pictures/${++stored}`;
	writeFileSync(join(binaryDir, path), bytes);
	return { data: 'filesystem-v2', id: `filesystem-v2:${path}`, mimeType, fileName: 'a photo.png' };
}

interface Given {
	parameters?: INodeParameters;
	options?: INodeParameters;
	binaries?: IBinaryKeyData[];
	node?: Partial<NodeOptions>;
	credential?: string;
	operation?: string;
}

function start({
	parameters,
	options,
	binaries = [{ data: file(png(1000)) }],
	node,
	credential,
	operation = 'generateFromImage',
}: Given = {}) {
	const workflow = workflowOf(
		{
			resource: 'video',
			operation,
			model: MODEL,
			prompt: 'It sails',
			...parameters,
			options: { pollIntervalSeconds: 0.5, ...options },
		},
		{
			...(credential ? { credentials: { falVideoApi: { id: credential, name: 'fal' } } } : {}),
			...node,
		},
	);
	const input = binaries.map((binary, n) => ({ json: { n }, binary }));
	return bench.engine.run({ workflow, input });
}

const run = async (given?: Given) => await start(given).finished;

const onlyBody = () => {
	expect(bench.fal.submissions).toHaveLength(1);
	return bench.fal.submissions[0]?.body ?? {};
};

const uploads = () => bench.fal.log.filter(({ kind }) => kind === 'upload');

type Facts = Record<string, { required?: boolean; type: string; default?: unknown }>;

const models = Object.entries(endpoints as Record<string, Facts>).filter(([id]) =>
	id.endsWith('/image-to-video'),
);

test.each(models)(
	'%s is sent its picture and its last frame where it has them',
	async (model, facts) => {
		const outcome = await run({
			parameters: {
				model,
				imageSource: 'url',
				imageUrl: 'https://example.com/a.jpg',
				endImageSource: 'url',
				endImageUrl: 'https://example.com/z.jpg',
			},
		});
		expect(outcome.error()).toBeUndefined();
		expect(jsonsOf(outcome)).toMatchObject([{ model, status: 'COMPLETED' }]);
		const body = onlyBody();
		const [picture] = Object.keys(facts).filter((name) => /^(start_)?image_url$/.test(name));
		const [end] = Object.keys(facts).filter((name) => /^(tail|end)_image_url$/.test(name));
		expect(body).toMatchObject({
			prompt: 'It sails',
			[picture ?? '']: 'https://example.com/a.jpg',
		});
		expect(end ? body[end] : undefined).toBe(end ? 'https://example.com/z.jpg' : undefined);
		for (const [name, value] of Object.entries(body)) {
			expect(Object.keys(facts)).toContain(name);
			const { default: usual, required, type } = facts[name] ?? { type: '' };
			if (!required && type !== 'url' && name !== 'prompt')
				expect([name, value]).toEqual([name, usual]);
		}
		expect(Object.keys(body).filter((name) => name.includes('image'))).toHaveLength(end ? 2 : 1);
	},
);

describe('a file at fal', () => {
	test('of 1 kB stands in the body', async () => {
		const bytes = png(1000);
		await run({ binaries: [{ data: file(bytes) }] });
		expect(onlyBody().image_url).toBe(`data:image/png;base64,${bytes.toString('base64')}`);
		expect(uploads()).toEqual([]);
	});

	test.each([
		{ megabytes: 5, inItem: false },
		{ megabytes: 5, inItem: true },
		{ megabytes: 60, inItem: false },
	])(
		'of $megabytes MB is uploaded, without the key (in the item: $inItem)',
		async ({ megabytes, inItem }) => {
			const bytes = png(megabytes * 1_000_000);
			const outcome = await run({ binaries: [{ data: file(bytes, 'image/png', inItem) }] });
			expect(outcome.error()).toBeUndefined();
			const [initiate] = bench.fal.log.filter(({ kind }) => kind === 'initiate');
			expect(initiate).toMatchObject({
				query: { storage_type: 'fal-cdn-v3' },
				body: { content_type: 'image/png', file_name: 'a_photo.png' },
				headers: { authorization: 'Key stand-in-key' },
			});
			expect(uploads()).toMatchObject([
				{
					picture: { bytes: bytes.length, sha256: sha256(bytes) },
					headers: { 'content-type': 'image/png', 'content-length': String(bytes.length) },
				},
			]);
			expect(uploads()[0]?.headers).not.toHaveProperty('authorization');
			expect(onlyBody().image_url).toBe(`${bench.fal.mediaUrl}${uploads()[0]?.path}`);
			expect(bench.fal.billed()).toBe(1);
		},
	);

	test('that items share is uploaded once; each is a video', async () => {
		const bytes = png(100_000);
		await run({
			binaries: [{ data: file(bytes) }, { data: file(bytes) }, { data: file(png(50_000)) }],
		});
		expect(uploads()).toHaveLength(2);
		expect(bench.fal.billed()).toBe(3);
	});

	test('begins a video and another one ends it', async () => {
		const binary = { data: file(png(20_000, 'a')), last: file(png(20_000, 'z')) };
		await run({
			parameters: { endImageSource: 'binary', endImageBinaryField: 'last' },
			binaries: [binary],
		});
		const { image_url: first, tail_image_url: last } = onlyBody();
		expect(uploads().map(({ path }) => `${bench.fal.mediaUrl}${path}`)).toEqual([first, last]);
	});

	test.each(['initiate', 'upload'] as const)('is uploaded anew after a broken %s', async (on) => {
		bench.fal.order({ on, times: 1, fault: { type: 'reset' } });
		bench.fal.order({ on, times: 1, fault: { type: 'http', status: 503 } });
		const outcome = await run({ binaries: [{ data: file(png(100_000)) }] });
		expect(outcome.error()).toBeUndefined();
		expect(bench.fal.count(on)).toBe(3);
		expect(bench.fal.billed()).toBe(1);
	});

	test('that cannot be uploaded is not submitted', async () => {
		bench.fal.order({ on: 'upload', times: Infinity, fault: { type: 'http', status: 500 } });
		const outcome = await run({ binaries: [{ data: file(png(100_000)) }] });
		expect(outcome.error()?.message).toContain('could not be uploaded to fal');
		expect(outcome.error()?.description).toContain('nothing is billed');
		expect(bench.fal.submissions).toEqual([]);
	});

	test('is neither uploaded nor paid again by Retry On Fail', async () => {
		// The node fails while its request goes on.
		await run({
			binaries: [{ data: file(png(100_000)) }],
			parameters: { prompt: 'It sails [stuck]' },
			options: { maxWaitSeconds: 1 },
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
		});
		expect(uploads()).toHaveLength(1);
		expect(bench.fal.submissions).toHaveLength(1);
	});

	test('is uploaded once where the request was refused and is sent again', async () => {
		bench.fal.options.outcome = (_, index) =>
			index === 0
				? { status: 500, body: { detail: 'Downstream' }, headers: { 'x-fal-retryable': 'true' } }
				: undefined;
		const outcome = await run({
			binaries: [{ data: file(png(100_000)) }],
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
		});
		expect(outcome.error()).toBeUndefined();
		expect(uploads()).toHaveLength(1);
		expect(bench.fal.submissions).toHaveLength(2);
		expect(bench.fal.billed()).toBe(1);
	});

	test('does not reach a host that the credential does not allow, which is named', async () => {
		const outcome = await run({
			binaries: [{ data: file(png(100_000)) }],
			credential: 'restricted',
		});
		expect(outcome.error()?.message).toMatch(/could not be uploaded to localhost:\d+/);
		expect(bench.fal.log).toEqual([]);
	});
});

describe('a file at a gateway', () => {
	test.each([0.001, 5])(
		'of %d MB stands in the body, and the key goes nowhere else',
		async (megabytes) => {
			const bytes = png(megabytes * 1_000_000);
			const outcome = await run({ binaries: [{ data: file(bytes) }], credential: 'gateway' });
			expect(outcome.error()).toBeUndefined();
			expect(onlyBody().image_url).toBe(`data:image/png;base64,${bytes.toString('base64')}`);
			expect(bench.fal.count('initiate')).toBe(0);
		},
	);

	test('of a mirror that has no storage of its own goes along, too', async () => {
		const outcome = await run({ binaries: [{ data: file(png(100_000)) }], credential: 'mirror' });
		expect(outcome.error()).toBeUndefined();
		expect(onlyBody().image_url).toEqual(containing('data:image/png;base64,'));
		expect(bench.fal.count('initiate')).toBe(0);
	});

	test('of 60 MB is refused before anything is sent', async () => {
		const outcome = await run({
			binaries: [{ data: file(png(60_000_000)) }],
			credential: 'gateway',
		});
		expect(outcome.error()?.message).toContain('has 60 MB; at 127.0.0.1');
		expect(outcome.error()?.message).toContain('give that as Image URL');
		expect(bench.fal.log).toEqual([]);
	});
});

const jpg = Buffer.from('\xff\xd8\xff\xe0aaaaaaaaaaaaaaaa', 'latin1');

test.each([
	['a JPEG that is called something else', jpg, 'application/octet-stream', 'image/jpeg'],
	['a WebP', Buffer.from('RIFFxxxxWEBPVP8 aaaa'), 'image/webp', 'image/webp'],
	['a GIF', Buffer.from('GIF89aaaaaaaaaaaaaaa'), 'image/gif', 'image/gif'],
	['an AVIF', Buffer.from('\0\0\0\x1cftypavifaaaaaaaa'), 'image/avif', 'image/avif'],
])('%s is known by its content', async (_, bytes, mimeType, type) => {
	await run({ binaries: [{ data: file(bytes, mimeType) }] });
	expect(onlyBody().image_url).toEqual(containing(`data:${type};base64,`));
});

describe('what cannot be sent is refused before anything is', () => {
	test.each<{ what: string; given: Given; says: string }>([
		{
			what: 'a field that is not there',
			given: { binaries: [{ Your_Photo: file(jpg), other: file(jpg) }] },
			says: 'Image Field is "data"; it must be the field of the item that holds the image file, and the item\'s files are in: "Your_Photo", "other"',
		},
		{ what: 'an item without files', given: { binaries: [{}] }, says: 'and the item has no files' },
		{
			what: 'a PDF',
			given: { binaries: [{ data: file(Buffer.from('%PDF-1.7 aaaaaaa'), 'application/pdf') }] },
			says: 'Image Field "data" is a file of the type application/pdf; it must be an image: jpg, png, webp, gif or avif',
		},
		{
			what: 'an empty file',
			given: { binaries: [{ data: file(Buffer.alloc(0)) }] },
			says: 'is an empty file',
		},
		{
			what: 'a file of more than 90 MB',
			given: { binaries: [{ data: file(png(90_000_001)) }] },
			says: 'is larger than 90 MB',
		},
		{
			what: 'an address that is none',
			given: { parameters: { imageSource: 'url', imageUrl: 'photo.jpg' } },
			says: 'Image URL is "photo.jpg"; it must be an address such as "https://',
		},
		{
			what: 'no address',
			given: { parameters: { imageSource: 'url' } },
			says: 'Image URL is ""; it must be an address',
		},
		{
			what: 'an end that is no image',
			given: { parameters: { endImageSource: 'url', endImageUrl: 'ftp://x/y' } },
			says: 'End Image URL is "ftp://x/y"',
		},
		{
			what: 'a text model',
			given: { parameters: { model: '={{ "kling/v4/text-to-video" }}' } },
			says: 'which makes video from text alone',
		},
	])('$what', async ({ given, says }) => {
		const outcome = await run(given);
		expect(outcome.error()).toMatchObject({ message: containing(says) });
		expect(bench.fal.log).toEqual([]);
	});
});

test('an empty field name is the only file of the item, and a Drive link an address', async () => {
	const bytes = png(500);
	await run({ parameters: { imageBinaryField: '' }, binaries: [{ Your_Photo: file(bytes) }] });
	expect(onlyBody().image_url).toBe(`data:image/png;base64,${bytes.toString('base64')}`);
	bench.fal.reset();
	const link = 'https://drive.google.com/uc?id=1a&export=download';
	await run({ parameters: { imageSource: 'url', imageUrl: link } });
	expect(onlyBody().image_url).toBe(link);
});

test('another endpoint gets it as image_url', async () => {
	bench.fal.options.outcome = () => ({ status: 200, body: { video: { url: 'http://x/1' } } });
	await run({
		parameters: {
			model: 'custom',
			customModel: 'fal-ai/some-model/image-to-video',
			imageSource: 'url',
			imageUrl: 'https://example.com/a.jpg',
		},
	});
	expect(onlyBody()).toEqual({ prompt: 'It sails', image_url: 'https://example.com/a.jpg' });
});

test('Generate and Suspend sends it, too', async () => {
	bench.fal.options.durationMs = Infinity;
	bench.fal.options.submitMs = 150;
	const outcome = await run({
		operation: 'generateAndSuspend',
		parameters: { source: 'image', options: {} },
		binaries: [{ data: file(png(100_000)) }],
	});
	expect(outcome.status).toBe('waiting');
	expect(uploads()).toHaveLength(1);
	expect(onlyBody()).toMatchObject({ prompt: 'It sails', image_url: matching(/\/uploads\//) });
	expect(bench.fal.submissions[0]?.endpoint).toBe(MODEL);
});
