import type { InputFacts, VideoModel } from './model';

/** Whole seconds from one length to another. */
export const secondsFrom = (first: number, last: number) =>
	Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

/** The lengths of a model, of which 5 seconds is the default. */
export const seconds = (choices: readonly string[]): InputFacts => ({ choices, default: '5' });

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

export const aspectRatio: InputFacts = { choices: aspectRatios, default: '16:9' };
/** The lengths of the models before Kling 3. */
export const fiveOrTen = seconds(['5', '10']);
const threeToFifteen = seconds(secondsFrom(3, 15));

/** What the models take that have two lengths. */
export const base = {
	prompt: {},
	duration: fiveOrTen,
	aspect_ratio: aspectRatio,
	negative_prompt: { default: 'blur, distort, and low quality' },
	cfg_scale: { default: 0.5 },
} satisfies VideoModel['inputs'];

/** What Kling 3 takes. */
export const kling3 = {
	...base,
	multi_prompt: {},
	shot_type: { choices: shotTypes, default: 'customize' },
	duration: threeToFifteen,
	generate_audio: { default: true },
} satisfies VideoModel['inputs'];

/** What Kling 3 Turbo takes. */
export const kling3Turbo = {
	prompt: {},
	multi_prompt: {},
	duration: threeToFifteen,
	aspect_ratio: aspectRatio,
} satisfies VideoModel['inputs'];

/** What Kling O3 takes. */
export const klingO3 = {
	...kling3Turbo,
	shot_type: { choices: shotTypes, default: 'customize' },
	// The model's page says that it is silent unless it is asked for sound; its schema has no default.
	generate_audio: { default: false },
} satisfies VideoModel['inputs'];
