import {
	aspectRatio,
	base,
	kling3,
	kling3Turbo,
	klingO3,
	seconds,
	secondsFrom,
} from './inputs-of-kling';
import type { InputName, VideoModel } from './model';

type Inputs = VideoModel['inputs'];

/** Inputs without those that only matter where there is no picture. */
function without(inputs: Inputs, ...names: InputName[]): Inputs {
	const left = Object.entries(inputs).filter(([name]) => !names.includes(name as InputName));
	return Object.fromEntries(left);
}

/** The older models: the picture decides the shape. */
const older: Inputs = { ...without(base, 'aspect_ratio'), image_url: {} };

const olderWithEnd: Inputs = { ...older, tail_image_url: {} };

const kling3Image: Inputs = {
	...without(kling3, 'aspect_ratio'),
	start_image_url: {},
	end_image_url: {},
};

const kling3TurboImage: Inputs = { ...without(kling3Turbo, 'aspect_ratio'), image_url: {} };

const klingO3Image: Inputs = {
	...without(klingO3, 'aspect_ratio'),
	image_url: {},
	end_image_url: {},
};

const klingO1Image: Inputs = {
	prompt: {},
	duration: seconds(secondsFrom(3, 10)),
	start_image_url: {},
	end_image_url: {},
};

const fromImage = (version: string, name: string, line: string, inputs: Inputs): VideoModel => ({
	id: `fal-ai/kling-video/${version}/image-to-video`,
	name,
	from: 'image',
	line,
	inputs,
});

const tunedTo = 'Kept for workflows that were tuned to it, silent';
const withEnd = 'a last frame if you like';

/** Kling's image-to-video models, in the order of the others. Their prices are not known here. */
export const imageModels: readonly VideoModel[] = [
	fromImage('v3/4k', 'Kling 3 4K', `The sharpest picture; sound, ${withEnd}`, kling3Image),
	fromImage('v3/pro', 'Kling 3 Pro', `The finest Kling 3 below 4K; sound, ${withEnd}`, kling3Image),
	fromImage(
		'v3/standard',
		'Kling 3 Standard',
		`The cheaper Kling 3; sound, ${withEnd}`,
		kling3Image,
	),
	fromImage('v3/turbo/pro', 'Kling 3 Turbo Pro', 'Fewer settings, in 1080p', kling3TurboImage),
	fromImage(
		'v3/turbo/standard',
		'Kling 3 Turbo Standard',
		'Fewer settings, in 720p',
		kling3TurboImage,
	),
	fromImage('o3/4k', 'Kling O3 4K', `The sharpest Kling O3; ${withEnd}`, klingO3Image),
	fromImage('o3/pro', 'Kling O3 Pro', `The finest Kling O3 below 4K; ${withEnd}`, klingO3Image),
	fromImage('o3/standard', 'Kling O3 Standard', `The cheaper Kling O3; ${withEnd}`, klingO3Image),
	fromImage('v2.6/pro', 'Kling 2.6 Pro', `Sound for 5 or 10 seconds; ${withEnd}`, {
		...without(base, 'aspect_ratio', 'cfg_scale'),
		generate_audio: { default: true },
		start_image_url: {},
		end_image_url: {},
	}),
	fromImage('o1', 'Kling O1', `From one frame to another; ${withEnd}`, klingO1Image),
	fromImage('o1/standard', 'Kling O1 Standard', `The cheaper Kling O1; ${withEnd}`, klingO1Image),
	fromImage(
		'v2.5-turbo/pro',
		'Kling 2.5 Turbo Pro',
		`Fluid motion at a fair price, silent; ${withEnd}`,
		olderWithEnd,
	),
	fromImage('v2.5-turbo/standard', 'Kling 2.5 Turbo Standard', 'The cheaper 2.5, silent', older),
	fromImage('v2.1/master', 'Kling 2.1 Master', 'The finest of the 2.1 series, silent', older),
	fromImage('v2.1/pro', 'Kling 2.1 Pro', `Silent; ${withEnd}`, olderWithEnd),
	fromImage('v2.1/standard', 'Kling 2.1 Standard', 'The cheaper 2.1, silent', older),
	fromImage('v2/master', 'Kling 2 Master', tunedTo, older),
	fromImage('v1.6/pro', 'Kling 1.6 Pro', tunedTo, { ...olderWithEnd, aspect_ratio: aspectRatio }),
	fromImage('v1.6/standard', 'Kling 1.6 Standard', tunedTo, older),
	fromImage('v1.5/pro', 'Kling 1.5 Pro', tunedTo, { ...olderWithEnd, aspect_ratio: aspectRatio }),
	fromImage('v1/standard', 'Kling 1 Standard', tunedTo, olderWithEnd),
];
