import { randomUUID } from 'node:crypto';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { saveFalCredential } from '../../../harness/server/fal-credential';
import type { N8n } from '../../../harness/server/n8n';
import { submit } from '../../standin/test-requests';
import type { Bench, CredentialsByType } from './bench';
import { startedByWebhook, type Execution } from './executions';
import {
	importWorkflow,
	publish,
	unpublish,
	untilRegistered,
	type StoredWorkflow,
} from './workflows';

/** A workflow that a trigger starts. */
export interface Triggered {
	workflow: StoredWorkflow;
	/** The trigger's Production URL. */
	url: string;
}

/** A node of a workflow, at its first version. */
export function nodeOf(name: string, type: string, parameters: INodeParameters = {}): INode {
	const fal = type.startsWith('n8n-nodes-fal-video.');
	return {
		id: randomUUID(),
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		...(fal ? { credentials: { falVideoApi: { id: '', name: '' } } } : {}),
	};
}

/** A workflow whose nodes follow one another. */
export function chain(name: string, ...nodes: INode[]) {
	const links = nodes.slice(1).map(({ name: to }, index) => {
		const from = nodes[index]?.name ?? '';
		return [from, { main: [[{ node: to, type: 'main' as const, index: 0 }]] }];
	});
	return { name, nodes, connections: Object.fromEntries(links), settings: {} };
}

/** Workflows that the trigger starts, on a bench. */
export class Triggers {
	private readonly published: StoredWorkflow[] = [];

	constructor(private readonly bench: Bench<N8n>) {}

	/** Publishes a workflow of a trigger and a node after it. */
	async triggered(
		parameters: INodeParameters = {},
		credentials: CredentialsByType = this.bench.credentials,
	): Promise<Triggered> {
		const webhookId = randomUUID();
		const trigger = {
			...nodeOf('Trigger', 'n8n-nodes-fal-video.falVideoTrigger', parameters),
			webhookId,
		};
		const after = nodeOf('After', 'n8n-nodes-base.noOp');
		const workflow = await importWorkflow(
			this.bench.n8n,
			chain('Triggered', trigger, after),
			credentials,
		);
		await publish(this.bench.n8n, workflow);
		this.published.push(workflow);
		const url = `${this.bench.n8n.url}/webhook/${webhookId}/webhook`;
		await untilRegistered(url);
		return { workflow, url };
	}

	/** A credential whose keys are looked for where nobody is: the address differs each time. */
	async withoutKeys(webhookKeysUrl = `http://127.0.0.1:1/${randomUUID()}`) {
		const falVideoApi = await saveFalCredential(this.bench.n8n, `Without keys ${randomUUID()}`, {
			apiKey: this.bench.fal.keys[0] ?? '',
			baseUrl: this.bench.fal.url,
			webhookKeysUrl,
		});
		return { falVideoApi };
	}

	/** A request that is complete, and whose callbacks are sent by hand. */
	async completed(prompt = 'A boat'): Promise<string> {
		const { requestId } = await submit(this.bench.fal, { prompt });
		await this.bench.fal.waitForState(requestId, 'COMPLETED');
		return requestId;
	}

	/** The executions of a workflow, oldest first, when there are as many. */
	async executions({ workflow }: Triggered, count: number): Promise<Execution[]> {
		const all = await startedByWebhook(this.bench.n8n, workflow, count);
		expect(all.map(({ status }) => status)).toEqual(Array(count).fill('success'));
		return all;
	}

	/** What comes out of the trigger, one for each time that it started. */
	async outputs(of: Triggered, count: number): Promise<IDataObject[]> {
		const all = await this.executions(of, count);
		return all.flatMap((execution) => execution.json('After'));
	}

	/**
	 * The ids that have started the workflow. One more callback, sent last, tells that whatever the
	 * earlier ones would have started is there.
	 */
	async startedBy(of: Triggered, expected: number): Promise<unknown[]> {
		const last = await this.completed('The last one');
		expect(await this.bench.fal.sendWebhook(last, { url: of.url })).toMatchObject({
			answered: 200,
		});
		const all = await this.outputs(of, expected + 1);
		const ids = all.map(({ request_id }) => request_id);
		expect(ids.at(-1)).toBe(last);
		return ids.slice(0, -1);
	}

	/** Takes all of the workflows off. */
	async unpublish(): Promise<void> {
		for (const workflow of this.published.splice(0)) await unpublish(this.bench.n8n, workflow);
	}
}
