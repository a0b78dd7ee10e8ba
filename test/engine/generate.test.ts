import { createServer, request as openRequest } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anyOf, matching } from '../matchers';
import type { JsonObject } from '../../harness/standin/json';
import { postVideo } from '../standin/test-requests';
import { jsonsOf, KEY } from '../../harness/engine/fal-engine';
import { FAL_VIDEO } from '../../harness/engine/workflow';
import { useFalEngine } from './use-fal-engine';

const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const MODEL_V26 = 'fal-ai/kling-video/v2.6/pro/text-to-video';
const MODEL_V3 = 'fal-ai/kling-video/v3/standard/text-to-video';

/** What the fields send when only the prompt is filled in. */
const DEFAULTS = {
	duration: '5',
	aspect_ratio: '16:9',
	negative_prompt: 'blur, distort, and low quality',
	cfg_scale: 0.5,
};

let gateway: Gateway;

beforeAll(async () => {
	gateway = await Gateway.start();
});
const bench = useFalEngine(
	{},
	{
		clockSpeed: 5,
		credentials: (fal) => {
			gateway.upstream = fal.url;
			return { slash: { baseUrl: `${fal.url}/` }, gateway: { baseUrl: gateway.url } };
		},
	},
);
afterAll(() => gateway.close());

/** The body of the only request that fal accepted. */
function onlyBody(): JsonObject {
	expect(bench.fal.submissions).toHaveLength(1);
	return bench.fal.submissions[0]?.body ?? {};
}

function submitEntry() {
	return bench.fal.log.find(({ kind }) => kind === 'submit');
}

