import { type INode, type INodeProperties, NodeHelpers } from 'n8n-workflow';
import { FalVideo } from '../../nodes/FalVideo/FalVideo.node';
import { FalVideoTrigger } from '../../nodes/FalVideoTrigger/FalVideoTrigger.node';
import { savedNames, savedNode, savedParameters } from '../saved-workflows';

// A field that is renamed or dropped is lost to everybody who has filled it in. What is sent, the engine's
// test of the same workflows looks at.

const descriptions: Record<string, { description: FalVideo['description'] }> = {
	falVideo: new FalVideo(),
	falVideoTool: new FalVideo(),
	falVideoTrigger: new FalVideoTrigger(),
};

/** What n8n adds by itself, and no description has. */
const fromN8n: Record<string, string[]> = { falVideoTool: ['descriptionType', 'toolDescription'] };

function descriptionOf({ type }: INode) {
	const [, name = ''] = type.split('.');
	const found = descriptions[name];
	if (!found) throw new Error(`There is no node type "${type}"`);
	return { ...found.description, name };
}

/** The paths of all values in a collection, and of the fields that it offers. */
function pathsIn(value: unknown, path: string): string[] {
	if (Array.isArray(value)) return value.flatMap((one) => pathsIn(one, path));
	if (typeof value !== 'object' || value === null) return [path];
	return Object.entries(value).flatMap(([name, below]) => pathsIn(below, `${path}.${name}`));
}

function pathsOf(fields: INodeProperties[], above = ''): string[] {
	return fields.flatMap(({ name, type, options = [] }) => {
		const path = `${above}${name}`;
		if (type === 'collection') return pathsOf(options as INodeProperties[], `${path}.`);
		if (type !== 'fixedCollection') return [path];
		const groups = options as Array<{ name: string; values: INodeProperties[] }>;
		return groups.flatMap((group) => pathsOf(group.values, `${path}.${group.name}.`));
	});
}

/** Fields whose value is an object of n8n's own. */
const wholeTypes: Array<INodeProperties['type'] | undefined> = [
	'resourceMapper',
	'resourceLocator',
];

const typeOf = (fields: INodeProperties[], field: string) =>
	fields.find(({ name }) => name === field)?.type;

const names = savedNames();

test('there is a workflow of each operation, of the trigger and of the tool', () => {
	const { properties } = new FalVideo().description;
	const operations = properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options = [] }) =>
			options.map((option) => ('value' in option ? option.value : '')),
		);
	const saved = names.map((name) => savedParameters(name).operation);
	expect(operations.filter((operation) => !saved.includes(operation as string))).toEqual([]);
	expect(names).toEqual(expect.arrayContaining(['trigger', 'tool']));
});

test.each(names)('%s: every field that was filled in is there, and shown', (name) => {
	const node = savedNode(name);
	const description = descriptionOf(node);
	const known = fromN8n[description.name] ?? [];
	const parameters = Object.entries(node.parameters).filter(([field]) => !known.includes(field));

	const values = NodeHelpers.getNodeParameters(
		description.properties,
		node.parameters,
		true,
		false,
		node,
		description,
	);
	const paths = new Set(pathsOf(description.properties));
	const lost = parameters.filter(([field]) => values?.[field] === undefined);
	expect(lost.map(([field]) => field)).toEqual([]);
	for (const [field, value] of parameters) {
		if (typeof value !== 'object') expect(paths).toContain(field);
		// A mapper and a locator hold what n8n puts into them.
		else if (wholeTypes.includes(typeOf(description.properties, field))) continue;
		else expect(pathsIn(value, field).filter((path) => !paths.has(path))).toEqual([]);
	}
});

test('every field has been filled in in one of them', () => {
	const filled = new Set(
		names
			.flatMap((name) => Object.entries(savedParameters(name)))
			.flatMap(([field, value]) => [field, ...pathsIn(value, field)]),
	);
	const fields = Object.values(descriptions).flatMap(({ description }) =>
		pathsOf(description.properties.filter(({ type }) => type !== 'notice')),
	);
	// Where a company's proxy is differs: it has tests of its own.
	const missing = [...new Set(fields)].filter((path) => !filled.has(path));
	expect(missing).toEqual(['requestOptions.proxy']);
});
