import type {
	IExecuteFunctions,
	IExecuteSingleFunctions,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { InputError } from '../../execution/errors/input-error';
import { errorItem, isItem, nodeError } from '../../execution/errors/node-error';
import { itemHook } from '../../execution/run/item-hook';
import { isTool } from '../../execution/run/tool';
import { itemView } from '../../execution/suspend/declarative-item';
import { suspendUntilComplete } from '../../execution/suspend/suspend';
import { checkChoice } from '../checks';
import { modelToSubmit } from '../model-choice';
import type { Source } from '../models';
import { downloadField, optionsCollection } from '../options';
import { videoFields } from './body';
import { withMoney } from './cost';
import { readOrder } from './order';

const show = { resource: ['video'], operation: ['generateAndSuspend'] };

const notAsTool =
	'Operation is "Generate and Suspend"; as a tool of an agent it must be "Generate": the agent waits for its tool, which cannot suspend';

/** The operation: all items submitted, and the execution stored until fal calls back. */
export const generateAndSuspendOperation: INodePropertyOptions = {
	name: 'Generate and Suspend',
	value: 'generateAndSuspend',
	action: 'Generate a video and suspend the execution',
	description: 'For many videos: the workflow sleeps until fal calls back',
	// A tool has to answer while the agent waits: it cannot suspend.
	displayOptions: { hide: { '@tool': [true] } },
	// n8n hands the operation over as a whole, to `generateAndSuspend`. Where it takes it for a
	// declarative one all the same, as for a tool, it must not send what its fields declare.
	routing: {
		request: { method: 'POST', url: '/' },
		send: { paginate: true },
		operations: { pagination: itemHook(() => Promise.reject(new InputError(notAsTool))) },
	},
};

/** What somebody has to know before anything else; it stands right under Operation. */
export const suspendNotice: INodeProperties = {
	displayName:
		'Works only if this n8n has an address on the internet, where fal can call it. On your own computer, use Generate. A video that fails comes out as an item with the status ERROR, in its place in the list.',
	name: 'suspendNotice',
	type: 'notice',
	default: '',
	displayOptions: { show },
};

/** How the execution is suspended, and the video delivered. */
export const generateAndSuspendFields: INodeProperties[] = [
	downloadField(show),
	optionsCollection(show, [
		'maxSuspendSeconds',
		'maxCost',
		'binaryPropertyName',
		'extraInput',
		'fileLifetime',
		'priority',
		'startTimeoutSeconds',
	]),
];

/** What an item's video is made of. */
const sourceOf = (item: IExecuteSingleFunctions): Source =>
	checkChoice('Make Video From', item.getNodeParameter('source', 'text'), ['text', 'image']);

/** What n8n calls for the operation, with all items of the run. */
export async function generateAndSuspend(this: IExecuteFunctions) {
	if (isTool(this)) {
		const item = itemView(this, 0);
		const error = nodeError(item, new InputError(notAsTool));
		if (isItem(item)) return [[errorItem(item, error)]];
		throw error;
	}
	return await suspendUntilComplete(this, {
		fields: [...videoFields, ...generateAndSuspendFields],
		path: (item) => `/${modelToSubmit(item, sourceOf(item)).id}`,
		order: async (item, composed, client) =>
			await withMoney(
				item,
				client,
				await readOrder(item, composed, client, {
					source: sourceOf(item),
					maxWait: 'maxSuspendSeconds',
				}),
			),
	});
}