describe('what is sent', () => {
	test('of a node with nothing but a prompt: fal’s own defaults, and no header besides the key', async () => {
		await bench.generate({ parameters: { prompt: 'A paper boat' } });

		const entry = submitEntry();
		expect(entry).toMatchObject({ method: 'POST', path: `/${MODEL}`, query: {} });
		expect(entry?.body).toEqual({ prompt: 'A paper boat', ...DEFAULTS });
		expect(entry?.headers).toMatchObject({
			accept: 'application/json',
			authorization: `Key ${KEY}`,
			'content-type': 'application/json',
		});
		const ofTheConnection = [
			'accept-encoding',
			'connection',
			'content-length',
			'host',
			'user-agent',
		];
		expect(Object.keys(entry?.headers ?? {}).sort()).toEqual(
			['accept', 'authorization', 'content-type', ...ofTheConnection].sort(),
		);
	});

	test('of each field stands under fal’s name and has fal’s type', async () => {
		await bench.generate({
			parameters: {
				prompt: 'A lighthouse',
				duration: '10',
				aspectRatio: '9:16',
				negativePrompt: 'text',
				cfgScale: 0.7,
			},
		});
		expect(onlyBody()).toEqual({
			prompt: 'A lighthouse',
			duration: '10',
			aspect_ratio: '9:16',
			negative_prompt: 'text',
			cfg_scale: 0.7,
		});
	});

	test.each([
		{ what: 'numbers', items: [{ prompt: 'A', duration: 10, scale: 0.7 }] },
		{ what: 'texts', items: [{ prompt: 'A', duration: '10', scale: '0.7' }] },
		{ what: 'texts with spaces', items: [{ prompt: 'A', duration: ' 10 ', scale: ' 0.70 ' }] },
	])('is the same for $what', async ({ items }) => {
		await bench.generate({
			parameters: { duration: '={{ $json.duration }}', cfgScale: '={{ $json.scale }}' },
			items,
		});
		expect(onlyBody()).toEqual({ prompt: 'A', ...DEFAULTS, duration: '10', cfg_scale: 0.7 });
	});

	test.each([0, 1])('may be a CFG scale of %d', async (scale) => {
		await bench.generate({ parameters: { cfgScale: scale } });
		expect(onlyBody()).toMatchObject({ cfg_scale: scale });
	});

	test('has no negative prompt where an expression gives none', async () => {
		await bench.generate({ parameters: { negativePrompt: '={{ $json.none }}' } });
		expect(onlyBody()).not.toHaveProperty('negative_prompt');
	});

	test('may be a prompt of 2,500 characters, each emoji one', async () => {
		const prompt = '🚤'.repeat(2500);
		const outcome = await bench.generate({ items: [{ prompt }] });
		expect(outcome.error()).toBeUndefined();
		expect(onlyBody().prompt).toBe(prompt);
	});

	test('to Kling 3 is every length it has; of the sound nothing, where it is the model’s default', async () => {
		await bench.generate({ parameters: { model: MODEL_V3, duration: '7' } });
		expect(submitEntry()?.path).toBe(`/${MODEL_V3}`);
		expect(onlyBody()).toEqual({
			prompt: 'A paper boat',
			...DEFAULTS,
			duration: '7',
		});
	});

	test.each([
		{ generateAudio: 'off', sent: false },
		{ generateAudio: 'on', sent: true },
		// As workflows have it that were saved when it was a switch.
		{ generateAudio: false, sent: false },
		{ generateAudio: true, sent: true },
		{ generateAudio: 'default', sent: undefined },
	])('to Kling 2.6 is sound as it is said: $generateAudio', async ({ generateAudio, sent }) => {
		await bench.generate({ parameters: { model: MODEL_V26, generateAudio } });
		expect(onlyBody().generate_audio).toBe(sent);
	});

	test('follows the model that an expression gives, item by item', async () => {
		await bench.generate({
			parameters: { model: '={{ $json.model }}', duration: '={{ $json.duration }}' },
			items: [
				{ prompt: 'A', model: MODEL, duration: 5 },
				{ prompt: 'B', model: MODEL_V3, duration: 15 },
			],
		});
		expect(bench.submissionOf('A')).toMatchObject({ endpoint: MODEL });
		expect(bench.submissionOf('A').body).toEqual({ prompt: 'A', ...DEFAULTS });
		expect(bench.submissionOf('B')).toMatchObject({
			endpoint: MODEL_V3,
			body: { prompt: 'B', duration: '15' },
		});
	});

	test('has Extra Model Inputs beside the fields, as text or as an object', async () => {
		await bench.generate({
			options: { extraInput: '={{ $json.extra }}' },
			items: [
				{ prompt: 'A', extra: '{"seed": 7}' },
				{ prompt: 'B', extra: { seed: 8, camera: { zoom: 1 } } },
				{ prompt: 'C' },
			],
		});
		expect(bench.submissionOf('A').body).toEqual({ prompt: 'A', ...DEFAULTS, seed: 7 });
		expect(bench.submissionOf('B').body).toEqual({
			prompt: 'B',
			...DEFAULTS,
			seed: 8,
			camera: { zoom: 1 },
		});
		expect(bench.submissionOf('C').body).toEqual({ prompt: 'C', ...DEFAULTS });
	});

	test('to Kling 3 may be several prompts in place of one', async () => {
		const shots = [
			{ prompt: 'A boat', duration: '5' },
			{ prompt: 'A lighthouse', duration: '3' },
		];
		const outcome = await bench.generate({
			parameters: { model: MODEL_V3, prompt: '={{ $json.none }}' },
			options: { extraInput: JSON.stringify({ multi_prompt: shots }) },
		});
		expect(outcome.error()).toBeUndefined();
		expect(onlyBody()).toMatchObject({ multi_prompt: shots, duration: '8' });
		expect(onlyBody()).not.toHaveProperty('prompt');
	});

	test.each(['custom', '={{ "custom" }}'])(
		'to another endpoint (%s) is the prompt and Extra Model Inputs alone',
		async (model) => {
			bench.fal.options.outcome = () => ({
				status: 200,
				body: { images: [{ url: 'http://x/1' }] },
			});
			const outcome = await bench.generate({
				parameters: { model, customModel: 'fal-ai/some-model/fast' },
				options: { extraInput: '{"seed": 7}' },
			});
			expect(submitEntry()?.path).toBe('/fal-ai/some-model/fast');
			expect(onlyBody()).toEqual({ prompt: 'A paper boat', seed: 7 });
			expect(jsonsOf(outcome)).toEqual([
				{
					prompt: 'A paper boat',
					request_id: bench.fal.submissions[0]?.requestId,
					model: 'fal-ai/some-model/fast',
					status: 'COMPLETED',
					metrics: { inference_time: anyOf(Number) },
					cost: { billable_units: 5 },
					images: [{ url: 'http://x/1' }],
				},
			]);
		},
	);

	test('has a name that every JavaScript object knows as an input like any other', async () => {
		await bench.generate({ options: { extraInput: '{"valueOf": "a", "toString": 7}' } });
		expect(onlyBody()).toMatchObject({ prompt: 'A paper boat', valueOf: 'a', toString: 7 });
	});

	test.each([
		{ model: ` ${MODEL_V3}\n`, path: `/${MODEL_V3}` },
		{ model: '={{ " custom " }}', path: '/fal-ai/some-model/fast' },
	])('goes to the model, whatever blanks are around its name: $path', async ({ model, path }) => {
		bench.fal.options.outcome = () => ({ status: 200 });
		const outcome = await bench.generate({
			parameters: { model, customModel: ' fal-ai/some-model/fast\n' },
		});
		expect(outcome.error()).toBeUndefined();
		expect(submitEntry()?.path).toBe(path);
	});

	test('is the priority and the start time-out, as headers', async () => {
		await bench.generate({ options: { priority: 'low', startTimeoutSeconds: 60 } });
		expect(submitEntry()?.headers).toMatchObject({
			'x-fal-queue-priority': 'low',
			'x-fal-request-timeout': '60',
		});
		expect(submitEntry()?.query).toEqual({});
	});
});

