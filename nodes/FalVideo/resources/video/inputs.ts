import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { InputError } from '../../execution/errors/input-error';
import { checkBoolean, checkChoice, checkNumber, checkText } from '../checks';
import { customModel, modelFields } from '../model-choice';
import {
	aspectRatios,
	defaultModel,
	type Duration,
	longestPrompt,
	type VideoModel,
	videoModels,
} from '../models';

/** The operations that submit a video: they share these fields. */
const show = { resource: ['video'], operation: ['generate', 'generateAndSuspend'] };

/** A field of the editor, without what its row says of it: when it is shown, and what it sends. */
type Field = Omit<INodeProperties, 'displayOptions' | 'routing'>;

/** One input: how it is shown, checked and sent. */
interface Input<Property extends string, Value> {
	/** fal's name. */
	property: Property;
	/** Which models take it. @default all of the list */
	takenBy?: (model: VideoModel) => boolean;
	/** Whether custom models get it too. @default false */
	custom?: true;
	/** The field, or one of the same name for each group of models whose fields differ. */
	fields:
		Field | ((models: readonly VideoModel[]) => Array<{ models: VideoModel[]; field: Field }>);
	/**
	 * What is sent for a value of any type, since expressions may give it.
	 *
	 * @param extra the option Extra Input, which may stand in for it
	 * @returns `undefined`: nothing is sent
	 * @throws {InputError} naming the field, the value and what is allowed
	 */
	check: (
		value: unknown,
		model: VideoModel,
		extra: Readonly<Record<string, unknown>>,
	) => Value | undefined;
}

const input = <const Property extends string, Value>(row: Input<Property, Value>) => row;

const shapes: Record<(typeof aspectRatios)[number], string> = {
	'16:9': 'Landscape (16:9)',
	'9:16': 'Portrait (9:16)',
	'1:1': 'Square (1:1)',
};

const durationOptions = (durations: readonly Duration[]): INodePropertyOptions[] =>
	durations.map((seconds) => ({ name: `${seconds} Seconds`, value: seconds }));

/** Every input that has a field. A new one is a new row. */
const inputs = [
	input({
		property: 'prompt',
		custom: true,
		fields: {
			displayName: 'Prompt',
			name: 'prompt',
			type: 'string',
			typeOptions: { rows: 5 },
			required: true,
			default: '',
			placeholder: 'e.g. A paper boat sails down a rainy street at dusk, slow tracking shot',
			description: 'What happens in the video, in at most 2,500 characters',
			hint: 'Say what is seen, how it moves and how the camera moves',
		},
		check: (value, model, extra) => {
			// fal takes one or the other; the field cannot be left empty in the editor.
			if (model.multiPrompt && 'multi_prompt' in extra) return undefined;
			const empty =
				value === undefined || value === null || (typeof value === 'string' && !value.trim());
			if (empty) {
				throw new InputError(
					`Prompt is empty; it must have 1 to ${longestPrompt.toLocaleString('en-US')} characters`,
				);
			}
			return checkText('Prompt', value, longestPrompt);
		},
	}),
	input({
		property: 'duration',
		// One field per list of durations: the editor shows the model's.
		fields: (models) => {
			const lists = new Map<string, VideoModel[]>();
			for (const model of models) {
				const list = model.durations.join();
				lists.set(list, [...(lists.get(list) ?? []), model]);
			}
			return [...lists.values()].map((alike) => ({
				models: alike,
				field: {
					displayName: 'Duration',
					name: 'duration',
					type: 'options',
					default: '5',
					description: 'How long the video is',
					hint: alike.some(({ id }) => id === defaultModel)
						? 'A 5-second video costs about $0.35 and takes one to three minutes; each further second costs $0.07'
						: 'The price grows with each second',
					options: durationOptions(alike[0]?.durations ?? []),
				},
			}));
		},
		check: (value, { durations, name }) =>
			checkChoice('Duration', value, durations, ` for ${name}`),
	}),
	input({
		property: 'aspect_ratio',
		fields: {
			displayName: 'Aspect Ratio',
			name: 'aspectRatio',
			type: 'options',
			default: '16:9',
			description: 'The shape of the picture, width to height',
			options: aspectRatios.map((value) => ({ name: shapes[value], value })),
		},
		check: (value) => checkChoice('Aspect Ratio', value, aspectRatios),
	}),
	input({
		property: 'negative_prompt',
		fields: {
			displayName: 'Negative Prompt',
			name: 'negativePrompt',
			type: 'string',
			default: 'blur, distort, and low quality',
			placeholder: 'e.g. text, watermark, fast cuts',
			description: 'What to keep out of the video, in at most 2,500 characters',
		},
		// An expression without a value means "none of mine": fal's own default holds then.
		check: (value) =>
			value === undefined || value === null
				? undefined
				: checkText('Negative Prompt', value, longestPrompt),
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
		check: (value) => checkNumber('CFG Scale', value, { min: 0, max: 1 }),
	}),
	input({
		property: 'generate_audio',
		takenBy: ({ audio }) => audio,
		fields: {
			displayName: 'Generate Audio',
			name: 'generateAudio',
			type: 'boolean',
			default: true,
			description: 'Whether the video gets a sound track',
			hint: 'A video with sound costs more than a silent one',
		},
		check: (value) => checkBoolean('Generate Audio', value ?? true),
	}),
] as const;

