import { durationsOf, type PricedAs, type VideoModel } from './model';

const ways: Record<PricedAs, string> = {
	silent: 'silent',
	sound: 'with sound',
	'720p': '720p',
	'1080p': '1080p',
};

/** What a second costs in one way, or in several at the same price. */
interface Rate {
	usd: number;
	/** In words; empty where the model has one price. */
	way: string;
}

function ratesOf({ price }: VideoModel): Rate[] {
	const rates: Rate[] = [];
	for (const { usd, as } of price?.perSecond ?? []) {
		const way = as === undefined ? '' : ways[as];
		const same = rates.find((rate) => rate.usd === usd);
		if (same) same.way = `${same.way} or ${way}`;
		else rates.push({ usd, way });
	}
	return rates;
}

/** An amount as prices are written: `$0.35`, and `$0.225` where a cent is not fine enough. */
export function dollars(usd: number): string {
	return `$${usd.toFixed(3).replace(/0$/, '')}`;
}

function lengthsOf(model: VideoModel): string {
	const durations = durationsOf(model);
	const [first = '', last = ''] = [durations[0], durations.at(-1)];
	return durations.length === 2 ? `${first} or ${last} seconds` : `${first} to ${last} seconds`;
}

/** What the list of models says beside a model's name: what it is for, how long, and its price. */
export function modelDescription(model: VideoModel): string {
	const about = model.price?.about ? 'about ' : '';
	const rates = ratesOf(model).map(
		({ usd, way }) => `${about}${dollars(5 * usd)}${way && ` ${way}`}`,
	);
	const price = rates.length === 0 ? 'price on its page' : `5 seconds ${rates.join(', ')}`;
	return `${model.line}. ${lengthsOf(model)}; ${price}.`;
}

/** What stands under Duration: what the model's videos cost, a second and as a whole. */
export function priceHint(model: VideoModel): string {
	const rates = ratesOf(model);
	if (rates.length === 0) return 'See the model’s page at fal for its price';
	const about = model.price?.about ? 'about ' : '';
	const longest = durationsOf(model).at(-1) ?? '5';
	const texts = rates.map(({ usd, way }) => {
		const total = (seconds: number) => `${about}${dollars(usd * seconds)} for ${seconds} seconds`;
		return `${about}${dollars(usd)} a second${way && `, ${way}`}: ${total(5)}, ${total(Number(longest))}`;
	});
	const text = texts.join('; ');
	return `${text.charAt(0).toUpperCase()}${text.slice(1)} (fal’s prices; a gateway has its own)`;
}