describe('a finished video', () => {
	test('is an item with the request, the model, the video and how long it took', async () => {
		bench.fal.options.outcome = () => ({
			status: 200,
			body: {
				video: { url: 'http://x/1.mp4', content_type: 'video/mp4', file_name: 'output.mp4' },
				seed: 7,
				status: 'something of the model’s own',
				request_id: 'not this one',
			},
		});
		const outcome = await bench.generate();
		expect(outcome.status).toBe('success');
		expect(outcome.items('Out')).toEqual([
			{
				json: {
					prompt: 'A paper boat',
					request_id: bench.fal.submissions[0]?.requestId,
					model: MODEL,
					status: 'COMPLETED',
					video: { url: 'http://x/1.mp4', content_type: 'video/mp4', file_name: 'output.mp4' },
					metrics: { inference_time: anyOf(Number) },
					cost: { estimate: 0.35, currency: 'USD', billable_units: 5 },
					seed: 7,
				},
				pairedItem: { item: 0 },
			},
		]);
		// A table shows them in this order.
		expect(Object.keys(jsonsOf(outcome)[0] ?? {}).slice(0, 3)).toEqual([
			'video',
			'prompt',
			'status',
		]);
	});

	test('is linked to its input and in its place, whichever was finished first', async () => {
		// The first is not finished for a while yet, the others are.
		const fault = { type: 'status-word', status: 'IN_PROGRESS' } as const;
		bench.fal.order({ on: 'status', requestIndex: 0, times: 2, fault });
		const prompts = ['A', 'B', 'C'];
		const outcome = await bench.generate({ items: prompts.map((prompt) => ({ prompt })) });

		const ids = prompts.map((prompt) => bench.submissionOf(prompt).requestId);
		const finished = bench.fal.log.flatMap(({ kind, requestId }) =>
			kind === 'result' ? [requestId] : [],
		);
		expect(finished.at(-1)).toBe(bench.fal.submissions[0]?.requestId);
		expect(new Set(finished)).toEqual(new Set(ids));
		expect(
			outcome.items(FAL_VIDEO).map(({ json, pairedItem }) => [json.request_id, pairedItem]),
		).toEqual(ids.map((id, item) => [id, { item }]));
	});

	test('is asked for until it is there, at the interval that was set', async () => {
		const fault = { type: 'status-word', status: 'IN_PROGRESS' } as const;
		bench.fal.order({ on: 'status', times: 2, fault });
		await bench.generate();
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual([
			'submit',
			'status',
			'status',
			'status',
			'result',
		]);
	});

	test('is asked for more often with a shorter interval, item by item', async () => {
		const run = bench.start({
			options: { pollIntervalSeconds: '={{ $json.seconds }}' },
			items: [
				{ prompt: 'often [stuck]', seconds: '0.5' },
				{ prompt: 'seldom [stuck]', seconds: 2 },
			],
		});
		await bench.fal.waitForState(1, 'IN_QUEUE');
		const asked = (prompt: string) => {
			const { requestId } = bench.submissionOf(prompt);
			return bench.fal.log.filter(
				(entry) => entry.kind === 'status' && entry.requestId === requestId,
			).length;
		};
		await bench.fal.waitUntil(() => asked('seldom [stuck]') > 0);
		const often = asked('often [stuck]');
		run.stop();
		await run.finished;
		expect(often).toBeGreaterThanOrEqual(2);
	});
});