type Row = (typeof inputs)[number];
type Sent<R extends Row> = Exclude<ReturnType<R['check']>, undefined>;

/** What is sent to a Kling text-to-video model, beside Extra Input. */
export type KlingInput = { prompt: string } & {
	[R in Row as Exclude<R['property'], 'prompt'>]?: Sent<R>;
};

const takes = (row: Row, model: VideoModel) => row.takenBy?.(model) ?? true;

const idsOf = (models: readonly VideoModel[]) => models.map(({ id }) => id);

/** The fields of a row, each shown for the models that it is for. */
function fieldsOf(row: Row): INodeProperties[] {
	const { property, fields } = row;
	const models = videoModels.filter((model) => takes(row, model));
	const groups = typeof fields === 'function' ? fields(models) : [{ models, field: fields }];
	return groups.map(({ models: group, field }) => {
		const isForAll = group.length === videoModels.length;
		return {
			...field,
			displayOptions: isForAll
				? { show, ...(row.custom ? {} : { hide: { model: [customModel] } }) }
				: { show: { ...show, model: idsOf(group) } },
			routing: { send: { type: 'body', property } },
		};
	});
}

/** The fields of a video; each declares what it sends. */
export const videoFields: INodeProperties[] = [
	...modelFields(show, {
		model: 'Which of the Kling models makes the video',
		customModel: 'The endpoint ID, as it stands at the top of the model’s page at fal',
		customHint: 'It gets the prompt and the option Extra Input, and no other field',
	}),
	{
		displayName:
			'See the endpoint’s page at fal for its price. Its values are not checked before they are sent.',
		name: 'customModelNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, model: [customModel] } },
	},
	...inputs.flatMap(fieldsOf),
];

/**
 * Makes of the body that the fields composed, and Extra Input, the body that is sent to a model of the
 * list. It follows the model, whatever fields the editor showed.
 *
 * @throws {InputError} naming the field, the value and what is allowed
 */
export function bodyFor(
	model: VideoModel,
	composed: Readonly<Record<string, unknown>>,
	extra: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	const body: Record<string, unknown> = {};
	for (const row of inputs) {
		if (!takes(row, model)) continue;
		const value = row.check(composed[row.property], model, extra);
		if (value !== undefined) body[row.property] = value;
	}
	for (const name of Object.keys(extra)) {
		if (name in body) {
			throw new InputError(
				`Extra Input has "${name}", which has a field of its own; it may have inputs without a field only`,
			);
		}
	}
	return { ...body, ...extra };
}

/** A prompt for an endpoint of which no limit is known: this only stops accidents. */
const longestCustomPrompt = 100_000;

/**
 * The same for another endpoint, whose inputs are its own: the prompt, if there is one, and Extra
 * Input.
 *
 * @throws {InputError} when the prompt is no text, or far too long
 */
export function customBody(
	{ prompt }: Readonly<Record<string, unknown>>,
	extra: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	const isEmpty = prompt === undefined || prompt === null || prompt === '';
	return {
		...(isEmpty ? {} : { prompt: checkText('Prompt', prompt, longestCustomPrompt) }),
		...extra,
	};
}
