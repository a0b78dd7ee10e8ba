import type {
	KlingVideoO3ProTextToVideoInput,
	KlingVideoV1StandardTextToVideoInput,
	KlingVideoV26ProTextToVideoInput,
	KlingVideoV3ProTextToVideoInput,
} from '@fal-ai/client/endpoints';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
	durationsOf,
	modelDescription,
	modelsFrom,
	priceHint,
	type VideoModel,
	videoModels,
} from '../../nodes/FalVideo/resources/models';
import type { KlingInput } from '../../nodes/FalVideo/resources/video/inputs';
import endpoints from '../fixtures/kling-endpoints.json';

// The table of models is held against three sources: fal's endpoints of August 2026 (the fixture),
// fal's own client, and the prices as they were read off the models' pages. What a source lacks is
// named here.

interface Fact {
	type: string;
	enum?: string[];
	default?: unknown;
	required?: boolean;
}

const facts = endpoints as Record<string, Record<string, Fact>>;

/** Inputs that have no field: they go through Extra Model Inputs. */
const withoutField = [
	'advanced_camera_control',
	'dynamic_masks',
	'elements',
	'static_mask_url',
	'voice_ids',
];

/** What the fixture does not know yet. */
const newer = ['kling/v4/text-to-video'];

const textModels = modelsFrom('text');

const listed = videoModels.filter(({ id }) => !newer.includes(id));

describe('the endpoints of August 2026', () => {
	test('are all in the table, and the table has none besides but newer ones', () => {
		const ids = Object.keys(facts);
		expect(ids.filter((id) => id.endsWith('/text-to-video'))).toHaveLength(16);
		expect(ids.filter((id) => id.endsWith('/image-to-video'))).toHaveLength(21);
		expect(listed.map(({ id }) => id).sort()).toEqual(ids.sort());
		expect(videoModels.map(({ id }) => id)).toEqual(expect.arrayContaining(newer));
	});

	test.each(listed)('$id has the inputs, the values and the defaults of the table', (model) => {
		const inputs = facts[model.id] ?? {};
		const names = Object.keys(inputs).filter((name) => !withoutField.includes(name));
		expect(Object.keys(model.inputs).sort()).toEqual(names.sort());
		for (const [name, { choices, default: value }] of Object.entries(model.inputs)) {
			expect([name, choices]).toEqual([name, inputs[name]?.enum]);
			// The schema of O3's sound has no default; its page says that it is silent.
			const isO3Sound = model.id.includes('/o3/') && name === 'generate_audio';
			expect([name, value]).toEqual([name, isO3Sound ? false : inputs[name]?.default]);
			expect(model.inputs.duration?.isInteger).toBeUndefined();
		}
	});
});

test('Kling 4 takes whole seconds from 3 to 30, and a resolution', () => {
	const model = videoModels.find(({ id }) => id === 'kling/v4/text-to-video');
	expect(Object.keys(model?.inputs ?? {}).sort()).toEqual(
		['prompt', 'multi_prompt', 'duration', 'resolution', 'aspect_ratio'].sort(),
	);
	expect(model?.inputs.duration?.isInteger).toBe(true);
	expect(model && durationsOf(model)).toEqual(
		Array.from({ length: 28 }, (_, index) => String(index + 3)),
	);
	expect(model?.inputs.resolution?.choices).toEqual(['720p', '1080p']);
	expect(model?.inputs.aspect_ratio?.choices).toEqual(['16:9', '9:16', '1:1']);
});

