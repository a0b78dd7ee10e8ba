import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	ExecutionStatus,
	ICredentialsHelper,
	INode,
	INodeExecutionData,
	IRun,
	IRunExecutionData,
	IWorkflowBase,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import { additionalDataOf } from './additional-data';
import type { PackageTypes } from './node-types';
import type { OutcomeRecord } from './outcome';
import { Outcome } from './outcome';
import { stringifyRunData } from './run-data';
import { afterUserStop } from './storage';

/** What happens in an execution, under the names of n8n's hooks. */
export interface ExecutionEvent {
	type: 'workflowExecuteBefore' | 'nodeExecuteBefore' | 'nodeExecuteAfter' | 'workflowExecuteAfter';
	executionId: string;
	/** Set for the events of a node. */
	nodeName?: string;
	/** Set once the workflow has ended or was stopped. */
	status?: ExecutionStatus;
}

/**
 * Who ends an execution, and with that, what n8n keeps of it:
 *
 * - `user`: the Stop button. Nothing that came after the start is kept, see `afterUserStop`.
 * - `timeout`: the workflow's time is up. The data are kept as they were at that moment.
 * - `timeout-late`: the same, but the server needs its database three times before it gets to
 *   writing them. If the node has returned by then, its result or error is among them.
 */
export type StopReason = 'user' | 'timeout' | 'timeout-late';

export interface ExecutionPlan {
	id: string;
	workflow: IWorkflowBase;
	mode: WorkflowExecuteMode;
	types: PackageTypes;
	credentials: ICredentialsHelper;
	/** Replaces what the trigger puts out. */
	input?: INodeExecutionData[];
	/** Where a retry goes on. */
	runData?: IRunExecutionData;
	retryOf?: string;
	onEvent?: (event: ExecutionEvent) => void;
}

/** One run of a workflow: what the server's WorkflowRunner does for it, without a database. */
export class Execution {
	/**
	 * Resolves, whatever became of the execution, once n8n's engine has come to its end. After a
	 * stop that is when the running node has returned; what is kept is from the stop's moment.
	 */
	readonly finished: Promise<Outcome>;

	private readonly hooks: ExecutionLifecycleHooks;
	private readonly startedAt = Date.now();
	private cancel: () => void = () => {};
	private ended?: IRun;
	private saved?: OutcomeRecord;
	private stopReason?: StopReason;
	private lastWritten: string;

	constructor(private readonly plan: ExecutionPlan) {
		const { id, workflow, mode, retryOf } = plan;
		this.hooks = new ExecutionLifecycleHooks(mode, id, workflow, retryOf);
		this.listen();
		let run: Promise<IRun>;
		try {
			const instance = this.instance();
			// A manual run is written to the database without any data; the others with their start.
			const runData = plan.runData ?? (mode === 'manual' ? undefined : this.startOf(instance));
			this.lastWritten = stringifyRunData(runData);
			run = this.start(instance, runData);
		} catch (error) {
			this.lastWritten ??= stringifyRunData(undefined);
			run = this.fail(error as Error);
		}
		this.finished = run.then(
			() => this.outcome(),
			async (error: Error) => {
				await this.fail(error);
				return this.outcome();
			},
		);
	}

	get id(): string {
		return this.plan.id;
	}

	/** Does what the server does; nothing if the execution has ended. */
	stop(reason: StopReason = 'user'): void {
		if (this.ended) return;
		this.stopReason = reason;
		this.cancel();
	}

	private instance(): Workflow {
		const { workflow, mode, types } = this.plan;
		return new Workflow({
			id: workflow.id,
			name: workflow.name,
			nodes: workflow.nodes,
			connections: workflow.connections,
			active: mode !== 'manual' && mode !== 'retry',
			nodeTypes: types,
			staticData: workflow.staticData,
			settings: workflow.settings,
			pinData: mode === 'manual' ? workflow.pinData : undefined,
		});
	}

