import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

/** A request that a suspended execution waits for. */
export interface SuspendedRequest {
	/** The index of its item. */
	item: number;
	/** Its response path. */
	path: string;
	model: string;
	/** Whether its result must be a video. */
	isVideo: boolean;
	download: boolean;
	/** The output field of a downloaded file. */
	field: string;
	/** The prompt as it was sent, which the finished item says; older ones have none. */
	prompt?: string;
	/** What the video costs by the list of prices, in US dollars, where that is known. */
	estimate?: number;
}

/** What a suspended execution waits for. */
export interface Suspension {
	/**
	 * When it was suspended, in milliseconds since the epoch. A loop may suspend an execution more than
	 * once; each time is later than the one before, whatever the clock says.
	 */
	at: number;
	/** When n8n resumes it by itself, in milliseconds since the epoch. */
	until: number;
	/** How many items the node had. */
	items: number;
	requests: SuspendedRequest[];
	/** What the items that are finished already put out, by their indexes. */
	done: Record<number, IDataObject>;
}

/** What an item says that n8n hands on before its request has ended. */
const handedOnEarly =
	'n8n went on before this request had ended: Max Wait was over, or the execution was stopped and retried. It is not submitted again: collect it with Request > Get Result.';

/** An item whose request is pending, as n8n hands it on if no callback resumes the execution. */
export function pendingOutput(json: IDataObject, item: number): INodeExecutionData {
	return { json: { ...json, hint: handedOnEarly }, pairedItem: { item } };
}

/** The mark of a new suspension of the execution; see `Suspension.at`. */
export function nextSuspensionAt(context: IExecuteFunctions, now: number): number {
	// Several nodes of an execution may suspend it in turn.
	const flow = context.getContext('flow');
	const last = typeof flow.falSuspendedAt === 'number' ? flow.falSuspendedAt : 0;
	const at = Math.max(now, last + 1);
	flow.falSuspendedAt = at;
	return at;
}

/**
 * Writes down what the execution waits for, and what its items are so far. n8n stores both: the
 * node's context, and its input, which it hands on if nobody resumes the execution in time.
 *
 * The input's own fields are kept beside: what n8n hands on when nobody has resumed the execution then
 * still says what it was made from, and a retry's expressions find what they found at first.
 *
 * @param outputs an item for each input item: finished ones, and pending ones
 */
export function writeSuspension(
	context: IExecuteFunctions,
	suspension: Suspension,
	outputs: readonly INodeExecutionData[],
): void {
	context.getContext('node').falSuspension = suspension;
	// With Execute Once, n8n stores all the items that came, and would hand on the others, too.
	const { data } = context.getExecuteData();
	if (data.main?.[0]) data.main = [data.main[0].slice(0, suspension.items), ...data.main.slice(1)];
	context.getInputData().forEach((item, index) => {
		const output = outputs[index];
		if (output === undefined) return;
		// Its JSON is the previous node's output too, so it is replaced and not changed.
		item.json = { ...item.json, ...output.json };
		if (output.binary) item.binary = output.binary;
		else delete item.binary;
	});
}

/**
 * Reads when an execution was suspended, from a webhook; see `Suspension.at`. It loads nothing of what
 * is stored.
 *
 * @returns `undefined` where the execution does not wait for requests
 */
export function readSuspendedAt(context: IWebhookFunctions): number | undefined {
	return read<number>(context, `${suspensionOf(context)}?.at`);
}

/**
 * Reads what `writeSuspension` wrote, from a webhook. n8n does not give it the context, but one can
 * ask for it in an expression.
 */
export function readSuspension(context: IWebhookFunctions): Suspension | undefined {
	return read<Suspension>(context, suspensionOf(context));
}

/** Reads the files of the items that were finished already, from a webhook; by the item's index. */
export function readFiles(context: IWebhookFunctions): Array<INodeExecutionData['binary'] | null> {
	return read(context, '$input.all().map((item) => item.binary ?? null)') ?? [];
}

function suspensionOf(context: IWebhookFunctions): string {
	// Each character by its number: braces would end the expression, and n8n refuses some words in one.
	const name = Array.from({ length: context.getNode().name.length }, (_, index) => {
		const code = context.getNode().name.charCodeAt(index);
		return `\\u${code.toString(16).padStart(4, '0')}`;
	}).join('');
	return `$("${name}").context.falSuspension`;
}

function read<Value>(context: IWebhookFunctions, expression: string): Value | undefined {
	const json = context.evaluateExpression(`{{ JSON.stringify(${expression}) }}`, 0);
	return typeof json === 'string' ? (JSON.parse(json) as Value) : undefined;
}
