import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { type Cost, microsOf } from '../../execution/cost/cost';
import { secondsOf, type VideoOrder, VideoRequest } from '../../execution/request/video-request';
import type { ItemBill } from '../../execution/run/node-run';
import { InputError } from '../../execution/errors/input-error';
import { settle } from '../../execution/settle';
import { composeRequest } from '../../execution/suspend/declarative-item';
import type { QueueClient } from '../../execution/transport/queue-client';
import { messageOf } from '../../queue/errors';
import { objectIn } from '../../queue/read';
import { type Source, videoModel } from '../models';
import type { VideoModel } from '../models/model';
import { readOption } from '../options';
import { askedCost } from './asked-cost';
import { readOrder, type Reading } from './order';

type Body = VideoOrder['body'];

/**
 * An order with what it costs, what it may cost, and how long the file is kept.
 *
 * @throws {InputError} when an option is not allowed
 */
export async function withMoney(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	order: VideoOrder,
): Promise<VideoOrder> {
	const keep = readOption(context, 'fileLifetime');
	const maxCost = readOption(context, 'maxCost');
	return {
		...order,
		...(keep === undefined
			? {}
			: { headers: { ...order.headers, 'X-Fal-Object-Lifecycle-Preference': keep } }),
		cost: await costFor(context, client, order, maxCost !== undefined),
		maxCost,
	};
}

// fal is asked for what no list here has only where a limit needs it.
async function costFor(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ model, body }: VideoOrder,
	isLimited: boolean,
): Promise<Cost> {
	const listed = costOf(model, body, client);
	const isPriced = videoModel(model)?.price !== undefined;
	if (!isLimited || !client.isFal || isPriced) return listed;
	return await askedCost(context, client, model, lengthOf(model, body));
}

/** What the video of a body costs at a host. */
function costOf(
	model: string,
	body: Body,
	{ isFal, hostName }: Pick<QueueClient, 'isFal' | 'hostName'>,
): Cost {
	if (!isFal) return { unknown: `the prices of ${hostName} are not known` };
	const listed = videoModel(model);
	const rate = listed && rateOf(listed, body);
	if (!listed || rate === undefined) return { unknown: `the price of "${model}" is not known` };
	const seconds = lengthOf(model, body);
	if (seconds === undefined)
		return { unknown: `the length of a video of ${listed.name} is not known` };
	const about = listed.price?.about;
	return { micros: seconds * microsOf(rate), seconds, ...(about ? { about } : {}) };
}

// What is not sent is what the model takes by itself.
function valueOf(
	model: VideoModel,
	body: Body,
	name: 'duration' | 'generate_audio' | 'resolution',
) {
	return body[name] ?? model.inputs[name]?.default;
}

function rateOf(model: VideoModel, body: Body): number | undefined {
	const rates = model.price?.perSecond ?? [];
	if (rates.every(({ usd }) => usd === rates[0]?.usd)) return rates[0]?.usd;
	const audio = valueOf(model, body, 'generate_audio');
	const sound = audio === true ? 'sound' : audio === false ? 'silent' : undefined;
	const ways: unknown[] = [sound, valueOf(model, body, 'resolution')];
	return rates.find(({ as }) => as !== undefined && ways.includes(as))?.usd;
}

/**
 * The length of the video in seconds: as it is sent, or as a model of the table makes it by itself. Shots
 * are as long as they are together.
 */
function lengthOf(model: string, body: Body): number | undefined {
	const listed = videoModel(model);
	if (Array.isArray(body.multi_prompt)) {
		const lengths = body.multi_prompt.map((shot) => secondsOf(objectIn(shot)?.duration));
		const isKnown = (one: number | undefined) => one !== undefined;
		return lengths.every(isKnown) ? lengths.reduce((sum, one) => sum + one, 0) : undefined;
	}
	return secondsOf(listed ? valueOf(listed, body, 'duration') : body.duration);
}

/**
 * What the items of a run cost that come later, found out beforehand by the node's expressions: with
 * batching, n8n composes them only when earlier ones are paid for. One that cannot be sent costs nothing.
 */
export async function billsOfLaterItems(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ source, fields }: { source: Source; fields: Parameters<typeof composeRequest>[2] },
	items: number,
): Promise<ItemBill[]> {
	const bills: ItemBill[] = [];
	for (let index = 0; index < items; index++) {
		if (index === context.getItemIndex()) continue;
		const found = await settle(billOfItem(laterItem(context, index), client, source, fields));
		if ('value' in found) bills.push(found.value);
		else if (!(found.error instanceof InputError)) bills.push({ cost: unknownOf(found.error) });
	}
	return bills;
}

// Its file, say, can only be read when it is its turn.
const unknownOf = (error: unknown): Cost => ({
	unknown: `with Batching, the cost of a later item is not known beforehand: ${messageOf(error)}`,
});

async function billOfItem(
	item: IExecuteSingleFunctions,
	client: QueueClient,
	source: Source,
	fields: Parameters<typeof composeRequest>[2],
): Promise<ItemBill> {
	// Its picture is not there yet, and the picture tells whether its request exists already.
	if (source === 'image') {
		const unknown =
			'with Batching, the cost of videos that begin with an image is not known beforehand';
		return { cost: { unknown }, maxCost: readOption(item, 'maxCost') };
	}
	const composed = await composeRequest(item, '/', fields);
	const reading: Reading = { source };
	const order = await withMoney(item, client, await readOrder(item, composed, client, reading));
	const cost = new VideoRequest(item, client, order).costToCome();
	return { cost, maxCost: order.maxCost };
}

// n8n gives an item's code that item's values alone, and evaluates expressions for any.
function laterItem(context: IExecuteSingleFunctions, index: number): IExecuteSingleFunctions {
	const resolved = (value: unknown): unknown => {
		if (typeof value === 'string') {
			return value.startsWith('=') ? context.evaluateExpression(value.slice(1), index) : value;
		}
		if (Array.isArray(value)) return value.map(resolved);
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
	};
	const { parameters } = context.getNode();
	const view: Partial<IExecuteSingleFunctions> = {
		helpers: context.helpers,
		logger: context.logger,
		getContext: (type) => context.getContext(type),
		getCredentials: async (type) => await context.getCredentials(type),
		getExecutionCancelSignal: () => context.getExecutionCancelSignal(),
		getExecutionId: () => context.getExecutionId(),
		getExecuteData: () => context.getExecuteData(),
		getItemIndex: () => index,
		getNode: () => context.getNode(),
		getNodeParameter: ((name: string, fallback?: unknown) =>
			name in parameters
				? resolved(parameters[name])
				: fallback) as IExecuteSingleFunctions['getNodeParameter'],
		getWorkflowDataProxy: () => context.getWorkflowDataProxy(context.getItemIndex()),
	};
	return view as IExecuteSingleFunctions;
}
