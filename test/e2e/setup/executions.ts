import type {
	IDataObject,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8n } from '../../../harness/server/n8n';
import { RestError } from '../../../harness/server/rest-client';
import { parseRunData } from '../../../harness/engine/run-data';
import type { StoredWorkflow } from './workflows';

/** Milliseconds that an execution may take. */
const limitMs = 300_000;

/** How an execution can stand for good. */
const finalStatuses = ['success', 'error', 'canceled', 'crashed'];

interface StoredExecution {
	id: string;
	status: string;
	mode: WorkflowExecuteMode;
	retryOf?: string | null;
	/** Run data, flatted. */
	data: string;
}

/** An execution as the server's list of executions shows it. */
export class Execution {
	readonly id: string;

	readonly status: string;

	readonly mode: WorkflowExecuteMode;

	private readonly data: IRunExecutionData | null;

	constructor({ id, status, mode, data }: StoredExecution) {
		this.id = id;
		this.status = status;
		this.mode = mode;
		this.data = parseRunData(data);
	}

	/** Message and description of the error that ended it. */
	get error(): { message: string; description?: string | null } | undefined {
		return this.data?.resultData.error;
	}

	/** The runs of a node, first to last. */
	runs(node: string): ITaskData[] {
		return this.data?.resultData.runData[node] ?? [];
	}

	/** What came out of a node's last run: the items of one of its outputs. */
	items(node: string, output = 0): INodeExecutionData[] {
		const task = this.runs(node).at(-1);
		const connection = Object.values(task?.data ?? {})[0];
		return connection?.[output] ?? [];
	}

	/** The JSON of what came out of a node. */
	json(node: string, output = 0): IDataObject[] {
		return this.items(node, output).map(({ json }) => json);
	}
}

/** Presses *Execute workflow*, and resolves with the execution's id as soon as it runs. */
export async function execute(
	server: N8n,
	workflow: StoredWorkflow,
	options: {
		/** Where it starts, by the node's name; left out, at the first node that is no note. */
		trigger?: string;
		/** What the trigger gives, as a chat message typed in the editor does. */
		input?: IDataObject;
	} = {},
): Promise<string> {
	const first = workflow.nodes.find(({ type }) => type !== 'n8n-nodes-base.stickyNote');
	const name = options.trigger ?? first?.name;
	const data = options.input && triggerData(options.input);
	const { executionId } = await server.rest<{ executionId: string }>(
		'POST',
		`/workflows/${workflow.id}/run`,
		// n8n 1 and 2.0 run what the editor shows, newer ones what they have stored.
		{ workflowData: workflow, triggerToStartFrom: { name, data } },
	);
	return executionId;
}

function triggerData(json: IDataObject): Partial<ITaskData> {
	return {
		startTime: Date.now(),
		executionTime: 0,
		executionIndex: 0,
		executionStatus: 'success',
		source: [null],
		data: { main: [[{ json }]] },
	};
}

/** Reads an execution as it stands now. */
export async function readExecution(server: N8n, id: string): Promise<Execution> {
	return new Execution(await server.rest<StoredExecution>('GET', `/executions/${id}`));
}

/** Waits for the end of an execution, whichever it is. */
export async function finished(server: N8n, id: string): Promise<Execution> {
	return await untilStatus(server, id, finalStatuses);
}

/** Waits until an execution stands at one of these. */
export async function untilStatus(server: N8n, id: string, statuses: string[]): Promise<Execution> {
	const deadline = Date.now() + limitMs;
	for (;;) {
		const status = await statusOf(server, id);
		// Read once more: the status may have been stored before the data.
		if (status !== undefined && statuses.includes(status)) return await readExecution(server, id);
		if (Date.now() > deadline) {
			throw new Error(`Execution ${id} is still "${status}", not ${statuses.join(' or ')}`);
		}
		await sleep(200);
	}
}

// 2.20 stumbles over an execution that has stored nothing yet.
async function statusOf(server: N8n, id: string): Promise<string | undefined> {
	try {
		return (await server.rest<StoredExecution>('GET', `/executions/${id}`)).status;
	} catch (error) {
		if (error instanceof RestError && error.status === 500) return undefined;
		throw error;
	}
}

/** Executes a workflow by hand and waits for its end. */
export async function executeToEnd(
	server: N8n,
	workflow: StoredWorkflow,
	options?: Parameters<typeof execute>[2],
): Promise<Execution> {
	return await finished(server, await execute(server, workflow, options));
}

/** The ids of a workflow's executions, newest first. */
export async function executionsOf(
	server: N8n,
	{ id }: Pick<StoredWorkflow, 'id'>,
): Promise<{ id: string; status: string; mode: WorkflowExecuteMode }[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	const { results } = await server.rest<{
		results: { id: string; status: string; mode: WorkflowExecuteMode }[];
	}>('GET', `/executions?filter=${filter}&limit=100`);
	// n8n asks its database for those that run and for those that have ended in two queries, and puts the
	// answers together: one that ends in between stands in both.
	return [...new Map(results.map((result) => [result.id, result])).values()];
}

/** Waits until webhooks have started a workflow that often, and for the ends; oldest first. */
export async function startedByWebhook(
	server: N8n,
	workflow: Pick<StoredWorkflow, 'id'>,
	count: number,
): Promise<Execution[]> {
	const deadline = Date.now() + limitMs;
	for (;;) {
		const all = await executionsOf(server, workflow);
		// By their ids: n8n puts those that still run before all that have ended.
		const started = all
			.filter(({ mode }) => mode === 'webhook')
			.toSorted((one, other) => Number(one.id) - Number(other.id));
		if (started.length >= count) {
			return await Promise.all(started.map(async ({ id }) => await finished(server, id)));
		}
		if (Date.now() > deadline) {
			throw new Error(`Webhooks have started the workflow ${started.length} times, not ${count}`);
		}
		await sleep(200);
	}
}

/**
 * What the server has stored of a workflow's executions, as text: also of those that it was killed in,
 * of which nothing else can be read.
 */
export async function storedOf(
	server: N8n,
	workflow: Pick<StoredWorkflow, 'id'>,
): Promise<string[]> {
	const all = await executionsOf(server, workflow);
	return await Promise.all(
		all.map(async ({ id }) => {
			const { data } = await server.rest<StoredExecution>('GET', `/executions/${id}`);
			return data;
		}),
	);
}

/** Presses *Retry* in the list of executions, and waits until that one has ended. */
export async function retry(
	server: N8n,
	failedId: string,
	loadWorkflow: boolean,
): Promise<Execution> {
	const path = `/executions/${failedId}/retry`;
	const { id } = await server.rest<{ id: string }>('POST', path, { loadWorkflow });
	return await finished(server, id);
}
