import type {
	DeclarativeRestApiSettings,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	INodeExecutionData,
} from 'n8n-workflow';
import { errorItem, isItem, nodeError } from '../errors/node-error';
import { NodeRun } from './node-run';
import { QueueClient } from '../transport/queue-client';

/** The request that n8n composed of the declared fields. */
export type Composed = DeclarativeRestApiSettings.HttpRequestOptions;

/** What an operation does for one item. */
export type ItemWork = (
	context: IExecuteSingleFunctions,
	composed: Composed,
	client: QueueClient,
) => Promise<INodeExecutionData>;

/** The function that n8n calls in the place of a declarative node's pagination. */
export type ItemHook = (
	this: IExecutePaginationFunctions,
	settings: DeclarativeRestApiSettings.ResultOptions,
) => Promise<INodeExecutionData[]>;

/** What an operation does for one item that may become several. */
export type ItemsWork = (...given: Parameters<ItemWork>) => Promise<INodeExecutionData[]>;

/**
 * Wraps an operation's work in the hook that n8n calls for each item.
 *
 * It stands where declarative nodes have their pagination, since that hook may take one composed
 * request through many HTTP calls. It gives one item, linked to its input. An error becomes one that
 * n8n shows well; where the node continues on errors, it becomes an item.
 */
export function itemHook(work: ItemWork): ItemHook {
	return itemsHook(async (...given) => [await work(...given)]);
}

/** The same for an operation that makes several items of one, or none. */
export function itemsHook(work: ItemsWork): ItemHook {
	return async function (this, { options }) {
		const run = NodeRun.of(this);
		try {
			if (!(await run.composed())) return [];
			const outputs = await work(this, options, await QueueClient.connect(this, options));
			run.succeeded();
			return outputs.map((output) => ({ ...output, pairedItem: { item: this.getItemIndex() } }));
		} catch (error) {
			const failure = nodeError(this, error);
			if (isItem(this)) return [errorItem(this, failure)];
			run.failed(failure, this.getItemIndex());
			await run.mayFail();
			throw failure;
		} finally {
			const spent = (await run.itemEnded(this.getItemIndex())) ? run.spent : '';
			if (spent) this.logger.info(`fal: this run submitted videos for an estimated ${spent}`);
		}
	};
}
