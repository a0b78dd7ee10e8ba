import type { IBinaryKeyData, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { type Given, jsonsOf } from '../../harness/engine/fal-engine';
import { type NodeOptions, workflowOf } from '../../harness/engine/workflow';
import { chosen, documentOf, fieldsFor, savedMapper } from '../catalog/mapper';
import { faultsOf } from '../catalog/schema-of';
import { containing } from '../matchers';
import { useFalEngine } from './use-fal-engine';

// Models of the catalogue in n8n's engine: the workflow has saved the schema, and the catalogue is off.

const bench = useFalEngine(
	{},
	{
		clockSpeed: 5,
		credentials: (fal) => ({
			gateway: { platformUrl: 'https://api.fal.ai/v1' },
			offline: {
				platformUrl: 'http://127.0.0.1:9/v1',
				catalogUrl: 'http://127.0.0.1:9',
				uploadUrl: fal.url,
			},
		}),
	},
);

beforeEach(() => {
	for (const on of ['models', 'document'] as const) {
		bench.fal.order({ on, times: Infinity, fault: { type: 'reset' } });
	}
});
afterEach(() => {
	// Running needs no catalogue.
	expect(bench.fal.count('models') + bench.fal.count('document')).toBe(0);
});

const VEO = 'fal-ai/veo3.1';
const SEEDANCE = 'bytedance/seedance-2.0/text-to-video';
const WAN = 'fal-ai/wan/v2.7/text-to-video';
const HAILUO = 'fal-ai/minimax/hailuo-02/standard/text-to-video';
const LTX = 'fal-ai/ltx-2.3/text-to-video';

const run = async (parameters: INodeParameters, given: Given = {}) =>
	await bench.generate({ ...given, parameters: { ...parameters, ...given.parameters } });

const bodies = () => bench.fal.submissions.map(({ body }) => body);

const onlyBody = () => {
	expect(bodies()).toHaveLength(1);
	return bodies()[0] ?? {};
};

describe('models by name', () => {
	test.each([
		[VEO, { duration: '8s', resolution: '1080p', generate_audio: false, seed: 7 }],
		[SEEDANCE, { duration: 'auto', aspect_ratio: '21:9', end_user_id: 'u-1' }],
		[WAN, { duration: 5, negative_prompt: 'blur' }],
		[HAILUO, { duration: '10', prompt_optimizer: false }],
		[LTX, { duration: 8, fps: 25, generate_audio: true }],
	])('%s is sent what the user has added, in its types', async (id, values) => {
		const outcome = await run(chosen(id, values), { credential: 'offline' });
		expect(outcome.error()).toBeUndefined();
		expect(onlyBody()).toEqual({ prompt: 'A paper boat', ...values });
		expect(faultsOf(documentOf(id), onlyBody())).toEqual([]);
		expect(bench.fal.submissions[0]?.endpoint).toBe(id);
		expect(jsonsOf(outcome)).toMatchObject([
			{ model: id, status: 'COMPLETED', video: { url: containing('.mp4') } },
		]);
	});

	test.each([
		[VEO, 'duration', [8, '8', '8s', '8 seconds', ['8s']], '8s'],
		[SEEDANCE, 'duration', [8, '8', '8s', [8]], '8'],
		[WAN, 'duration', [5, '5', '5s'], 5],
		[HAILUO, 'duration', [6, '6', '6s'], '6'],
		[LTX, 'duration', [6, '6', '6s', ['6']], 6],
		[VEO, 'aspect_ratio', ['9:16', 'portrait', '9x16'], '9:16'],
		[VEO, 'generate_audio', [false, 'no', 'off', 'FALSE', 0], false],
		[VEO, 'resolution', ['1080p', 1080, '1080'], '1080p'],
		[VEO, 'seed', [7, '7'], 7],
	])('%s: %s of expressions comes in the type of the model', async (id, name, values, sent) => {
		const outcome = await run(chosen(id, { [name]: '={{ $json.value }}' }), {
			items: values.map((value) => ({ prompt: 'A boat', value: value as never })),
		});
		expect(outcome.error()).toBeUndefined();
		expect(bodies()).toEqual(values.map(() => ({ prompt: 'A boat', [name]: sent })));
	});

	test('of an empty value nothing is sent', async () => {
		const empty = ['', ' ', null, [], ['']];
		await run(chosen(VEO, { duration: '={{ $json.value }}', seed: '={{ $json.none }}' }), {
			items: empty.map((value) => ({ prompt: 'A boat', value: value as never })),
		});
		expect(bodies()).toEqual(empty.map(() => ({ prompt: 'A boat' })));
	});
});

describe('only what was added is sent', () => {
	test('not a switch that is off because it was never added', async () => {
		const mapper = savedMapper(fieldsFor(VEO), { duration: '4s' });
		const value = { duration: '4s', generate_audio: false, seed: 3 };
		await run({ ...chosen(VEO), modelInputs: { ...(mapper as object), value } });
		expect(onlyBody()).toEqual({ prompt: 'A paper boat', duration: '4s' });
	});

	test('a switch that was added and is off', async () => {
		await run(chosen(VEO, { generate_audio: false }));
		expect(onlyBody()).toEqual({ prompt: 'A paper boat', generate_audio: false });
	});

	test('nothing where nothing was added', async () => {
		await run({ ...chosen(VEO), modelInputs: { mappingMode: 'defineBelow', value: null } });
		expect(onlyBody()).toEqual({ prompt: 'A paper boat' });
	});

	test('and Extra Model Inputs beside it', async () => {
		await run(chosen(VEO, { duration: '4s' }), { options: { extraInput: '{"brand_new": [1]}' } });
		expect(onlyBody()).toEqual({ prompt: 'A paper boat', duration: '4s', brand_new: [1] });
	});

	test('and an input that is gone from the model, as it is given', async () => {
		const fields = fieldsFor(VEO).map((field) =>
			field.id === 'seed' ? { ...field, fal: { ...field.fal, isGone: true as const } } : field,
		);
		await run({ ...chosen(VEO), modelInputs: savedMapper(fields, { seed: '7' }) });
		expect(onlyBody()).toEqual({ prompt: 'A paper boat', seed: '7' });
	});
});

describe('is refused before anything is sent', () => {
	const refusals: Array<{
		what: string;
		parameters: INodeParameters;
		given?: Given;
		says: string;
	}> = [
		{
			what: 'a choice that there is not',
			parameters: chosen(VEO, { duration: '={{ "5s" }}' }),
			says: 'Duration (duration) is "5s"; fal-ai/veo3.1 takes one of these: "4s", "6s", "8s"',
		},
		{
			what: 'a number beyond its limits',
			parameters: chosen('fal-ai/longcat-video/text-to-video/480p', { guidance_scale: '={{ 0 }}' }),
			says: 'Guidance Scale (guidance_scale) is the number 0; fal-ai/longcat-video/text-to-video/480p takes a number above 0 to 20',
		},
		{
			what: 'no number',
			parameters: chosen(VEO, { seed: '={{ "seven" }}' }),
			says: 'Seed (seed) is "seven"; fal-ai/veo3.1 takes a whole number from 0 to 2,147,483,647',
		},
		{
			what: 'neither yes nor no',
			parameters: chosen(VEO, { generate_audio: '={{ "maybe" }}' }),
			says: 'Generate Audio (generate_audio) is "maybe"; fal-ai/veo3.1 takes true or false',
		},
		{
			what: 'a broken list',
			parameters: chosen('fal-ai/wan/v2.2-a14b/text-to-video/lora', { loras: '={{ "[{" }}' }),
			says: 'Loras (loras) is "[{"; fal-ai/wan/v2.2-a14b/text-to-video/lora takes a JSON list from 1 to 3 items',
		},
		{
			what: 'a name that would be lost on the way',
			parameters: chosen('fal-ai/wan/v2.2-a14b/text-to-video/lora', {
				loras: '={{ \'[{"path": "x", "__proto__": 5}]\' }}',
			}),
			says: 'has the name "__proto__"',
		},
		{
			what: 'a model that cannot do without an input',
			parameters: chosen('argil/avatars/text-to-video', { text: 'Hello', avatar_id: '={{ "" }}' }),
			given: { parameters: { prompt: '' } },
			says: 'Avatar Id (avatar_id) is empty; "argil/avatars/text-to-video" cannot do without it',
		},
		{
			what: 'a prompt for a model that has none',
			parameters: chosen('argil/avatars/text-to-video', { text: 'Hello', avatar_id: 'emily_side' }),
			says: 'Prompt is "A paper boat"; "argil/avatars/text-to-video" has no such input',
		},
		{
			what: 'no prompt',
			parameters: chosen(VEO),
			given: { parameters: { prompt: '' } },
			says: 'Prompt is empty; "fal-ai/veo3.1" cannot do without one',
		},
		{
			what: 'a prompt that is too long',
			parameters: chosen(WAN),
			given: { items: [{ prompt: 'x'.repeat(801) }] },
			says: 'Prompt has 801 characters; it may have at most 800',
		},
		{
			what: 'an input in two places',
			parameters: chosen(VEO, { duration: '8s' }),
			given: { options: { extraInput: '{"duration": "4s"}' } },
			says: 'Extra Model Inputs has "duration", which has a field of its own',
		},
		{
			what: 'no model',
			parameters: { model: 'custom', customModel: { __rl: true, mode: 'list', value: '' } },
			says: 'Other Model is ""; it must be a fal endpoint ID',
		},
		{
			what: 'a model that is none',
			parameters: { ...chosen(VEO), customModel: { __rl: true, mode: 'id', value: 'veo' } },
			says: 'Other Model is "veo"; it must be a fal endpoint ID',
		},
		{
			what: 'a model from text where there is an image',
			parameters: {
				...chosen(VEO),
				operation: 'generateFromImage',
				imageSource: 'url',
				imageUrl: 'https://example.com/a.png',
			},
			says: 'Other Model is "fal-ai/veo3.1", which takes no image',
		},
		{
			what: 'an end image that is no address',
			parameters: chosen('fal-ai/kling-video/v3/pro/image-to-video', {
				end_image_url: '={{ "nowhere" }}',
			}),
			given: {
				parameters: {
					operation: 'generateFromImage',
					imageSource: 'url',
					imageUrl: 'https://example.com/a.png',
				},
			},
			says: 'End Image Url (end_image_url) is "nowhere"; it must be the field of the item that holds the image file',
		},
	];

	test.each(refusals)('$what', async ({ parameters, given, says }) => {
		const outcome = await run(parameters, given);
		expect(outcome.error()).toMatchObject({ message: containing(says) });
		expect(bench.fal.log).toEqual([]);
	});

	test('one item, while the others are made', async () => {
		const outcome = await run(chosen(VEO, { duration: '={{ $json.seconds }}' }), {
			items: [4, 5, 6].map((seconds) => ({ prompt: `A boat, ${seconds}`, seconds })),
			node: { onError: 'continueErrorOutput' },
		});
		expect(jsonsOf(outcome, 'Errors')).toMatchObject([
			{ seconds: 5, error: containing('Duration (duration) is the number 5') },
		]);
		expect(
			bodies()
				.map(({ duration }) => duration)
				.sort(),
		).toEqual(['4s', '6s']);
	});
});

describe('where the saved schema is not the model’s', () => {
	test('the inputs are sent as they are given', async () => {
		await run({
			...chosen(VEO, { duration: '={{ "8" }}', seed: '={{ "7" }}' }),
			customModel: { __rl: true, mode: 'id', value: 'fal-ai/veo9' },
		});
		expect(onlyBody()).toEqual({ prompt: 'A paper boat', duration: '8', seed: '7' });
		expect(bench.fal.submissions[0]?.endpoint).toBe('fal-ai/veo9');
	});

	test('of an item alone: each is read by its own', async () => {
		const outcome = await run(
			{
				...chosen(VEO, { duration: '={{ 8 }}' }),
				customModel: { __rl: true, mode: 'id', value: '={{ $json.model }}' },
			},
			{ items: [VEO, WAN].map((model) => ({ prompt: 'A boat', model })) },
		);
		expect(outcome.error()).toBeUndefined();
		const sent = bench.fal.submissions.map(({ endpoint, body }) => [endpoint, body.duration]);
		expect(sent.sort()).toEqual(
			[
				[VEO, '8s'],
				[WAN, 8],
			].sort(),
		);
	});

	test('an older workflow has the model as a text, and runs as before', async () => {
		await run(
			{ model: 'custom', customModel: VEO },
			{ options: { extraInput: '{"duration": "8s"}' } },
		);
		expect(onlyBody()).toEqual({ prompt: 'A paper boat', duration: '8s' });
	});

	test('a workflow of fal’s runs by its id', async () => {
		const outcome = await run(
			{
				model: 'custom',
				customModel: { __rl: true, mode: 'id', value: 'workflows/somebody/a-film' },
			},
			{ options: { extraInput: '{"style": "noir"}' } },
		);
		expect(outcome.error()).toBeUndefined();
		expect(bench.fal.submissions).toMatchObject([
			{
				endpoint: 'workflows/somebody/a-film',
				body: { prompt: 'A paper boat', style: 'noir' },
			},
		]);
	});

	test('one model by the address of its page', async () => {
		await run({
			...chosen(VEO, { duration: '={{ 4 }}' }),
			customModel: { __rl: true, mode: 'id', value: 'https://fal.ai/models/fal-ai/veo3.1/api' },
		});
		expect(bench.fal.submissions).toMatchObject([{ endpoint: VEO, body: { duration: '4s' } }]);
	});
});

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A picture within an item, told from others by its filling. */
function picture(filling: string, bytes = 100_000): IBinaryKeyData[string] {
	const data = Buffer.concat([PNG, Buffer.alloc(bytes - 8, filling)]);
	return { data: data.toString('base64'), mimeType: 'image/png', fileName: `${filling}.png` };
}

interface FromImage {
	binary?: IBinaryKeyData;
	json?: INodeExecutionData['json'];
	credential?: string;
	node?: Partial<NodeOptions>;
	options?: INodeParameters;
}

async function fromImage(
	parameters: INodeParameters,
	{ binary = {}, json = {}, credential, node, options }: FromImage = {},
) {
	const workflow = workflowOf(
		{
			resource: 'video',
			operation: 'generateFromImage',
			prompt: 'It sails',
			...parameters,
			options: { pollIntervalSeconds: 0.5, ...options },
		},
		{
			...(credential ? { credentials: { falVideoApi: { id: credential, name: 'fal' } } } : {}),
			...node,
		},
	);
	return await bench.engine.run({ workflow, input: [{ json, binary }] }).finished;
}

const uploads = () =>
	bench.fal.log
		.filter(({ kind }) => kind === 'upload')
		.map(({ path }) => `${bench.fal.mediaUrl}${path}`);

describe('images', () => {
	const SEEDANCE_IMAGE = 'bytedance/seedance-2.0/image-to-video';
	const data = `data:image/png;base64,${PNG.toString('base64')}`;

	test.each([
		['an address', 'https://example.com/z.png', {}],
		['a data: URI', data, {}],
	])('the end of the video is %s', async (_, end, binary) => {
		const outcome = await fromImage(
			{
				...chosen(SEEDANCE_IMAGE, { end_image_url: '={{ $json.end }}' }),
				imageSource: 'url',
				imageUrl: 'https://example.com/a.png',
			},
			{ json: { end }, binary },
		);
		expect(outcome.error()).toBeUndefined();
		expect(onlyBody()).toEqual({
			prompt: 'It sails',
			image_url: 'https://example.com/a.png',
			end_image_url: end,
		});
	});

	test('both are files of the item, which fal’s storage gets', async () => {
		const outcome = await fromImage(
			chosen(SEEDANCE_IMAGE, { end_image_url: 'last', duration: '5' }),
			{
				binary: { data: picture('a'), last: picture('z') },
			},
		);
		expect(outcome.error()).toBeUndefined();
		const [first, last] = uploads();
		expect(onlyBody()).toEqual({
			prompt: 'It sails',
			image_url: first,
			end_image_url: last,
			duration: '5',
		});
		expect(uploads()).toHaveLength(2);
	});

	test('at a gateway both stand in the body', async () => {
		const outcome = await fromImage(chosen(SEEDANCE_IMAGE, { end_image_url: 'last' }), {
			binary: { data: picture('a'), last: picture('z') },
			credential: 'gateway',
		});
		expect(outcome.error()).toBeUndefined();
		for (const name of ['image_url', 'end_image_url']) {
			expect(onlyBody()[name]).toEqual(containing('data:image/png;base64,'));
		}
		expect(uploads()).toEqual([]);
	});

	test('in the operation Generate the model’s own field takes it', async () => {
		const workflow = workflowOf({
			resource: 'video',
			operation: 'generate',
			prompt: 'It sails',
			...chosen(SEEDANCE_IMAGE),
			modelInputs: savedMapper(fieldsFor(SEEDANCE_IMAGE, 'text'), { image_url: 'photo' }),
			options: {},
		});
		const input = [{ json: {}, binary: { photo: picture('a') } }];
		const outcome = await bench.engine.run({ workflow, input }).finished;
		expect(outcome.error()).toBeUndefined();
		expect(onlyBody()).toEqual({ prompt: 'It sails', image_url: uploads()[0] });
	});

	test.each([
		['start_image_url', 'fal-ai/kling-video/v3/pro/image-to-video'],
		['image_url', 'fal-ai/minimax/hailuo-2.3/pro/image-to-video'],
		['image_url', 'fal-ai/wan/v2.7/image-to-video'],
	])('the image goes into %s of %s', async (name, id) => {
		await fromImage({
			...chosen(id),
			imageSource: 'url',
			imageUrl: 'https://example.com/a.png',
		});
		expect(onlyBody()).toEqual({ prompt: 'It sails', [name]: 'https://example.com/a.png' });
	});

	describe('lists of them', () => {
		const fields = fieldsFor(VEO).map((field) =>
			field.id === 'seed'
				? {
						...field,
						id: 'reference_image_urls',
						type: 'array' as const,
						fal: {
							...field.fal,
							title: 'Reference Images',
							forms: [{ type: 'list' as const, items: { type: 'text' as const }, max: 3 }],
						},
					}
				: field,
		);
		const withList = async (list: unknown, credential?: string) => {
			const workflow = workflowOf(
				{
					resource: 'video',
					operation: 'generate',
					prompt: 'It sails',
					...chosen(VEO),
					modelInputs: savedMapper(fields, { reference_image_urls: '={{ $json.list }}' }),
					options: {},
				},
				credential ? { credentials: { falVideoApi: { id: credential, name: 'fal' } } } : {},
			);
			const binary = { one: picture('a'), two: picture('z') };
			const input = [{ json: { list: list as never }, binary }];
			return await bench.engine.run({ workflow, input }).finished;
		};

		test('may have addresses, data: URIs and files, in their order', async () => {
			const outcome = await withList(['two', 'https://example.com/a.png', 'one', 'x'].slice(0, 3));
			expect(outcome.error()).toBeUndefined();
			expect(uploads()).toHaveLength(2);
			const list = onlyBody().reference_image_urls as string[];
			expect(list).toHaveLength(3);
			expect(list[1]).toBe('https://example.com/a.png');
			const names = bench.fal.log
				.filter(({ kind }) => kind === 'initiate')
				.map(({ body }) => (body as { file_name: string }).file_name);
			expect(names.sort()).toEqual(['a.png', 'z.png']);
			expect(list[0]).toContain('z.png');
			expect(list[2]).toContain('a.png');
		});

		test('may be JSON, or one name', async () => {
			await withList('["https://example.com/a.png"]');
			await withList('one');
			expect(bodies().map((body) => body.reference_image_urls)).toEqual([
				['https://example.com/a.png'],
				[uploads()[0]],
			]);
		});

		test('stand in the body at a gateway', async () => {
			await withList(['one', 'two'], 'gateway');
			expect(onlyBody().reference_image_urls).toEqual([
				containing('data:image/png;base64,'),
				containing('data:image/png;base64,'),
			]);
		});

		test('are refused where they are too long', async () => {
			const outcome = await withList(['one', 'two', 'one', 'two']);
			expect(outcome.error()?.message).toContain('a JSON list of at most 3 items');
			expect(bench.fal.log).toEqual([]);
		});
	});

	test('are neither uploaded nor paid again by Retry On Fail', async () => {
		const outcome = await fromImage(
			{
				...chosen(SEEDANCE_IMAGE, { end_image_url: 'last', duration: '={{ 5 }}' }),
				prompt: 'It sails [stuck]',
			},
			{
				binary: { data: picture('a'), last: picture('z') },
				options: { maxWaitSeconds: 1 },
				node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
			},
		);
		expect(outcome.error()?.message).toBeDefined();
		expect(uploads()).toHaveLength(2);
		expect(bench.fal.submissions).toHaveLength(1);
	});
});

test('Retry On Fail finds the request again, whatever its inputs are', async () => {
	bench.fal.order({ on: 'result', fault: { type: 'http', status: 401 } });
	const outcome = await run(
		chosen('fal-ai/wan/v2.2-a14b/text-to-video/lora', {
			loras: '[{"path": "x", "scale": 0.5}]',
			num_frames: 81,
			resolution: '720p',
		}),
		{ node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 } },
	);
	expect(outcome.error()).toBeUndefined();
	expect(bench.fal.submissions).toHaveLength(1);
	expect(onlyBody()).toMatchObject({ loras: [{ path: 'x', scale: 0.5 }], num_frames: 81 });
});

