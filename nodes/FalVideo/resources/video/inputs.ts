import type { INodePropertyOptions } from 'n8n-workflow';
import { checkChoice, checkNumber, checkSwitch, ifGiven, isEmpty } from '../checks';
import {
	aspectRatios,
	cameraMoves,
	durationsOf,
	longestPrompt,
	priceHint,
	resolutions,
	videoModels,
} from '../models';
import { type Field, grouped, input } from './input';
import { promptInputs, shotsOf } from './prompt';
import { linesMeant, secondsMeant, shapeMeant } from './readings';
import { shotsDuration } from './shots';
import { readText } from './texts';

const shapes: Record<(typeof aspectRatios)[number], string> = {
	'16:9': 'Landscape (16:9)',
	'9:16': 'Portrait (9:16)',
	'1:1': 'Square (1:1)',
};

const moves: Record<(typeof cameraMoves)[number], string> = {
	down_back: 'Down and Back',
	forward_up: 'Forward and Up',
	left_turn_forward: 'Left Turn, Forward',
	right_turn_forward: 'Right Turn, Forward',
};

const seconds = (durations: readonly string[]): INodePropertyOptions[] =>
	durations.map((one) => ({ name: `${one} Seconds`, value: one }));

const durationField = (durations: readonly string[], hint: string): Field => ({
	displayName: 'Duration',
	name: 'duration',
	type: 'options',
	// The same for every list: n8n keeps a value when the model is switched, and where Model is an
	// expression, it fills in the default of the last one.
	default: '5',
	description: 'How long the video is. An expression gives seconds: 5, "5" and "5s" are the same.',
	hint,
	options: seconds(durations),
});

const soundField = (hint: string): Field => ({
	displayName: 'Generate Audio',
	name: 'generateAudio',
	type: 'options',
	default: 'default',
	description: 'Whether the video gets a sound track. An expression gives on, off or default.',
	hint,
	options: [
		{
			name: 'Model’s Default',
			value: 'default',
			description: 'Nothing is sent, and the model decides',
		},
		{ name: 'Off', value: 'off' },
		{ name: 'On', value: 'on' },
	],
});

/** Every length that some model makes, shortest first. */
const allDurations = [...new Set(videoModels.flatMap(durationsOf))].sort(
	(one, other) => Number(one) - Number(other),
);

/** Every input that has a field. A new one is a new row. */
export const inputs = [
	...promptInputs,
	input({
		property: 'duration',
		// One field for each list of lengths and price: the editor shows the model's.
		fields: (models) => [
			...grouped(models, (model) => `${durationsOf(model).join()} ${priceHint(model)}`).flatMap(
				([first, ...others]) =>
					first
						? [
								{
									models: [first, ...others],
									field: durationField(durationsOf(first), priceHint(first)),
								},
							]
						: [],
			),
			{
				field: durationField(
					allDurations,
					'Which lengths there are, and what they cost, depends on the model',
				),
			},
		],
		check: (given) => {
			const { value, model } = given;
			const shots = shotsOf(given);
			if (shots === undefined && isEmpty(value)) return undefined;
			const choice = shots
				? shotsDuration(shots, model)
				: checkChoice('Duration', value, durationsOf(model), {
						where: ` for ${model.name}`,
						read: secondsMeant,
					});
			return model.inputs.duration?.isInteger ? Number(choice) : choice;
		},
	}),
	input({
		property: 'resolution',
		fields: {
			displayName: 'Resolution',
			name: 'resolution',
			type: 'options',
			default: 'default',
			description: 'How fine the picture is. An expression gives 720p or 1080p.',
			hint: 'The finer picture costs more',
			options: [
				{
					name: 'Model’s Default',
					value: 'default',
					description: 'Nothing is sent, and the model decides',
				},
				...resolutions.map((value) => ({ name: value, value })),
			],
		},
		check: ({ value }) =>
			ifGiven(value, () => {
				const choices = ['default', ...resolutions] as const;
				const choice = checkChoice('Resolution', value, choices, { read: linesMeant });
				return choice === 'default' ? undefined : choice;
			}),
	}),
	input({
		property: 'aspect_ratio',
		fields: {
			displayName: 'Aspect Ratio',
			name: 'aspectRatio',
			type: 'options',
			default: '16:9',
			description:
				'The shape of the picture, width to height. An expression gives 16:9, 9:16 or 1:1, or landscape, portrait or square.',
			options: aspectRatios.map((value) => ({ name: shapes[value], value })),
		},
		check: ({ value }) =>
			ifGiven(value, () => checkChoice('Aspect Ratio', value, aspectRatios, { read: shapeMeant })),
	}),
	input({
		property: 'negative_prompt',
		fields: {
			displayName: 'Negative Prompt',
			name: 'negativePrompt',
			type: 'string',
			default: 'blur, distort, and low quality',
			placeholder: 'e.g. text, watermark, fast cuts',
			description:
				'What to keep out of the video, in at most 2,500 characters. Empty: the model’s own.',
		},
		check: ({ value, written }) =>
			ifGiven(value, () =>
				readText('Negative Prompt', value, longestPrompt, written.negativePrompt),
			),
	}),
	input({
		property: 'cfg_scale',
		fields: {
			displayName: 'CFG Scale',
			name: 'cfgScale',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2, numberStepSize: 0.1 },
			default: 0.5,
			description: 'How closely the video keeps to the prompt, from 0 (freely) to 1 (strictly)',
		},
		check: ({ value }) =>
			ifGiven(value, () => checkNumber('CFG Scale', value, { min: 0, max: 1, comma: true })),
	}),
	input({
		property: 'generate_audio',
		fields: (models) => [
			...grouped(models, ({ inputs: { generate_audio: facts } }) => String(facts?.default)).map(
				(alike) => ({
					models: alike,
					field: soundField(
						`The model’s default is ${alike[0]?.inputs.generate_audio?.default === true ? 'with sound' : 'silent'}; see the prices under Duration`,
					),
				}),
			),
			{ field: soundField('For models that can make sound; for most it costs more') },
		],
		check: ({ value }) => checkSwitch('Generate Audio', value),
	}),
	input({
		property: 'camera_control',
		fields: {
			displayName: 'Camera Control',
			name: 'cameraControl',
			type: 'options',
			default: 'none',
			description: `How the camera moves. An expression gives ${cameraMoves.join(', ')} or none.`,
			options: [
				{ name: 'None', value: 'none', description: 'Nothing is sent; the prompt decides' },
				...cameraMoves.map((value) => ({ name: moves[value], value })),
			],
		},
		check: ({ value }) =>
			ifGiven(value, () => {
				const choice = checkChoice('Camera Control', value, ['none', ...cameraMoves] as const);
				return choice === 'none' ? undefined : choice;
			}),
	}),
] as const;

type Row = (typeof inputs)[number];

/** What is sent to a Kling text-to-video model, beside Extra Model Inputs. */
export type KlingInput = {
	[R in Row as R['property']]?: Exclude<ReturnType<R['check']>, undefined>;
};
