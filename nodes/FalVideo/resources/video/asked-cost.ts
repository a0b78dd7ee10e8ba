import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { type Cost, microsAtLeast } from '../../execution/cost/cost';
import { basePrice } from '../../execution/platform/prices';
import { settle } from '../../execution/settle';
import type { QueueClient } from '../../execution/transport/queue-client';
import { messageOf } from '../../queue/errors';

/**
 * What a video costs by fal's own base price, for a model whose price no list here has. It is said as
 * "about": options such as the resolution may cost more.
 *
 * @param seconds the video's length, where it is known
 * @returns why nobody knows, where fal names no price, or one that cannot be computed. Never throws.
 */
export async function askedCost(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	model: string,
	seconds: number | undefined,
): Promise<Cost> {
	const asked = await settle(basePrice(context, client, model));
	if ('error' in asked) {
		return { unknown: `the price of "${model}" is not known: ${messageOf(asked.error)}` };
	}
	const price = asked.value;
	if (price === undefined) return { unknown: `fal names no price of "${model}"` };
	if (price.currency.toUpperCase() !== 'USD') {
		return { unknown: `fal's price of "${model}" is in ${price.currency}` };
	}
	if (seconds === undefined) return { unknown: `the length of a video of "${model}" is not known` };
	const units = unitsOf(price.unit, seconds);
	return units === undefined
		? {
				unknown: `fal charges for "${model}" by "${price.unit}", which nobody can count beforehand`,
			}
		: {
				micros: microsAtLeast(units * price.unitPrice),
				seconds,
				about: true,
			};
}

/**
 * How many units a video has. fal's words are those that clients of its platform API were seen to handle:
 * `seconds`, `5 seconds`, `minutes`, `videos`, `generations`, and others that say nothing of a length.
 */
function unitsOf(unit: string, seconds: number): number | undefined {
	const ofSeconds = /^(\d*)\s*seconds?$/.exec(unit);
	if (ofSeconds) return Math.ceil(seconds / Number(ofSeconds[1] || 1));
	if (/^minutes?$/.test(unit)) return seconds / 60;
	return /^(videos?|generations?)$/.test(unit) ? 1 : undefined;
}
