import { type INodeProperties, type INodePropertyOptions, NodeHelpers } from 'n8n-workflow';
import { join } from 'node:path';

interface Built {
	FalVideo: new () => { description: { properties: INodeProperties[]; name: string } };
}

/** The operations of Video that n8n's editor offers, for the node itself or for it as a tool. */
function operationsFor(typeName: string): unknown[] {
	// eslint-disable-next-line @typescript-eslint/no-require-imports
	const { FalVideo } = require(
		join(process.cwd(), 'dist/nodes/FalVideo/FalVideo.node.js'),
	) as Built;
	const { properties } = new FalVideo().description;
	const operation = properties.find(
		({ name, displayOptions }) =>
			name === 'operation' && displayOptions?.show?.resource?.includes('video'),
	);
	const type = { name: typeName } as never;
	return ((operation?.options ?? []) as INodePropertyOptions[])
		.filter((option) => NodeHelpers.displayParameter({ resource: 'video' }, option, null, type))
		.map(({ value }) => value);
}

test('as an agent’s tool the node does not offer to suspend', () => {
	expect(operationsFor('falVideo')).toEqual([
		'generate',
		'generateAndSuspend',
		'generateFromImage',
	]);
	expect(operationsFor('falVideoTool')).toEqual(['generate', 'generateFromImage']);
});