describe('fal’s own client', () => {
	/** True if the one can stand for the other. */
	type Fits<A, B> = [A] extends [B] ? true : false;

	/** Compiles only for `true`. */
	const holds = <Claim extends true>(claim: Claim) => claim;

	type V1 = KlingVideoV1StandardTextToVideoInput;
	type V26 = KlingVideoV26ProTextToVideoInput;
	type V3 = KlingVideoV3ProTextToVideoInput;
	type O3 = KlingVideoO3ProTextToVideoInput;

	/** What the node sends of the inputs that a model of the client has, but for the length's list. */
	type Sent<Input> = Omit<
		{ [K in keyof KlingInput & keyof Input]?: KlingInput[K] },
		'duration' | 'multi_prompt'
	>;
	type Others<Input> = Omit<Input, 'duration' | 'multi_prompt' | 'advanced_camera_control'>;

	test('knows every input under its name, and takes the types that are sent', () => {
		expect(holds<Fits<keyof V1, keyof KlingInput | 'advanced_camera_control'>>(true)).toBe(true);
		expect(holds<Fits<keyof V26, keyof KlingInput>>(true)).toBe(true);
		expect(holds<Fits<keyof V3, keyof KlingInput>>(true)).toBe(true);
		expect(holds<Fits<keyof O3, keyof KlingInput>>(true)).toBe(true);
		expect(holds<Fits<Sent<V1> & { prompt: string }, Others<V1>>>(true)).toBe(true);
		expect(holds<Fits<Sent<V26> & { prompt: string }, Others<V26>>>(true)).toBe(true);
		expect(holds<Fits<Sent<V3>, Others<V3>>>(true)).toBe(true);
		expect(holds<Fits<Sent<O3>, Others<O3>>>(true)).toBe(true);
		type Shot = NonNullable<V3['multi_prompt']>[number];
		type SentShot = NonNullable<KlingInput['multi_prompt']>[number];
		expect(holds<Fits<keyof SentShot, keyof Shot>>(true)).toBe(true);
	});

	const client = dirname(require.resolve('@fal-ai/client/endpoints'));
	const types = readFileSync(join(client, 'endpoints.d.ts'), 'utf8');

	/** The endpoints of the family, each with the name of its input's type. */
	const inClient = new Map(
		[
			...types.matchAll(
				/"(fal-ai\/kling-video\/(?:[^"]+\/)?(?:text|image)-to-video)": \{\s*input: (?<input>\w+);/g,
			),
		].map(({ 1: id = '', groups }) => [id, groups?.input ?? '']),
	);

	/** What the client does not know yet. */
	const newerThanClient = [
		...newer,
		'fal-ai/kling-video/o3/4k/text-to-video',
		'fal-ai/kling-video/v3/4k/text-to-video',
		'fal-ai/kling-video/v3/turbo/pro/text-to-video',
		'fal-ai/kling-video/v3/turbo/standard/text-to-video',
		'fal-ai/kling-video/o3/4k/image-to-video',
		'fal-ai/kling-video/v2.1/pro/image-to-video',
		'fal-ai/kling-video/v3/4k/image-to-video',
		'fal-ai/kling-video/v3/turbo/pro/image-to-video',
		'fal-ai/kling-video/v3/turbo/standard/image-to-video',
	];

	/** An endpoint that the table does without: it moves the lips in a video that is there already. */
	const leftOut = 'fal-ai/kling-video/lipsync/text-to-video';

	test('has every other model, and none that the table lacks', () => {
		const known = videoModels.map(({ id }) => id).filter((id) => !newerThanClient.includes(id));
		expect([...inClient.keys()].sort()).toEqual([...known, leftOut].sort());
	});

	/** The fields of a type with their types as they are written, through its other names. */
	function fieldsOf(name: string): Map<string, string> {
		const alias = new RegExp(`export type ${name} = (\\w+);`).exec(types)?.[1];
		if (alias !== undefined) return fieldsOf(alias);
		const body = new RegExp(`export type ${name} = \\{\\n(.*?)\\n\\};`, 's').exec(types)?.[1];
		if (body === undefined) throw new Error(`fal's client has no type ${name}`);
		const fields = [...body.replace(/\/\*.*?\*\//gs, '').matchAll(/^\s*(\w+)\??: (.*);$/gm)];
		return new Map(fields.map(([, field = '', type = '']) => [field, type]));
	}

	const choices = (type = '') => [...type.matchAll(/"([^"]+)"/g)].map(([, choice]) => choice);

	test.each(videoModels.filter(({ id }) => inClient.has(id)))('types $id alike', (model) => {
		const fields = fieldsOf(inClient.get(model.id) ?? '');
		const names = [...fields.keys()].filter((name) => !withoutField.includes(name));
		expect(Object.keys(model.inputs).sort()).toEqual(names.sort());
		for (const [name, { choices: ours = [] }] of Object.entries(model.inputs)) {
			// The client types the type of shot as any text.
			if (name === 'shot_type') continue;
			expect([name, ...choices(fields.get(name))].sort()).toEqual([name, ...ours].sort());
		}
	});
});

