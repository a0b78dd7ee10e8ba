import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { falCredentialType, type CredentialReference } from '../../harness/server/fal-credential';
import type { N8n } from '../../harness/server/n8n';
import { examplesDirectory } from '../../harness/server/paths';

interface ExampleNode {
	type: string;
	credentials?: Record<string, CredentialReference>;
}

/** A workflow as n8n's editor exports it. */
interface Example {
	name: string;
	nodes: ExampleNode[];
	connections: object;
	settings?: object;
	pinData?: object;
}

export interface LoadedExample {
	id: string;
	name: string;
}

/**
 * Imports the workflows of `examples/`, their nodes set to use the given credential. A workflow
 * whose name is there already is left alone: somebody may have tried something in it.
 */
export async function loadExamples(
	server: N8n,
	credential: CredentialReference,
): Promise<LoadedExample[]> {
	const known = await server.rest<LoadedExample[]>('GET', '/workflows');
	const loaded: LoadedExample[] = [];
	for (const example of await readExamples()) {
		const existing = known.find(({ name }) => name === example.name);
		loaded.push(existing ?? (await importExample(server, withCredential(example, credential))));
	}
	return loaded;
}

async function readExamples(): Promise<Example[]> {
	const names = (await readdir(examplesDirectory)).filter((name) => name.endsWith('.json'));
	const texts = names.sort().map((name) => readFile(join(examplesDirectory, name), 'utf8'));
	return (await Promise.all(texts)).map((text) => JSON.parse(text) as Example);
}

function withCredential(example: Example, credential: CredentialReference): Example {
	const nodes = example.nodes.map((node) =>
		usesFal(node)
			? { ...node, credentials: { ...node.credentials, [falCredentialType]: credential } }
			: node,
	);
	return { ...example, nodes };
}

/** An exported workflow may name its credentials or not, but nodes of this package need one. */
function usesFal({ type, credentials = {} }: ExampleNode): boolean {
	return type.startsWith('n8n-nodes-fal-video.') || falCredentialType in credentials;
}

async function importExample(server: N8n, example: Example): Promise<LoadedExample> {
	const { name, nodes, connections, settings = {}, pinData = {} } = example;
	const { id } = await server.rest<LoadedExample>('POST', '/workflows', {
		name,
		nodes,
		connections,
		settings,
		pinData,
		// n8n 1 wants to be told that it is not live.
		active: false,
	});
	return { id, name };
}
