import { compareFields, fieldsInEditor, runEndpoint } from '../catalog/each-endpoint';
import { useFalEngine } from './use-fal-engine';

// A sample of all endpoints, which `npm run test:long` goes through: the models that people ask for, and of
// each form of input one.

const bench = useFalEngine({}, { clockSpeed: 5 });

test.each([
	'fal-ai/veo3.1',
	'fal-ai/veo3.1/fast/image-to-video',
	'bytedance/seedance-2.0/text-to-video',
	'bytedance/seedance-2.0/image-to-video',
	'fal-ai/wan/v2.7/text-to-video',
	'fal-ai/wan/v2.7/image-to-video',
	'fal-ai/minimax/hailuo-2.3/standard/text-to-video',
	'fal-ai/minimax/hailuo-2.3/pro/image-to-video',
	'fal-ai/ltx-2.3/text-to-video',
	'fal-ai/ltx-2.3-22b/image-to-video/lora',
	'fal-ai/pixverse/v6/text-to-video',
	'xai/grok-imagine-video/image-to-video',
	'fal-ai/kling-video/v1/standard/image-to-video',
	'fal-ai/kling-video/v3/pro/image-to-video',
	'fal-ai/fast-animatediff/text-to-video',
	'luma/agent/ray/v3.2/image-to-video',
	'argil/avatars/text-to-video',
])('%s: its fields, and what is sent by default and with each field filled', async (id) => {
	const fields = await fieldsInEditor(bench, id);
	compareFields(id, fields);
	await runEndpoint(bench, id, fields, 'defaults');
	await runEndpoint(bench, id, fields, 'filled');
	expect(bench.fal.billed()).toBe(2);
});
