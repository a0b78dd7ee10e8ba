import { durationsOf, type PricedAs, type VideoModel } from '../nodes/FalVideo/resources/models';

// What texts say of prices, read as a person reads them, and beside it what the table of models gives.

/** The words for what a price holds for. */
const words: Record<PricedAs, string> = {
	silent: 'silent',
	sound: 'with sound',
	'720p': '720p',
	'1080p': '1080p',
};

/** One price that a text names. */
export interface Told {
	/** US dollars, in the text's order. */
	usd: number[];
	/** What it holds for; empty where the model has one price. */
	holdsFor: string[];
	/** Whether it is said to be no exact one. */
	isAbout: boolean;
}

/** All amounts of a text, in US dollars. */
export function amountsIn(text: string): number[] {
	return [...text.matchAll(/\$(\d+(?:\.\d+)?)/g)].map(([, amount]) => Number(amount));
}

/** The prices that a text names, which has a `separator` between two. */
function toldIn(text: string, separator: string): Told[] {
	return text
		.split(separator)
		.filter((part) => part.includes('$'))
		.map((part) => ({
			usd: amountsIn(part),
			holdsFor: Object.values(words).filter((word) => part.includes(word)),
			isAbout: /\babout\b/i.test(part),
		}));
}

/** The prices of what stands under Duration. */
export const toldInHint = (hint: string): Told[] => toldIn(hint, ';');

/** The prices of an entry in the list of models, whose last part they are. */
export const toldInList = (entry: string): Told[] => toldIn(entry.split(';').at(-1) ?? '', ',');

/** What the table gives for so many seconds, in US dollars; 1 stands for the price of a second. */
function given({ price }: VideoModel, seconds: number[]): Told[] {
	const perSecond = price?.perSecond ?? [];
	return [...new Set(perSecond.map(({ usd }) => usd))].map((usd) => ({
		usd: seconds.map((count) => Number((usd * count).toFixed(3))),
		holdsFor: Object.entries(words)
			.filter(([way]) => perSecond.some((one) => one.usd === usd && one.as === way))
			.map(([, word]) => word),
		isAbout: price?.about === true,
	}));
}

/** What must stand under Duration, by the table. */
export const givenForHint = (model: VideoModel): Told[] =>
	given(model, [1, 5, Number(durationsOf(model).at(-1))]);

/** What must stand in the list of models, by the table. */
export const givenForList = (model: VideoModel): Told[] => given(model, [5]);
