import type { INodeType } from 'n8n-workflow';
import { FalVideo } from '../../../nodes/FalVideo/FalVideo.node';
import { FalVideoTrigger } from '../../../nodes/FalVideoTrigger/FalVideoTrigger.node';

/** The methods that a node's fields name for lists and for mappers. */
function named({ description }: INodeType) {
	const lists = description.properties
		.flatMap(({ modes = [] }) => modes)
		.flatMap(({ typeOptions }) => typeOptions?.searchListMethod ?? []);
	const fields = description.properties.flatMap(
		({ typeOptions }) => typeOptions?.resourceMapper?.resourceMapperMethod ?? [],
	);
	return { lists, fields };
}

test.each([
	['FalVideo', new FalVideo()],
	['FalVideoTrigger', new FalVideoTrigger()],
])('%s has each method that its fields name', (_, node: INodeType) => {
	const { lists, fields } = named(node);
	expect(lists.length).toBeGreaterThan(0);
	expect(Object.keys(node.methods?.listSearch ?? {})).toEqual(expect.arrayContaining(lists));
	expect(Object.keys(node.methods?.resourceMapping ?? {})).toEqual(expect.arrayContaining(fields));
});

test('a list without a credential is asked for, too', () => {
	for (const node of [new FalVideo(), new FalVideoTrigger()] as INodeType[]) {
		for (const { modes = [] } of node.description.properties) {
			for (const { typeOptions } of modes.filter(({ type }) => type === 'list')) {
				expect(typeOptions?.skipCredentialsCheckInRLC).toBe(true);
			}
		}
	}
});
