import {
	checkBoolean,
	checkChoice,
	checkNumber,
	checkObject,
	checkText,
} from '../fields/check-value';
import { checkEndpointId } from '../fields/endpoint-id';
import { InputError, shown } from '../../execution/errors/input-error';
import {
	aspectRatios,
	customModel,
	type KlingInput,
	longestPrompt,
	type VideoModel,
	videoModel,
	videoModels,
} from '../fields/models';

/** The input as the fields composed it: any value of any type, since expressions may give it. */
export interface ComposedInput {
	/** The choice of the Model field. */
	choice: unknown;
	/** The endpoint id: the choice itself, or the Custom Model field. */
	model: unknown;
	/** The body that the fields' routing composed. */
	body: Record<string, unknown>;
	/** The option Extra Input. */
	extraInput: unknown;
}

/** An input that may be sent. */
export interface CheckedInput {
	model: string;
	/** The model of the table, or `undefined` for a custom one. */
	known: VideoModel | undefined;
	body: Record<string, unknown>;
}

/** A fal endpoint's prompt has no limit that holds for all; this only stops accidents. */
const longestCustomPrompt = 100_000;

/**
 * Checks an item's input and makes of it the body that is sent. What is checked and sent follows
 * the resolved model, whatever fields the editor showed.
 *
 * @throws {InputError} naming the field, the value and what is allowed
 */
export function checkInput({ choice, model, body, extraInput }: ComposedInput): CheckedInput {
	const extra = checkObject('Extra Input', extraInput);
	if (choice === customModel) {
		const endpoint = checkEndpointId('Custom Model', model);
		return { model: endpoint, known: undefined, body: { ...customBody(body), ...extra } };
	}
	const known = typeof model === 'string' ? videoModel(model) : undefined;
	if (!known) {
		const list = videoModels.map(({ id }) => `"${id}"`).join(', ');
		throw new InputError(
			`Model is ${shown(model)}; allowed: ${list}, or "${customModel}" with the endpoint in Custom Model`,
		);
	}
	return { model: known.id, known, body: klingBody(known, body, extra) };
}

// Another endpoint has fields of its own: it gets the prompt, if there is one, and Extra Input.
function customBody(body: Record<string, unknown>): Record<string, unknown> {
	const { prompt } = body;
	if (prompt === undefined || prompt === null || prompt === '') return {};
	return { prompt: checkText('Prompt', prompt, longestCustomPrompt) };
}

function klingBody(
	model: VideoModel,
	body: Record<string, unknown>,
	extra: Record<string, unknown>,
): Record<string, unknown> {
	const input: Partial<KlingInput> = {
		...checkPrompt(model, body.prompt, extra),
		duration: checkChoice('Duration', body.duration, model.durations, ` for ${model.name}`),
		aspect_ratio: checkChoice('Aspect Ratio', body.aspect_ratio, aspectRatios),
		// An expression without a value means "none of mine": fal's own default holds then.
		...(body.negative_prompt === undefined || body.negative_prompt === null
			? {}
			: { negative_prompt: checkText('Negative Prompt', body.negative_prompt, longestPrompt) }),
		cfg_scale: checkNumber('CFG Scale', body.cfg_scale, { min: 0, max: 1 }),
		...(model.audio
			? { generate_audio: checkBoolean('Generate Audio', body.generate_audio ?? true) }
			: {}),
	};
	for (const name of Object.keys(extra)) {
		if (name in input) {
			throw new InputError(
				`Extra Input has "${name}", which has a field of its own; allowed are inputs without a field`,
			);
		}
	}
	return { ...input, ...extra };
}

function checkPrompt(
	model: VideoModel,
	prompt: unknown,
	extra: Record<string, unknown>,
): { prompt?: string } {
	// fal takes one or the other; the field cannot be left empty in the editor.
	if (model.multiPrompt && 'multi_prompt' in extra) return {};
	const empty =
		prompt === undefined || prompt === null || (typeof prompt === 'string' && !prompt.trim());
	if (empty) {
		throw new InputError(
			`Prompt is empty; allowed is a text of 1 to ${longestPrompt.toLocaleString('en-US')} characters`,
		);
	}
	return { prompt: checkText('Prompt', prompt, longestPrompt) };
}
