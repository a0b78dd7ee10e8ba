import { isJsonObject, type JsonObject, type JsonValue } from './json';
import { modelError, type ModelErrorDetail, type Outcome } from './outcome';

/** Characters that a prompt may have. */
const PROMPT_LENGTH = 2500;

/** Kling's models that make video from text or from an image, by what stands before the kind. */
const MODEL =
	/^(?:fal-ai\/kling-video|kling)\/(?<model>[vo][\w.-]+(?:\/[\w-]+)*)\/(?<kind>text|image)-to-video$/;

/** What a Kling model takes. */
interface Kling {
	/** The lengths in seconds that it makes. */
	durations: string[];
	/** Whether it wants the length as a number. */
	inNumbers: boolean;
	/** Whether shots may stand in for the prompt. */
	takesShots: boolean;
	fromImage: boolean;
}

/** @returns `undefined` when it is not one of Kling's endpoints that are checked here */
function klingOf(endpoint: string): Kling | undefined {
	const { model, kind } = MODEL.exec(endpoint)?.groups ?? {};
	if (model === undefined) return undefined;
	const range = (from: number, to: number) =>
		Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
	const fromImage = kind === 'image';
	if (model === 'v4') {
		return { durations: range(3, 30), inNumbers: true, takesShots: true, fromImage };
	}
	const isNew = /^[vo]3\//.test(model);
	const durations = isNew ? range(3, 15) : model.startsWith('o1') ? range(3, 10) : ['5', '10'];
	return { durations, inNumbers: false, takesShots: isNew, fromImage };
}

function quoted(choices: string[]): string {
	const names = choices.map((choice) => `'${choice}'`);
	return names.length < 2
		? names.join('')
		: `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}

function text(body: JsonObject, field: string, required: boolean): ModelErrorDetail[] {
	const loc = ['body', field];
	const value = body[field];
	if (value === undefined) {
		if (!required) return [];
		return [{ loc, msg: 'Field required', type: 'missing', input: body }];
	}
	if (typeof value !== 'string') {
		return [{ loc, msg: 'Input should be a valid string', type: 'string_type', input: value }];
	}
	// Characters as people and Python count them, not UTF-16 units.
	if ([...value].length <= PROMPT_LENGTH) return [];
	return [
		{
			loc,
			msg: `String should have at most ${PROMPT_LENGTH} characters`,
			type: 'sequence_too_long',
			ctx: { max_length: PROMPT_LENGTH },
			input: value,
		},
	];
}

function choice(body: JsonObject, field: string, choices: string[]): ModelErrorDetail[] {
	const value = body[field];
	if (value === undefined || (typeof value === 'string' && choices.includes(value))) return [];
	return [
		{
			loc: ['body', field],
			msg: `Input should be ${quoted(choices)}`,
			type: 'one_of',
			ctx: { expected: choices },
			input: value,
		},
	];
}

function wholeNumber(body: JsonObject, field: string, choices: string[]): ModelErrorDetail[] {
	const value = body[field];
	if (value === undefined || (typeof value === 'number' && choices.includes(String(value)))) {
		return [];
	}
	return [
		{
			loc: ['body', field],
			msg: `Input should be a whole number from ${choices[0]} to ${choices[choices.length - 1]}`,
			type: 'int_type',
			input: value,
		},
	];
}

/** One of the fields that a picture may be in. */
function picture(body: JsonObject): ModelErrorDetail[] {
	const names = ['image_url', 'start_image_url'];
	if (names.some((name) => typeof body[name] === 'string')) return [];
	return [{ loc: ['body', 'image_url'], msg: 'Field required', type: 'missing', input: body }];
}

function fraction(body: JsonObject, field: string): ModelErrorDetail[] {
	const loc = ['body', field];
	const value: JsonValue | undefined = body[field];
	if (value === undefined) return [];
	if (typeof value !== 'number') {
		return [{ loc, msg: 'Input should be a valid number', type: 'float_type', input: value }];
	}
	if (value > 1) {
		const msg = 'Input should be less than or equal to 1';
		return [{ loc, msg, type: 'less_than_equal', ctx: { le: 1 }, input: value }];
	}
	if (value < 0) {
		const msg = 'Input should be greater than or equal to 0';
		return [{ loc, msg, type: 'greater_than_equal', ctx: { ge: 0 }, input: value }];
	}
	return [];
}

/**
 * What a Kling model finds wrong with its input. fal takes the request all the same: the error is
 * its result.
 *
 * @returns the error, or `undefined` when all is well or the endpoint is not one of Kling's
 */
export function invalidInput(endpoint: string, body: JsonValue | undefined): Outcome | undefined {
	const kling = klingOf(endpoint);
	if (kling === undefined) return undefined;
	const { durations, inNumbers, takesShots, fromImage } = kling;
	const input = isJsonObject(body) ? body : {};
	const hasShots = takesShots && input.multi_prompt !== undefined;
	const detail = [
		...text(input, 'prompt', !hasShots),
		...text(input, 'negative_prompt', false),
		...(inNumbers ? wholeNumber : choice)(input, 'duration', durations),
		...choice(input, 'aspect_ratio', ['16:9', '9:16', '1:1']),
		...fraction(input, 'cfg_scale'),
		...(fromImage ? picture(input) : []),
	];
	return detail.length > 0 ? modelError(422, false, ...detail) : undefined;
}
