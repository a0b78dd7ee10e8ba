import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { objectIn, read, textIn } from '../../queue/read';
import type { QueueClient } from '../transport/queue-client';
import { askPlatform } from './ask-platform';

/** What fal charges for a unit of a model: its base price, whatever options may add to it. */
export interface BasePrice {
	/** In `currency`. */
	unitPrice: number;
	/** fal's word for what is counted: `seconds`, `videos`, `compute seconds`, … */
	unit: string;
	currency: string;
}

type Prices = Map<string, Promise<BasePrice | undefined>>;

/** What was asked for already, by the run of the node. */
const ofRuns = new WeakMap<object, Prices>();

/**
 * Asks fal what a model costs, once in a run of the node.
 *
 * @returns `undefined` where fal names no price for it
 * @throws {QueueError} as `askPlatform` does
 */
export async function basePrice(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	model: string,
): Promise<BasePrice | undefined> {
	const run = context.getExecuteData();
	const prices = ofRuns.get(run) ?? (new Map() as Prices);
	ofRuns.set(run, prices);
	const key = `${client.platformUrl} ${model}`;
	const known = prices.get(key);
	if (known) return await known;
	const asked = ask(context, client, model);
	prices.set(key, asked);
	return await asked;
}

/** Lets prices be asked for anew: Retry On Fail is the same run for n8n, and may find fal there again. */
export function forgetPrices(run: object): void {
	ofRuns.delete(run);
}

async function ask(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	model: string,
): Promise<BasePrice | undefined> {
	const { list } = await askPlatform(context, client, {
		path: '/models/pricing',
		query: { endpoint_id: model },
		what: 'prices',
		permission: 'see prices',
		read: ({ body }) => {
			const { prices } = objectIn(body) ?? {};
			return Array.isArray(prices) ? { list: prices as unknown[] } : undefined;
		},
		signal: context.getExecutionCancelSignal(),
	});
	// Of several, which one counts is not known: the dearest holds a limit.
	return list
		.flatMap(readPrice)
		.filter(({ endpoint }) => endpoint === model)
		.toSorted((one, two) => two.unitPrice - one.unitPrice)[0];
}

function readPrice(value: unknown): Array<BasePrice & { endpoint: string }> {
	const one = objectIn(value) ?? {};
	const endpoint = textIn(one.endpoint_id);
	const unitPrice = read(z.coerce.number(), one.unit_price);
	const unit = textIn(one.unit)?.toLowerCase();
	if (endpoint === undefined || unit === undefined || !(unitPrice !== undefined && unitPrice > 0)) {
		return [];
	}
	return [{ endpoint, unitPrice, unit, currency: textIn(one.currency) ?? 'USD' }];
}
