import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IConnections, INode } from 'n8n-workflow';
import type { N8n } from '../../../harness/server/n8n';
import { examplesDirectory } from '../../../harness/server/paths';
import type { CredentialsByType } from './bench';

/** Milliseconds until a published webhook must be there. */
const limitMs = 60_000;

/** A workflow as n8n's editor exports it. */
export interface WorkflowFile {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: object;
}

/** A workflow as the server keeps it. */
export interface StoredWorkflow extends WorkflowFile {
	id: string;
	versionId: string;
}

/** Reads a workflow of `examples/`. */
export async function readExample(file: string): Promise<WorkflowFile> {
	return JSON.parse(await readFile(join(examplesDirectory, file), 'utf8')) as WorkflowFile;
}

/**
 * Imports a workflow as a user does who then chooses the credential in each node that wants one.
 * Nothing else of it is changed.
 */
export async function importWorkflow(
	server: N8n,
	workflow: WorkflowFile,
	credentials: CredentialsByType,
): Promise<StoredWorkflow> {
	const nodes = workflow.nodes.map((node) => ({
		...node,
		...(node.credentials && {
			credentials: Object.fromEntries(
				Object.keys(node.credentials).map((type) => [type, credentials[type]]),
			),
		}),
	}));
	// n8n 1 wants to be told that it is not live.
	const imported = { ...workflow, nodes, active: false };
	return await server.rest<StoredWorkflow>('POST', '/workflows', imported);
}

/** Puts a workflow live: its webhooks, forms and schedules. */
export async function publish(server: N8n, { id }: StoredWorkflow): Promise<void> {
	const { versionId } = await server.rest<StoredWorkflow>('GET', `/workflows/${id}`);
	await server.rest('POST', `/workflows/${id}/activate`, { versionId });
}

/**
 * Waits for a published webhook: n8n answers the publishing before it has registered it.
 *
 * @param url of one that takes POST; it is asked with GET, which tells whether there is one and starts
 * nothing
 */
export async function untilRegistered(url: string): Promise<void> {
	await untilAnswered(url, 'GET', async (response) =>
		(await response.text()).includes('not registered for GET'),
	);
}

/** The same for an MCP Server Trigger, where a GET would open a stream, and an empty POST starts nothing. */
export async function untilMcpRegistered(url: string): Promise<void> {
	await untilAnswered(url, 'POST', ({ status }) => status !== 404);
}

async function untilAnswered(
	url: string,
	method: string,
	isRegistered: (response: Response) => boolean | Promise<boolean>,
): Promise<void> {
	const deadline = Date.now() + limitMs;
	for (;;) {
		const response = await fetch(url, { method });
		if (await isRegistered(response)) return;
		if (Date.now() > deadline) throw new Error(`${url} is not registered: ${response.status}`);
		await sleep(50);
	}
}

/** Takes a workflow back off. */
export async function unpublish(server: N8n, { id }: StoredWorkflow): Promise<void> {
	await server.rest('POST', `/workflows/${id}/deactivate`, {});
}
