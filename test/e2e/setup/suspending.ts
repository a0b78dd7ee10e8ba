import type { INodeParameters } from 'n8n-workflow';
import type { N8n } from '../../../harness/server/n8n';
import type { Bench, CredentialsByType } from './bench';
import { execute, untilStatus } from './executions';
import { scenesOf } from './scenes';
import { importWorkflow, type StoredWorkflow } from './workflows';

/** Workflows that Generate and Suspend suspends, on a bench. */
export class Suspending {
	constructor(private readonly bench: Bench<N8n>) {}

	/** text-to-video.json with these prompts, suspending. */
	async load(
		prompts: string[],
		options: INodeParameters = {},
		parameters: INodeParameters = {},
		credentials: CredentialsByType = this.bench.credentials,
	): Promise<StoredWorkflow> {
		const own = { operation: 'generateAndSuspend', downloadVideo: false, options, ...parameters };
		const scenes = await scenesOf(prompts, (node) => ({
			...node,
			onError: 'stopWorkflow',
			parameters: { ...node.parameters, ...own },
		}));
		return await importWorkflow(this.bench.n8n, scenes, credentials);
	}

	/** Executes a workflow until it is stored and suspended. */
	async suspend(workflow: StoredWorkflow): Promise<string> {
		const id = await execute(this.bench.n8n, workflow);
		await untilStatus(this.bench.n8n, id, ['waiting']);
		return id;
	}

	/** How many callbacks have been answered with that status code. */
	answered(code: number): number {
		return this.bench.fal.webhooks.filter(({ answered }) => answered === code).length;
	}

	/** How often fal was asked how a request stands, or for its result. */
	asked(): number {
		return (
			this.bench.fal.count('status') +
			this.bench.fal.count('result') +
			this.bench.fal.count('stream')
		);
	}
}
