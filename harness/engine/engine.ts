import { BinaryDataService, CredentialTestContext } from 'n8n-core';
import type {
	IBinaryData,
	INodeCredentialTestResult,
	INodeExecutionData,
	IWorkflowBase,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { Container } from '@n8n/di';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { additionalDataOf } from './additional-data';
import type { CredentialEntry, CredentialTable } from './credentials';
import { TableCredentials } from './credentials';
import { answerEditor, type EditorAnswer, type EditorQuestion } from './editor';
import {
	addModulePaths,
	setEnvironment,
	shareLibraries,
	startServices,
	stopServices,
} from './environment';
import type { ExecutionEvent } from './execution';
import { Execution } from './execution';
import { captureLogs } from './logs';
import { PackageTypes } from './node-types';
import type { Outcome } from './outcome';
import { readRunData } from './storage';

export interface EngineOptions {
	/** The folder of the built package: its `package.json` names the files under `dist`. */
	packageDir: string;
	credentials?: CredentialTable;
	/** Where n8n's own files go; a temporary folder, removed by `close()`, if not given. */
	scratchDir?: string;
	/** Where binary data go; within `scratchDir` if not given. */
	binaryDir?: string;
	/** Further folders of modules for the package, like n8n's own `node_modules`. */
	modulePaths?: string[];
	/** Folders of further packages, whose nodes workflows may use too. */
	furtherPackages?: string[];
	/** How many seconds pass in one, see `speedUp`. @default 1 */
	clockSpeed?: number;
}

export interface RunRequest {
	workflow: IWorkflowBase;
	/** Replaces what the trigger puts out (its pinned data, else one empty item). */
	input?: INodeExecutionData[];
	/** How the execution came about; `trigger` (as in production) if not given. */
	mode?: WorkflowExecuteMode;
	/** Counts up from 1 if not given. */
	executionId?: string;
	onEvent?: (event: ExecutionEvent) => void;
}

export interface RetryRequest {
	/** The currently saved workflow; the execution's own if not given. */
	workflow?: IWorkflowBase;
	/** Counts up if not given. */
	executionId?: string;
	onEvent?: (event: ExecutionEvent) => void;
}

/** n8n's engine with one built package, in this process. One at a time per process. */
export class Engine {
	/** Rejections that nobody has handled since the start. */
	readonly unhandled: Error[] = [];

	private lastId = 0;
	private readonly onUnhandled = (reason: unknown) => {
		this.unhandled.push(reason instanceof Error ? reason : new Error(String(reason)));
	};

	private constructor(
		/** What n8n has logged, on every level: a line of JSON for each entry. */
		readonly logs: string[],
		private readonly types: PackageTypes,
		private readonly credentials: TableCredentials,
		private readonly end: () => Promise<void>,
	) {
		process.on('unhandledRejection', this.onUnhandled);
	}

	/** @throws if the package cannot be loaded */
	static async start(options: EngineOptions): Promise<Engine> {
		const { packageDir, credentials = {}, binaryDir, modulePaths = [] } = options;
		const { furtherPackages = [] } = options;
		const scratchDir = options.scratchDir ?? (await mkdtemp(join(tmpdir(), 'n8n-engine-')));
		setEnvironment(scratchDir);
		addModulePaths(modulePaths);
		if (furtherPackages.length > 0) shareLibraries();
		const logs: string[] = [];
		captureLogs(logs);
		await startServices(binaryDir ?? join(scratchDir, 'storage'));
		const types = await PackageTypes.load(packageDir, furtherPackages);
		return new Engine(logs, types, new TableCredentials(types, credentials), async () => {
			await stopServices();
			if (!options.scratchDir) await rm(scratchDir, { recursive: true, force: true });
		});
	}

	/** Starts a workflow; what goes wrong in it is told by `finished`. */
	run(request: RunRequest): Execution {
		const { workflow, input, mode = 'trigger', executionId, onEvent } = request;
		return new Execution({
			id: this.nextId(executionId),
			workflow: structuredClone(workflow),
			mode,
			input: structuredClone(input),
			types: this.types,
			credentials: this.credentials,
			onEvent,
		});
	}

	/**
	 * "Retry execution" from the executions list: from what the server has stored.
	 *
	 * @throws if it succeeded, or was aborted before it had data, or a node is missing in `workflow`
	 */
	retry(outcome: Outcome, request: RetryRequest = {}): Execution {
		const { record } = outcome;
		const { workflow, executionId, onEvent } = request;
		const runData = readRunData(record.storedData);
		if (!runData?.executionData) {
			throw new Error('The execution was aborted before starting, so it cannot be retried');
		}
		if (record.finished) throw new Error('The execution succeeded, so it cannot be retried.');
		const { resultData, executionData } = runData;
		if (resultData.lastNodeExecuted) {
			delete resultData.error;
			const runs = resultData.runData[resultData.lastNodeExecuted];
			if (runs?.at(-1)?.error !== undefined) runs.pop();
		}
		const workflowData = structuredClone(workflow ?? record.workflow);
		if (workflow) {
			const { nodes } = new Workflow({
				id: workflowData.id,
				name: workflowData.name,
				nodes: workflowData.nodes,
				connections: workflowData.connections,
				active: false,
				nodeTypes: this.types,
				settings: workflowData.settings,
			});
			for (const entry of executionData.nodeExecutionStack) {
				const node = nodes[entry.node.name];
				if (!node) throw new Error(`Could not find the node "${entry.node.name}" in workflow.`);
				entry.node = node;
			}
		}
		// A record may come from an earlier engine, whose ids must not be given a second time.
		this.lastId = Math.max(this.lastId, Number(record.id) || 0);
		return new Execution({
			id: this.nextId(executionId),
			workflow: workflowData,
			mode: 'retry',
			retryOf: record.id,
			runData,
			types: this.types,
			credentials: this.credentials,
			onEvent,
		});
	}

	/**
	 * The Test button of a credential that a user has filled in: what the node's own test says.
	 *
	 * @throws if no node of the package tests such a credential
	 */
	async testCredential(entry: CredentialEntry): Promise<INodeCredentialTestResult> {
		const { name, type } = entry;
		const test = this.types.credentialTest(type);
		if (!test) throw new Error('No testing function found for this credential.');
		const credentialsHelper = new TableCredentials(this.types, { tested: entry });
		const additionalData = additionalDataOf({ credentialsHelper, executionId: '', workflowId: '' });
		const id = { id: 'tested', name };
		const data = await credentialsHelper.getDecrypted(additionalData, id, type, 'internal');
		const context = new CredentialTestContext(additionalData);
		return await test.call(context, { id: 'tested', name, type, data });
	}

	/** What the node answers n8n's editor, see `answerEditor`. */
	async askForEditor(question: EditorQuestion): Promise<EditorAnswer> {
		return await answerEditor(structuredClone(question), this.types, this.credentials);
	}

	/** @throws if the file is not (or no longer) in the engine's folder */
	async binary(data: IBinaryData): Promise<Buffer> {
		return await Container.get(BinaryDataService).getAsBuffer(data);
	}

	/** Ends n8n's services and removes the temporary folder. */
	async close(): Promise<void> {
		process.off('unhandledRejection', this.onUnhandled);
		await this.end();
	}

	private nextId(wanted?: string): string {
		if (wanted === undefined) return String(++this.lastId);
		this.lastId = Math.max(this.lastId, Number(wanted) || 0);
		return wanted;
	}
}