	/** The trigger has fired with these items: where a production execution begins. */
	private startOf(workflow: Workflow): IRunExecutionData {
		const node = triggerOf(workflow);
		const items = this.plan.input ?? this.plan.workflow.pinData?.[node.name] ?? [{ json: {} }];
		return createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node, data: { main: [items] }, source: null }] },
		});
	}

	private start(workflow: Workflow, runData: IRunExecutionData | undefined): Promise<IRun> {
		const { id, mode, credentials, input, workflow: source } = this.plan;
		// Seconds, as in the workflow's settings; 0 or less means no limit.
		const limit = (source.settings?.executionTimeout ?? -1) * 1000;
		const additionalData = additionalDataOf({
			credentialsHelper: credentials,
			executionId: id,
			hooks: this.hooks,
			workflowId: workflow.id,
			timeoutAt: limit > 0 ? Date.now() + limit : undefined,
		});
		const execute = new WorkflowExecute(additionalData, mode, runData);
		const running = runData
			? execute.processRunExecutionData(workflow)
			: execute.run({
					workflow,
					pinData: input ? undefined : source.pinData,
					triggerToStartFrom: input && manualStart(triggerOf(workflow), input),
				});
		this.cancel = () => running.cancel();
		const timer = limit > 0 ? setTimeout(() => this.stop('timeout'), limit) : undefined;
		return running.finally(() => clearTimeout(timer));
	}

	private listen(): void {
		const emit = (event: Omit<ExecutionEvent, 'executionId'>) =>
			this.plan.onEvent?.({ ...event, executionId: this.plan.id });
		this.hooks.addHandler('workflowExecuteBefore', () => emit({ type: 'workflowExecuteBefore' }));
		this.hooks.addHandler('nodeExecuteBefore', (nodeName) =>
			emit({ type: 'nodeExecuteBefore', nodeName }),
		);
		this.hooks.addHandler('nodeExecuteAfter', (nodeName, _task, data) => {
			if (this.plan.workflow.settings?.saveExecutionProgress === true) {
				data.resultData.lastNodeExecuted = nodeName;
				this.lastWritten = stringifyRunData(data);
			}
			emit({ type: 'nodeExecuteAfter', nodeName });
		});
		this.hooks.addHandler('workflowExecuteAfter', (run) => {
			this.ended = run;
			// Serialised at once: a node that has not returned yet goes on changing the live data.
			if (this.stopReason !== 'timeout-late') this.saved = this.record(run);
			emit({ type: 'workflowExecuteAfter', status: finalStatus(run) });
		});
	}

	private record(run: IRun): OutcomeRecord {
		const { id, mode, workflow, retryOf } = this.plan;
		const hookData = stringifyRunData(run.data);
		const byUser = this.stopReason === 'user';
		return {
			id,
			mode,
			status: finalStatus(run),
			finished: run.finished ?? false,
			retryOf,
			startedAt: this.startedAt,
			stoppedAt: Date.now(),
			waitTill: run.waitTill?.getTime(),
			workflow: structuredClone(workflow),
			hookData,
			storedData: byUser ? afterUserStop(this.lastWritten, id) : hookData,
		};
	}

	/** An execution which could not even start, e.g. because a required field is empty. */
	private async fail(error: Error): Promise<IRun> {
		const run: IRun = {
			data: createRunExecutionData({
				resultData: {
					error: { ...error, message: error.message, stack: error.stack } as never,
					runData: {},
				},
			}),
			mode: this.plan.mode,
			startedAt: new Date(this.startedAt),
			stoppedAt: new Date(),
			status: 'error',
			storedAt: 'db',
			finished: false,
		};
		await this.hooks.runHook('workflowExecuteAfter', [run, {}]);
		return run;
	}

	private outcome(): Outcome {
		if (!this.ended) throw new Error(`Execution ${this.id} ended without its save hook`);
		return new Outcome(this.saved ?? this.record(this.ended));
	}
}

function triggerOf(workflow: Workflow): INode {
	const node = workflow.getStartNode();
	if (!node) throw new Error('No node to start the workflow from could be found');
	return node;
}

function manualStart(trigger: INode, items: INodeExecutionData[]) {
	return {
		name: trigger.name,
		data: {
			startTime: Date.now(),
			executionIndex: 0,
			executionTime: 0,
			source: [],
			data: { main: [items] },
		},
	};
}

function finalStatus(run: IRun): ExecutionStatus {
	if (run.waitTill) return 'waiting';
	if (run.status === 'crashed' || run.status === 'canceled') return run.status;
	return run.status === 'error' || run.data.resultData.error ? 'error' : 'success';
}