/** USD for a second, as they stand on the models' pages: the one, or silent and with sound. */
const prices: Record<string, number[]> = {
	'kling/v4/text-to-video': [0.157, 0.235],
	'v3/pro': [0.112, 0.168],
	'v3/standard': [0.084, 0.126],
	'v3/4k': [0.42, 0.42],
	'v3/turbo/pro': [0.14],
	'v3/turbo/standard': [0.112],
	'o3/pro': [0.112, 0.14],
	'o3/standard': [0.084, 0.112],
	'o3/4k': [0.42, 0.42],
	'v2.6/pro': [0.07, 0.14],
	'v2.5-turbo/pro': [0.07],
	'v2.1/master': [0.28],
	'v2/master': [0.28],
	'v1.6/pro': [0.1],
	'v1.6/standard': [0.05],
	'v1.5/pro': [0.1],
	'v1/standard': [0.045],
};

/** Of these, sources differ. */
const about = ['v1.6/pro', 'v1.6/standard', 'v1.5/pro'];

const short = ({ id }: VideoModel) =>
	id.replace(/^fal-ai\/kling-video\/|(?<=kling-video.*)\/text-to-video$/g, '');

/** The amounts of a text, in its order. */
const amounts = (text: string) =>
	[...text.matchAll(/\$([\d.]*\d)/g)].map(([, amount]) => Number(amount));

describe('the prices', () => {
	test('are those of the models’ pages', () => {
		const ours = textModels.map((model) => [
			short(model),
			model.price?.perSecond.map(({ usd }) => usd),
		]);
		expect(Object.fromEntries(ours)).toEqual(prices);
		expect(textModels.filter(({ price }) => price?.about).map(short)).toEqual(about);
	});

	test.each(textModels)('under Duration are true for $id', (model) => {
		const rates = [...new Set(prices[short(model)])];
		const longest = Number(durationsOf(model).at(-1));
		const hint = priceHint(model);
		const cents = (usd: number) => Math.round(1000 * usd) / 1000;
		expect(amounts(hint)).toEqual(
			rates.flatMap((usd) => [usd, cents(5 * usd), cents(longest * usd)]),
		);
		expect(hint.toLowerCase().includes('about')).toBe(about.includes(short(model)));
		expect(hint).toContain('a gateway has its own');
	});

	test.each(textModels)('in the list are true for $id', (model) => {
		const rates = [...new Set(prices[short(model)])];
		expect(amounts(modelDescription(model))).toEqual(
			rates.map((usd) => Math.round(5000 * usd) / 1000),
		);
	});

	test('read well', () => {
		const hintOf = (part: string) =>
			textModels.filter((model) => short(model) === part).map(priceHint)[0];
		expect(hintOf('v2.5-turbo/pro')).toBe(
			'$0.07 a second: $0.35 for 5 seconds, $0.70 for 10 seconds (fal’s prices; a gateway has its own)',
		);
		expect(hintOf('v3/pro')).toBe(
			'$0.112 a second, silent: $0.56 for 5 seconds, $1.68 for 15 seconds; $0.168 a second, with sound: $0.84 for 5 seconds, $2.52 for 15 seconds (fal’s prices; a gateway has its own)',
		);
		expect(hintOf('o3/4k')).toContain('$0.42 a second, silent or with sound: $2.10 for 5');
		expect(hintOf('v1.6/standard')).toContain('About $0.05 a second: about $0.25 for 5');
	});
});

describe('docs/models.md', () => {
	const text = readFileSync(join(__dirname, '../../docs/models.md'), 'utf8');
	const rows = text.split('\n').map((line) => line.replace(/ +/g, ' '));

	test.each(textModels)('has the row of $id', (model) => {
		const { name, price } = model;
		const durations = durationsOf(model);
		const lengths =
			durations.length === 2 ? durations.join(', ') : `${durations[0]}–${durations.at(-1)}`;
		const [first, second] = price?.perSecond ?? [];
		const ways = { silent: 'silent', sound: 'with sound', '720p': '720p', '1080p': '1080p' };
		const cell = (rate?: { usd: number; as?: keyof typeof ways }) =>
			rate
				? `${price?.about ? 'about ' : ''}${rate.usd}${rate.as ? ` ${ways[rate.as]}` : ''}`
				: undefined;
		const rates = [cell(first), cell(second)].filter(Boolean).join(', ');
		const five = `${price?.about ? 'about ' : ''}${Math.round(5000 * (first?.usd ?? 0)) / 1000}`;
		expect(rows).toContain(`| ${name} | \`${short(model)}\` | ${lengths} | ${rates} | ${five} |`);
	});
});
