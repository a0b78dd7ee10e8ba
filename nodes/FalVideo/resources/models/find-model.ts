import type { Source, VideoModel } from './model';
import { modelsFrom, videoModel, videoModels } from './index';

/** What was found for a text that names a model. */
export type Found =
	| { model: VideoModel }
	/** It is of the other kind; the same model of this kind, where there is one. */
	| { otherKind: VideoModel; counterpart: VideoModel | undefined }
	/** It is none; those that are written most alike. */
	| { nearest: VideoModel[] };

/** Words that are in every name, or say the kind. */
const empty = ['kling', 'video', 'fal', 'ai', 'ml', 'text', 'image', 'img', 'to', 'from', 'model'];

/** The parts that tell a model from others: `Kling v3 (Pro)` and `kling-3-pro` are `3`, `pro`. */
function parts(text: string): string[] {
	const found = text.toLowerCase().match(/[a-z]?\d+(?:\.\d+)*k?|[a-z]+/g) ?? [];
	return found
		.map((part) =>
			part
				.replace(/^v(?=\d)/, '')
				.replace(/^v$/, '')
				.replace(/\.0$/, ''),
		)
		.filter((part) => part !== '' && !empty.includes(part));
}

const includesAll = (all: readonly string[], some: readonly string[]) =>
	some.every((one) => all.includes(one));

/** The one model that a text names: by its whole name, or by what tells it from all others. */
function named(text: string, models: readonly VideoModel[]): VideoModel | undefined {
	const wanted = parts(text);
	if (wanted.length === 0 || !/kling|^[vo]?\d/i.test(text.trim())) return undefined;
	const having = models.filter(({ name }) => includesAll(parts(name), wanted));
	const whole = having.filter(({ name }) => parts(name).length === wanted.length);
	const [first, ...others] = whole.length > 0 ? whole : having;
	return others.length === 0 ? first : undefined;
}

/**
 * The model that a text names: by its endpoint id, by its name in the list, or in short, such as
 * `kling 3 pro` or `v3/pro`.
 *
 * @param source the kind that is wanted; a text that says the other kind is of that one
 */
export function findModel(text: string, source: Source): Found {
	const other: Source = source === 'text' ? 'image' : 'text';
	const exact = videoModel(text.trim());
	const saysOther =
		exact === undefined
			? new RegExp(`\\b${other}\\W*(to|2)\\W*video`, 'i').test(text)
			: exact.from === other;
	const ofThis = exact?.from === source ? exact : named(text, modelsFrom(source));
	if (ofThis && !saysOther) return { model: ofThis };
	const ofOther = exact?.from === other ? exact : named(text, modelsFrom(other));
	if (ofOther) {
		const counterpart = modelsFrom(source).find(({ name }) => name === ofOther.name);
		return { otherKind: ofOther, counterpart };
	}
	return { nearest: nearest(text, modelsFrom(source)) };
}

const mostNearest = 3;

function nearest(text: string, models: readonly VideoModel[]): VideoModel[] {
	const wanted = parts(text).join(' ');
	const distances = models.map((model) => ({
		model,
		distance: distance(wanted, parts(model.name).join(' ')),
	}));
	return distances
		.sort((one, two) => one.distance - two.distance)
		.slice(0, mostNearest)
		.map(({ model }) => model);
}

/** How many characters must be added, left out or changed (Levenshtein, 1965). */
function distance(one: string, two: string): number {
	let row = Array.from({ length: two.length + 1 }, (_, index) => index);
	for (const [index, letter] of [...one.slice(0, 100)].entries()) {
		const next = [index + 1];
		for (let at = 0; at < two.length; at++) {
			const change = (row[at] ?? 0) + (two[at] === letter ? 0 : 1);
			next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}

/** The model that a text names, of whichever kind; `undefined` when it is none. */
export function findAnyModel(text: string): VideoModel | undefined {
	return videoModel(text.trim()) ?? named(text, modelsFrom('text')) ?? named(text, videoModels);
}
