import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { FalVideo } from '../../nodes/FalVideo/FalVideo.node';

/** What n8n shows below the node's name. */
function subtitleFor(parameters: Record<string, string>): string {
	const { subtitle = '' } = new FalVideo().description;
	const expression = /^=\{\{(.*)\}\}$/s.exec(subtitle)?.[1] ?? '';
	// eslint-disable-next-line @typescript-eslint/no-implied-eval
	const evaluate = new Function('$parameter', `return ${expression}`) as (
		parameters: object,
	) => string;
	return evaluate(parameters);
}

test.each([
	[
		{ operation: 'generate', model: 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video' },
		'generate: v2.5-turbo/pro',
	],
	[
		{ operation: 'generateFromImage', model: 'fal-ai/kling-video/v3/pro/image-to-video' },
		'generate from image: v3/pro',
	],
	[
		{ operation: 'generateAndSuspend', model: 'kling/v4/text-to-video' },
		'generate and suspend: kling/v4',
	],
	[
		{ operation: 'generate', model: 'custom', customModel: 'fal-ai/veo3.1' },
		'generate: fal-ai/veo3.1',
	],
	[{ operation: 'generate', model: '={{ $json.model }}' }, 'generate'],
	[{ operation: 'generate' }, 'generate'],
])('%j is "%s"', (parameters, subtitle) => {
	expect(subtitleFor({ resource: 'video', ...parameters })).toBe(subtitle);
});

test('of a request it is the operation', () => {
	const operations = new FalVideo().description.properties
		.filter(({ name, displayOptions }) => name === 'operation' && isOfRequest(displayOptions))
		.flatMap(({ options = [] }) => options as INodePropertyOptions[]);
	expect(operations).toHaveLength(4);
	for (const { name, value } of operations) {
		const subtitle = subtitleFor({ resource: 'request', operation: String(value) });
		expect(subtitle).toBe(`${name.toLowerCase()}: request`);
	}
});

function isOfRequest(options: INodeProperties['displayOptions']): boolean {
	return options?.show?.resource?.includes('request') ?? false;
}
