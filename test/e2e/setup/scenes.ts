import type { INode } from 'n8n-workflow';
import { readExample, type WorkflowFile } from './workflows';

/** text-to-video.json with these prompts as its scenes, and a change of the node that makes the videos. */
export async function scenesOf(
	prompts: string[],
	change: (node: INode) => INode,
): Promise<WorkflowFile> {
	const example = await readExample('text-to-video.json');
	const jsCode = `return ${JSON.stringify(prompts)}.map((prompt) => ({ json: { prompt } }));`;
	const nodes = example.nodes.map((node) => {
		if (node.name === 'Fal Video') return change(node);
		return node.name === 'Scenes' ? { ...node, parameters: { jsCode } } : node;
	});
	return { ...example, nodes };
}
