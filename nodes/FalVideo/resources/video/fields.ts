import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { modelFields } from '../fields/model-fields';
import {
	aspectRatios,
	customModel,
	defaultModel,
	type Duration,
	type VideoModel,
	videoModels,
} from '../fields/models';

/** The operations that submit a video: they share these fields. */
const show = { resource: ['video'], operation: ['generate', 'generateAndSuspend'] };

const idsOf = (models: readonly VideoModel[]) => models.map(({ id }) => id);
const withAudio = videoModels.filter(({ audio }) => audio);

const shapes: Record<(typeof aspectRatios)[number], string> = {
	'16:9': 'Landscape (16:9)',
	'9:16': 'Portrait (9:16)',
	'1:1': 'Square (1:1)',
};

const durationOptions = (durations: readonly Duration[]): INodePropertyOptions[] =>
	durations.map((seconds) => ({ name: `${seconds} Seconds`, value: seconds }));

// One field per list of durations, all of the same name: the editor shows the one of the model.
function durationFields(): INodeProperties[] {
	const lists = new Map<string, readonly Duration[]>();
	for (const { durations } of videoModels) lists.set(durations.join(), durations);
	return [...lists.values()].map((durations) => {
		const models = videoModels.filter((model) => model.durations.join() === durations.join());
		return {
			displayName: 'Duration',
			name: 'duration',
			type: 'options',
			default: '5',
			description: 'How long the video is',
			hint: models.some(({ id }) => id === defaultModel)
				? 'A 5-second video costs about $0.35 and takes one to three minutes; each further second costs $0.07'
				: 'The price grows with each second',
			options: durationOptions(durations),
			displayOptions: { show: { ...show, model: idsOf(models) } },
			routing: { send: { type: 'body', property: 'duration' } },
		};
	});
}

/** What the video shall be: each field sends itself. */
export const videoFields: INodeProperties[] = [
	...modelFields(show, {
		model: 'Which of the Kling models makes the video',
		customModel: 'The endpoint ID, as it stands at the top of the model’s page at fal',
		customHint: 'It gets the prompt and the option Extra Input, and no other field',
	}),
	{
		displayName:
			'What this endpoint costs stands on its page at fal. Values are not checked before they are sent.',
		name: 'customModelNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, model: [customModel] } },
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 5 },
		required: true,
		default: '',
		placeholder: 'e.g. A paper boat sails down a rainy street at dusk, slow tracking shot',
		description: 'What happens in the video, in at most 2,500 characters',
		hint: 'Say what is seen, how it moves and how the camera moves',
		displayOptions: { show },
		routing: { send: { type: 'body', property: 'prompt' } },
	},
	...durationFields(),
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		default: '16:9',
		description: 'The shape of the picture, width to height',
		options: aspectRatios.map((value) => ({ name: shapes[value], value })),
		displayOptions: { show, hide: { model: [customModel] } },
		routing: { send: { type: 'body', property: 'aspect_ratio' } },
	},
	{
		displayName: 'Negative Prompt',
		name: 'negativePrompt',
		type: 'string',
		default: 'blur, distort, and low quality',
		placeholder: 'e.g. text, watermark, fast cuts',
		description: 'What shall not be seen in the video, in at most 2,500 characters',
		displayOptions: { show, hide: { model: [customModel] } },
		routing: { send: { type: 'body', property: 'negative_prompt' } },
	},
	{
		displayName: 'CFG Scale',
		name: 'cfgScale',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2, numberStepSize: 0.1 },
		default: 0.5,
		description: 'How closely the video keeps to the prompt, from 0 (freely) to 1 (strictly)',
		displayOptions: { show, hide: { model: [customModel] } },
		routing: { send: { type: 'body', property: 'cfg_scale' } },
	},
	{
		displayName: 'Generate Audio',
		name: 'generateAudio',
		type: 'boolean',
		default: true,
		description: 'Whether the video gets a sound track',
		hint: 'A video with sound costs more than a silent one',
		displayOptions: { show: { ...show, model: idsOf(withAudio) } },
		routing: { send: { type: 'body', property: 'generate_audio' } },
	},
];
