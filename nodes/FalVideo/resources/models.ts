/**
 * The models this node knows: one table, from which the fields, the checks and the types come. The
 * facts are those of fal's own client (`@fal-ai/client`), against which a test holds them.
 */

const fiveOrTen = ['5', '10'] as const;
const threeToFifteen = [
	'3',
	'4',
	'5',
	'6',
	'7',
	'8',
	'9',
	'10',
	'11',
	'12',
	'13',
	'14',
	'15',
] as const;

/** Seconds, as fal takes them: a string. */
export type Duration = (typeof threeToFifteen)[number];

/** The shapes that every Kling model knows. */
export const aspectRatios = ['16:9', '9:16', '1:1'] as const;

/** Width to height. */
export type AspectRatio = (typeof aspectRatios)[number];

/** The longest prompt and negative prompt, in characters (Unicode code points). */
export const longestPrompt = 2500;

/** One text-to-video model. */
export interface VideoModel {
	/** fal's endpoint id, and the path of the POST. */
	id: string;
	/** What the list shows. */
	name: string;
	/** What it is for, and what it costs where that is known. */
	description: string;
	durations: readonly Duration[];
	/** Whether it can make a sound track. */
	audio: boolean;
	/** Whether `multi_prompt` may stand in for the prompt. */
	multiPrompt?: boolean;
}

const family = (version: string) => `fal-ai/kling-video/${version}/text-to-video`;

/** The model that a new node starts with. */
export const defaultModel = family('v2.5-turbo/pro');

/** Newest first. */
export const videoModels: readonly VideoModel[] = [
	{
		id: family('v3/pro'),
		name: 'Kling 3 Pro',
		description: 'Newest and finest: 3 to 15 seconds, with sound',
		durations: threeToFifteen,
		audio: true,
		multiPrompt: true,
	},
	{
		id: family('v3/standard'),
		name: 'Kling 3 Standard',
		description: 'The cheaper Kling 3: 3 to 15 seconds, with sound',
		durations: threeToFifteen,
		audio: true,
		multiPrompt: true,
	},
	{
		id: family('v2.6/pro'),
		name: 'Kling 2.6 Pro',
		description: '5 or 10 seconds, with sound',
		durations: fiveOrTen,
		audio: true,
	},
	{
		id: defaultModel,
		name: 'Kling 2.5 Turbo Pro',
		description: 'Fluid motion at a fair price: $0.35 for 5 seconds, $0.70 for 10, silent',
		durations: fiveOrTen,
		audio: false,
	},
	{
		id: family('v2.1/master'),
		name: 'Kling 2.1 Master',
		description: 'The finest of the 2.1 series, silent',
		durations: fiveOrTen,
		audio: false,
	},
	{
		id: family('v2/master'),
		name: 'Kling 2 Master',
		description: 'Kept for workflows that were tuned to it, silent',
		durations: fiveOrTen,
		audio: false,
	},
	{
		id: family('v1.6/pro'),
		name: 'Kling 1.6 Pro',
		description: 'Kept for workflows that were tuned to it, silent',
		durations: fiveOrTen,
		audio: false,
	},
	{
		id: family('v1.6/standard'),
		name: 'Kling 1.6 Standard',
		description: 'Kept for workflows that were tuned to it, silent, cheap',
		durations: fiveOrTen,
		audio: false,
	},
	{
		id: family('v1.5/pro'),
		name: 'Kling 1.5 Pro',
		description: 'Kept for workflows that were tuned to it, silent',
		durations: fiveOrTen,
		audio: false,
	},
];

/** The model with that endpoint id, or `undefined`. */
export function videoModel(id: unknown): VideoModel | undefined {
	return videoModels.find((model) => model.id === id);
}
