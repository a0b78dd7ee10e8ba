import { InputError, shown } from '../../execution/errors/input-error';
import { isEmpty } from '../checks';
import { durationsOf, longestPrompt, longestShot, mostShots, type VideoModel } from '../models';
import { secondsMeant } from './readings';
import { readText } from './texts';

/** One shot, as fal takes it. */
export interface Shot {
	prompt: string;
	/** Seconds, from "1" to "15". */
	duration: string;
}

/**
 * The shots of the field or of an expression: n8n's collection, a list, or a list as JSON. The length
 * may be called `seconds` or `duration`.
 *
 * @param field what errors call it
 * @throws {InputError} when it is something else, or has none or too many
 */
export function readShots(field: string, value: unknown): Shot[] {
	const list = listOf(value);
	if (list === undefined || list.length === 0 || list.length > mostShots) {
		const given =
			list === undefined ? shown(value) : list.length === 0 ? 'empty' : `${list.length} shots`;
		throw new InputError(
			`${field} is ${given}; it must be 1 to ${mostShots} shots such as [{"prompt": "A boat", "seconds": 5}]`,
		);
	}
	return list.map((shot, index) => readShot(`${field}, shot ${index + 1}`, shot));
}

/**
 * The length of a video of shots: the sum of theirs.
 *
 * @throws {InputError} when the model makes no video of that length
 */
export function shotsDuration(shots: readonly Shot[], model: VideoModel): string {
	const sum = shots.reduce((seconds, { duration }) => seconds + Number(duration), 0);
	const allowed = durationsOf(model);
	if (!allowed.includes(String(sum))) {
		throw new InputError(
			`The seconds of Shots add up to ${sum}; for ${model.name} they must come to ${allowed[0]} to ${allowed.at(-1)}`,
		);
	}
	return String(sum);
}

function listOf(value: unknown): unknown[] | undefined {
	if (value === undefined || value === null || value === '') return [];
	if (Array.isArray(value)) return value as unknown[];
	if (typeof value === 'string') {
		try {
			return listOf(JSON.parse(value) as unknown);
		} catch {
			return undefined;
		}
	}
	if (typeof value !== 'object') return undefined;
	// n8n's collection, which is empty until a shot is added.
	const { shot } = value as { shot?: unknown };
	if (Array.isArray(shot)) return shot as unknown[];
	return Object.keys(value).length === 0 ? [] : undefined;
}

function readShot(field: string, value: unknown): Shot {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new InputError(
			`${field} is ${shown(value)}; it must be an object such as {"prompt": "A boat", "seconds": 5}`,
		);
	}
	const { prompt, seconds, duration = seconds } = value as Record<string, unknown>;
	const text = isEmpty(prompt) ? '' : readText(`Prompt of ${field}`, prompt, longestPrompt);
	if (text === '') {
		throw new InputError(`Prompt of ${field} is empty; each shot must have one`);
	}
	const isPlain = typeof duration === 'number' || typeof duration === 'string';
	const length = Number(isPlain ? secondsMeant(String(duration).trim().toLowerCase()) : undefined);
	if (!(length >= 1 && length <= longestShot)) {
		throw new InputError(
			`Seconds of ${field} is ${shown(duration)}; it must be a whole number from 1 to ${longestShot}`,
		);
	}
	return { prompt: text, duration: String(length) };
}
