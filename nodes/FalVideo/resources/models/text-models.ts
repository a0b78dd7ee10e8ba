import type { InputFacts, Price, VideoModel } from './model';

const secondsFrom = (first: number, last: number) =>
	Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

const seconds = (choices: readonly string[]): InputFacts => ({ choices, default: '5' });

/** The shapes that every Kling model knows. */
export const aspectRatios = ['16:9', '9:16', '1:1'] as const;

/** Who cuts the shots: the user, or the model. */
export const shotTypes = ['customize', 'intelligent'] as const;

/** The camera's moves of the first Kling. */
export const cameraMoves = [
	'down_back',
	'forward_up',
	'right_turn_forward',
	'left_turn_forward',
] as const;

/** The sizes of the picture that Kling 4 makes. */
export const resolutions = ['720p', '1080p'] as const;

const aspectRatio: InputFacts = { choices: aspectRatios, default: '16:9' };
const fiveOrTen = seconds(['5', '10']);
const threeToFifteen = seconds(secondsFrom(3, 15));

/** What the models take that have two lengths. */
const base = {
	prompt: {},
	duration: fiveOrTen,
	aspect_ratio: aspectRatio,
	negative_prompt: { default: 'blur, distort, and low quality' },
	cfg_scale: { default: 0.5 },
} satisfies VideoModel['inputs'];

const kling3 = {
	...base,
	multi_prompt: {},
	shot_type: { choices: shotTypes, default: 'customize' },
	duration: threeToFifteen,
	generate_audio: { default: true },
} satisfies VideoModel['inputs'];

const kling3Turbo = {
	prompt: {},
	multi_prompt: {},
	duration: threeToFifteen,
	aspect_ratio: aspectRatio,
} satisfies VideoModel['inputs'];

const klingO3 = {
	...kling3Turbo,
	shot_type: { choices: shotTypes, default: 'customize' },
	// The model's page says that it is silent unless it is asked for sound; its schema has no default.
	generate_audio: { default: false },
} satisfies VideoModel['inputs'];

const family = (version: string) => `fal-ai/kling-video/${version}/text-to-video`;

const silent = (usd: number): Price => ({ perSecond: [{ usd }] });
const about = (usd: number): Price => ({ perSecond: [{ usd }], about: true });
const bySound = (usd: number, withSound: number): Price => ({
	perSecond: [
		{ usd, as: 'silent' },
		{ usd: withSound, as: 'sound' },
	],
});

const tunedTo = 'Kept for workflows that were tuned to it, silent';

/** Kling's text-to-video models: newest first, and of one age the finest first. */
export const textModels: readonly VideoModel[] = [
	{
		id: 'kling/v4/text-to-video',
		name: 'Kling 4',
		line: 'The newest, and the longest videos; not every key may call it yet',
		inputs: {
			prompt: {},
			multi_prompt: {},
			duration: { choices: secondsFrom(3, 30), isInteger: true },
			resolution: { choices: resolutions },
			aspect_ratio: { choices: aspectRatios },
		},
		price: {
			perSecond: [
				{ usd: 0.157, as: '720p' },
				{ usd: 0.235, as: '1080p' },
			],
		},
	},
	{
		id: family('v3/4k'),
		name: 'Kling 3 4K',
		line: 'Kling 3 with the sharpest picture, with or without sound',
		inputs: kling3,
		price: bySound(0.42, 0.42),
	},
	{
		id: family('v3/pro'),
		name: 'Kling 3 Pro',
		line: 'The finest Kling 3 below 4K, with or without sound',
		inputs: kling3,
		price: bySound(0.112, 0.168),
	},
	{
		id: family('v3/standard'),
		name: 'Kling 3 Standard',
		line: 'The cheaper Kling 3, with or without sound',
		inputs: kling3,
		price: bySound(0.084, 0.126),
	},
	{
		id: family('v3/turbo/pro'),
		name: 'Kling 3 Turbo Pro',
		line: 'Kling 3 with fewer settings, in 1080p',
		inputs: kling3Turbo,
		price: silent(0.14),
	},
	{
		id: family('v3/turbo/standard'),
		name: 'Kling 3 Turbo Standard',
		line: 'Kling 3 with fewer settings, in 720p',
		inputs: kling3Turbo,
		price: silent(0.112),
	},
	{
		id: family('o3/4k'),
		name: 'Kling O3 4K',
		line: 'Kling O3 with the sharpest picture; silent unless sound is asked for',
		inputs: klingO3,
		price: bySound(0.42, 0.42),
	},
	{
		id: family('o3/pro'),
		name: 'Kling O3 Pro',
		line: 'The finest Kling O3 below 4K; silent unless sound is asked for',
		inputs: klingO3,
		price: bySound(0.112, 0.14),
	},
	{
		id: family('o3/standard'),
		name: 'Kling O3 Standard',
		line: 'The cheaper Kling O3; silent unless sound is asked for',
		inputs: klingO3,
		price: bySound(0.084, 0.112),
	},
	{
		id: family('v2.6/pro'),
		name: 'Kling 2.6 Pro',
		line: 'Sound for 5 or 10 seconds',
		inputs: { ...base, generate_audio: { default: true } },
		price: bySound(0.07, 0.14),
	},
	{
		id: family('v2.5-turbo/pro'),
		name: 'Kling 2.5 Turbo Pro',
		line: 'Fluid motion at a fair price, silent',
		inputs: base,
		price: silent(0.07),
	},
	{
		id: family('v2.1/master'),
		name: 'Kling 2.1 Master',
		line: 'The finest of the 2.1 series, silent',
		inputs: base,
		price: silent(0.28),
	},
	{
		id: family('v2/master'),
		name: 'Kling 2 Master',
		line: tunedTo,
		inputs: base,
		price: silent(0.28),
	},
	{
		id: family('v1.6/pro'),
		name: 'Kling 1.6 Pro',
		line: tunedTo,
		inputs: base,
		price: about(0.1),
	},
	{
		id: family('v1.6/standard'),
		name: 'Kling 1.6 Standard',
		line: tunedTo,
		inputs: base,
		price: about(0.05),
	},
	{
		id: family('v1.5/pro'),
		name: 'Kling 1.5 Pro',
		line: tunedTo,
		inputs: base,
		price: about(0.1),
	},
	{
		id: family('v1/standard'),
		name: 'Kling 1 Standard',
		line: 'The cheapest, silent, with moves of the camera to choose from',
		inputs: { ...base, camera_control: { choices: cameraMoves } },
		price: silent(0.045),
	},
];