describe('several items', () => {
	test('are all submitted before the first is finished', async () => {
		// Nothing is begun, however long it takes, until all are there.
		bench.fal.options.capacity = 0;
		const items = Array.from({ length: 10 }, (_, index) => ({ prompt: `Boat ${index}` }));
		const run = bench.start({ items });
		await bench.fal.waitUntil(() => bench.fal.submissions.length === 10);
		bench.fal.options.capacity = Infinity;
		// The queue looks at its capacity when something happens.
		await postVideo(bench.fal);

		const outcome = await run.finished;
		expect(outcome.status).toBe('success');
		expect(outcome.items('Out').map(({ json }) => json.request_id)).toEqual(
			items.map(({ prompt }) => bench.submissionOf(prompt).requestId),
		);
		expect(outcome.items(FAL_VIDEO).map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_, item) => ({ item })),
		);
		expect(bench.fal.billed()).toBe(11);
	});

	test('are one request with Execute Once', async () => {
		const outcome = await bench.generate({
			items: [{ prompt: 'A' }, { prompt: 'B' }, { prompt: 'C' }],
			node: { executeOnce: true },
		});
		expect(bench.fal.submissions.map(({ body }) => body.prompt)).toEqual(['A']);
		expect(outcome.items('Out')).toHaveLength(1);
	});
});

describe('without waiting', () => {
	test('the item is fal’s reply to the POST, and the model', async () => {
		const outcome = await bench.generate({ parameters: { waitUntilComplete: false } });
		const { requestId } = bench.submissionOf('A paper boat');
		const url = `${bench.fal.url}/fal-ai/kling-video/requests/${requestId}`;
		expect(outcome.items('Out')).toEqual([
			{
				json: {
					status: 'IN_QUEUE',
					request_id: requestId,
					response_url: url,
					status_url: `${url}/status`,
					cancel_url: `${url}/cancel`,
					queue_position: 0,
					metrics: {},
					model: MODEL,
					cost: { estimate: 0.35, currency: 'USD' },
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit']);
	});

	test.each([false, '={{ false }}', '={{ "false" }}'])(
		'(%s) fal is told where to call back',
		async (wait) => {
			const webhookUrl = 'http://127.0.0.1:1/back?a=1&b=ü';
			await bench.generate({ parameters: { waitUntilComplete: wait }, options: { webhookUrl } });
			expect(submitEntry()?.query).toEqual({ fal_webhook: webhookUrl });
		},
	);

	test.each([true, '={{ true }}'])(
		'is a matter for the callback; while waiting (%s) none is asked for',
		async (wait) => {
			await bench.generate({
				parameters: { waitUntilComplete: wait },
				options: { webhookUrl: 'http://127.0.0.1:1/back' },
			});
			expect(submitEntry()?.query).toEqual({});
		},
	);
});

describe('through a gateway', () => {
	test('whose replies name fal’s own host, everything goes to the credential’s', async () => {
		bench.fal.options.publicUrl = 'https://queue.fal.run';
		const outcome = await bench.generate();
		expect(outcome.error()).toBeUndefined();
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED' }]);
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit', 'status', 'result']);
	});

	test('a base URL may end with a slash', async () => {
		const outcome = await bench.generate({ credential: 'slash' });
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED' }]);
		expect(bench.fal.log.map(({ path }) => path)).toEqual([
			`/${MODEL}`,
			matching(/^\/fal-ai\/kling-video\/requests\/[\w-]+\/status$/),
			matching(/^\/fal-ai\/kling-video\/requests\/[\w-]+$/),
		]);
	});

	test.each([
		{ what: 'fal’s', publicUrl: () => 'https://queue.fal.run' },
		{ what: 'its own', publicUrl: () => gateway.url },
	])('that has a path, its replies may name $what address', async ({ publicUrl }) => {
		bench.fal.options.publicUrl = publicUrl();
		const outcome = await bench.generate({ credential: 'gateway' });
		expect(outcome.error()).toBeUndefined();
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED' }]);
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit', 'status', 'result']);
	});
});

/** A gateway that offers fal's API below a path of its own, and hands everything on to fal. */
class Gateway {
	upstream = '';

	private constructor(private readonly server: Server) {}

	static async start(): Promise<Gateway> {
		const server = createServer((request, response) => {
			const { method, headers, url = '' } = request;
			if (!url.startsWith('/sold/fal/')) {
				response.writeHead(404).end();
				return;
			}
			const target = gatewayOf().upstream + url.slice('/sold/fal'.length);
			const onward = openRequest(target, { method, headers }, (reply) => {
				response.writeHead(reply.statusCode ?? 502, reply.headers);
				reply.pipe(response);
			});
			request.pipe(onward);
		});
		const own = new Gateway(server);
		const gatewayOf = () => own;
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return own;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/sold/fal`;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}
