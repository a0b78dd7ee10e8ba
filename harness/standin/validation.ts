import { isJsonObject, type JsonObject, type JsonValue } from './json';
import { modelError, type ModelErrorDetail, type Outcome } from './outcome';

/** Characters that a prompt may have. */
const PROMPT_LENGTH = 2500;

/** The models that turn text into video, from what follows `fal-ai/kling-video/`. */
const TEXT_TO_VIDEO = /^fal-ai\/kling-video\/(?<model>v[\w.-]+\/\w+)\/text-to-video$/;

/** The lengths in seconds that a Kling model makes; `undefined` when it is not one of them. */
function durationsOf(endpoint: string): string[] | undefined {
	const model = TEXT_TO_VIDEO.exec(endpoint)?.groups?.model;
	if (model === undefined) return undefined;
	if (!model.startsWith('v3/')) return ['5', '10'];
	return Array.from({ length: 13 }, (_, index) => String(index + 3));
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
	const durations = durationsOf(endpoint);
	if (durations === undefined) return undefined;
	const input = isJsonObject(body) ? body : {};
	const detail = [
		...text(input, 'prompt', true),
		...text(input, 'negative_prompt', false),
		...choice(input, 'duration', durations),
		...choice(input, 'aspect_ratio', ['16:9', '9:16', '1:1']),
		...fraction(input, 'cfg_scale'),
	];
	return detail.length > 0 ? modelError(422, false, ...detail) : undefined;
}
