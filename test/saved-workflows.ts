import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The saved workflows, as n8n's editor exports them. */
const folder = join(__dirname, 'fixtures', 'saved-workflows');

/** What each of them sends, under the same name: of those that the engine can run. */
export const sentFolder = join(folder, 'sent');

/** A workflow as it was saved. */
export interface SavedWorkflow {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: object;
}

/** The names of all of them, without the ending. */
export function savedNames(): string[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith('.json'))
		.map((name) => name.replace('.json', ''));
}

/** Reads one by its name. */
export function readSaved(name: string): SavedWorkflow {
	return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as SavedWorkflow;
}

/** Its node of this package. There is one in each. */
export function savedNode(name: string): INode {
	const node = readSaved(name).nodes.find(({ type }) => type.startsWith('n8n-nodes-fal-video.'));
	if (!node) throw new Error(`${name} has no node of this package`);
	return node;
}

/** What was filled in there. */
export function savedParameters(name: string): INodeParameters {
	return savedNode(name).parameters;
}
