import {
	aspectRatios,
	base,
	cameraMoves,
	kling3,
	kling3Turbo,
	klingO3,
	resolutions,
	secondsFrom,
} from './inputs-of-kling';
import type { Price, VideoModel } from './model';

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

const rows: ReadonlyArray<Omit<VideoModel, 'from'>> = [
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

/** Kling's text-to-video models: newest first, and of one age the finest first. */
export const textModels: readonly VideoModel[] = rows.map((row) => ({ ...row, from: 'text' }));
