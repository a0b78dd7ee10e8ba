import type {
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRunExecutionData,
	ITaskData,
	IWorkflowBase,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { parseRunData } from './run-data';

/** An error as it stands in an execution's data: what a database keeps of it. */
export interface StoredError {
	message: string;
	name?: string;
	description?: string | null;
	httpCode?: string | null;
	messages?: string[];
	context?: IDataObject;
	stack?: string;
	[field: string]: unknown;
}

/** A finished execution in a form that goes through a database, a pipe or a file unchanged. */
export interface OutcomeRecord {
	id: string;
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	/** True only for success, as in n8n's database. */
	finished: boolean;
	retryOf?: string;
	/** Milliseconds since 1970. */
	startedAt: number;
	/** Milliseconds since 1970. */
	stoppedAt: number;
	/** Milliseconds since 1970; set while the execution waits. */
	waitTill?: number;
	/** The workflow as the execution was given it. */
	workflow: IWorkflowBase;
	/** The run data (flatted) as n8n's save hook was given them: at the end, or at the stop. */
	hookData: string;
	/** The run data (flatted) which the server would then have in its database. */
	storedData: string;
}

/**
 * What became of an execution. `data` is what the save hook saw; it differs from what the server
 * keeps (`stored`) in one case only: after a user's Stop.
 */
export class Outcome {
	readonly data: IRunExecutionData;

	constructor(readonly record: OutcomeRecord) {
		this.data = runDataOf(record.hookData);
	}

	get id(): string {
		return this.record.id;
	}

	get status(): ExecutionStatus {
		return this.record.status;
	}

	get mode(): WorkflowExecuteMode {
		return this.record.mode;
	}

	get retryOf(): string | undefined {
		return this.record.retryOf;
	}

	/** Milliseconds from the start to the end (or the stop). */
	get duration(): number {
		return this.record.stoppedAt - this.record.startedAt;
	}

	/** Bytes that the execution's data take in the database. */
	get size(): number {
		return Buffer.byteLength(this.record.storedData);
	}

	/** What a retry starts from. */
	get stored(): IRunExecutionData {
		return runDataOf(this.record.storedData);
	}

	/** The runs of a node, oldest first; several if it ran in a loop. */
	runs(nodeName: string): ITaskData[] {
		return this.data.resultData.runData[nodeName] ?? [];
	}

	/**
	 * The items that a node put out.
	 *
	 * @param runIndex which run of the node, from 0
	 * @param output which of its main outputs, from 0
	 * @returns an empty list if the node did not run or put out nothing there
	 */
	items(nodeName: string, runIndex = 0, output = 0): INodeExecutionData[] {
		return this.runs(nodeName)[runIndex]?.data?.main?.[output] ?? [];
	}

	/** The error of a node's last run, or, without a name, the one that ended the execution. */
	error(nodeName?: string): StoredError | undefined {
		const error =
			nodeName === undefined
				? (this.data.resultData.error ?? this.stored.resultData.error)
				: this.runs(nodeName).at(-1)?.error;
		return error as unknown as StoredError | undefined;
	}

	/** What a node has kept in `getContext('node')`. */
	context(nodeName: string): IDataObject {
		const { contextData } = this.data.executionData ?? {};
		return contextData?.[`node:${nodeName}`] ?? {};
	}
}

function runDataOf(stored: string): IRunExecutionData {
	return parseRunData(stored) ?? ({ version: 1, resultData: { runData: {} } } as IRunExecutionData);
}
