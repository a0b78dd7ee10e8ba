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

test.each([
	['getResult', 'get result: request'],
	['getStatus', 'get status: request'],
	['getMany', 'get many: request'],
	['cancel', 'cancel: request'],
])('of a request it is the operation: %s', (operation, subtitle) => {
	expect(subtitleFor({ resource: 'request', operation })).toBe(subtitle);
});
