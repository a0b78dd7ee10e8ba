import { InputError } from '../../execution/errors/input-error';
import { checkChoice, ifGiven, isEmpty } from '../checks';
import { longestPrompt, longestShot, mostShots, shotTypes, takes } from '../models';
import { type Field, type Given, input } from './input';
import { readShots, shotsDuration, type Shot } from './shots';
import { readText } from './texts';

/** Whether the shots are the prompt, for a model that takes shots. */
const isInShots = ({ model, composed }: Given) =>
	takes(model, 'multi_prompt') &&
	!isEmpty(composed.prompt_source) &&
	checkChoice('Prompt From', composed.prompt_source, ['text', 'shots']) === 'shots';

/** The shots of an item: those of the field, or of Extra Model Inputs; `undefined` where it has a prompt. */
export function shotsOf(given: Given): Shot[] | undefined {
	const { model, composed, extra } = given;
	if (!takes(model, 'multi_prompt')) return undefined;
	if (isInShots(given)) return readShots('Shots', composed.multi_prompt);
	return 'multi_prompt' in extra
		? readShots('multi_prompt in Extra Model Inputs', extra.multi_prompt)
		: undefined;
}

const promptField: Field = {
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 5 },
	// Not `required`: n8n would refuse to start a workflow that has shots in its place.
	default: '',
	placeholder: 'e.g. A paper boat sails down a rainy street at dusk, slow tracking shot',
	description: 'What happens in the video, in at most 2,500 characters',
	hint: 'Say what is seen, how it moves and how the camera moves',
};

/** What happens in the video: one prompt, or shots. */
export const promptInputs = [
	input({
		property: 'prompt_source',
		of: 'multi_prompt',
		fields: {
			displayName: 'Prompt From',
			name: 'promptSource',
			type: 'options',
			default: 'text',
			description: 'Whether one text says what happens, or several shots with a length each',
			options: [
				{ name: 'Text', value: 'text', description: 'One prompt for the whole video' },
				{ name: 'Shots', value: 'shots', description: 'A prompt and a length for each shot' },
			],
		},
		// It is no input of the model's: it decides which of the two below is sent.
		check: (): undefined => undefined,
	}),
	input({
		property: 'prompt',
		custom: true,
		// One for the models that take shots, where Prompt From is Text, and one for all others.
		fields: (models) => {
			const withShots = models.filter((model) => takes(model, 'multi_prompt'));
			return [
				{ field: promptField, models: withShots, when: { promptSource: ['text'] } },
				{ field: promptField, except: withShots },
			];
		},
		check: (given) => {
			if (shotsOf(given) !== undefined) return undefined;
			const { value, written } = given;
			const prompt = isEmpty(value) ? '' : readText('Prompt', value, longestPrompt, written.prompt);
			if (prompt === '') {
				throw new InputError(
					`Prompt is empty; it must have 1 to ${longestPrompt.toLocaleString('en-US')} characters`,
				);
			}
			return prompt;
		},
	}),
	input({
		property: 'multi_prompt',
		when: { promptSource: ['shots'] },
		fields: {
			displayName: 'Shots',
			name: 'shots',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Shot',
			default: {},
			description: `One to ${mostShots} shots. Their seconds add up to the length of the video; Duration is not used then.`,
			options: [
				{
					displayName: 'Shot',
					name: 'shot',
					values: [
						{
							displayName: 'Prompt',
							name: 'prompt',
							type: 'string',
							typeOptions: { rows: 3 },
							default: '',
							description: 'What happens in this shot',
						},
						{
							displayName: 'Seconds',
							name: 'seconds',
							type: 'number',
							typeOptions: { minValue: 1, maxValue: longestShot, numberPrecision: 0 },
							default: 5,
							description: `How long the shot is: a whole number from 1 to ${longestShot}`,
						},
					],
				},
			],
		},
		check: (given) => {
			const shots = shotsOf(given);
			// Their sum is checked here, too, so that an error names the shots and not Duration.
			if (shots) shotsDuration(shots, given.model);
			return shots;
		},
	}),
	input({
		property: 'shot_type',
		when: { promptSource: ['shots'] },
		fields: {
			displayName: 'Shot Type',
			name: 'shotType',
			type: 'options',
			default: 'customize',
			description: 'Who decides where a shot ends',
			options: [
				{ name: 'As I Say', value: 'customize', description: 'The shots are cut as they stand' },
				{ name: 'As the Model Sees Fit', value: 'intelligent', description: 'The model cuts them' },
			],
		},
		check: (given) =>
			shotsOf(given) === undefined
				? undefined
				: ifGiven(given.value, () => checkChoice('Shot Type', given.value, shotTypes)),
	}),
] as const;