test.each(['text', 'image'] as const)(
	'Generate and Suspend sends the inputs (%s)',
	async (source) => {
		bench.fal.options.durationMs = Infinity;
		bench.fal.options.submitMs = 150;
		const id = source === 'text' ? VEO : 'fal-ai/veo3.1/image-to-video';
		const outcome = await fromImage(
			{
				...chosen(id, { duration: '={{ 8 }}', generate_audio: false }),
				operation: 'generateAndSuspend',
				source,
				options: {},
			},
			{ binary: { data: picture('a') } },
		);
		expect(outcome.status).toBe('waiting');
		expect(onlyBody()).toEqual({
			prompt: 'It sails',
			duration: '8s',
			generate_audio: false,
			...(source === 'image' ? { image_url: uploads()[0] } : {}),
		});
	},
);

test('no text of a saved schema is evaluated', async () => {
	const fields = fieldsFor(VEO).map((field) => ({ ...field, description: '{{ $json.prompt }}' }));
	const outcome = await run({ ...chosen(VEO), modelInputs: savedMapper(fields, { seed: 7 }) });
	expect(outcome.error()).toBeUndefined();
	expect(onlyBody()).toEqual({ prompt: 'A paper boat', seed: 7 });
});

test('a thousand items with the schema of a large model', async () => {
	const items = Array.from({ length: 1000 }, (_, n) => ({ prompt: `Boat ${n}`, seconds: 4 }));
	const outcome = await run(chosen(VEO, { duration: '={{ $json.seconds }}' }), {
		items,
		parameters: { waitUntilComplete: false },
	});
	expect(outcome.error()).toBeUndefined();
	expect(bodies()).toHaveLength(1000);
	expect(new Set(bodies().map(({ duration }) => duration))).toEqual(new Set(['4s']));
});
