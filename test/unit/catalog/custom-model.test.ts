import {
	customChoiceOf,
	customEndpoint,
	isEndpointId,
} from '../../../nodes/FalVideo/resources/custom-model';

const locator = (value: unknown, mode = 'id') => ({ __rl: true, mode, value });

test.each<[string, unknown, string | undefined]>([
	['an id', 'fal-ai/veo3.1', 'fal-ai/veo3.1'],
	['an id with blanks around it', ' fal-ai/veo3.1\n', 'fal-ai/veo3.1'],
	['a locator', locator('fal-ai/veo3.1'), 'fal-ai/veo3.1'],
	['a locator of the list', locator('fal-ai/veo3.1', 'list'), 'fal-ai/veo3.1'],
	['a workflow of fal’s', locator('workflows/somebody/a-name'), 'workflows/somebody/a-name'],
	['a page', 'https://fal.ai/models/fal-ai/veo3.1', 'fal-ai/veo3.1'],
	['a page with a tab', 'https://fal.ai/models/fal-ai/veo3.1/api', 'fal-ai/veo3.1'],
	['the playground', 'https://www.fal.ai/models/fal-ai/veo3.1/playground?x=1#y', 'fal-ai/veo3.1'],
	['a page with a slash', locator('https://fal.ai/models/fal-ai/veo3.1/'), 'fal-ai/veo3.1'],
	['nothing', '', undefined],
	['an empty locator', locator(''), undefined],
	['a locator without a value', { __rl: true, mode: 'list' }, undefined],
	['an expression', locator('={{ $json.model }}'), undefined],
	['one word', 'veo3.1', undefined],
	['a way up', 'fal-ai/../secret', undefined],
	['a query', 'fal-ai/veo3.1?x=1', undefined],
	['another host', 'https://evil.example/models/fal-ai/veo3.1', undefined],
	['a number', 5, undefined],
	['null', null, undefined],
	['an object', { value: 'fal-ai/veo3.1' }, undefined],
])('%s', (_, value, id) => {
	expect(customEndpoint(value)).toBe(id);
	expect(isEndpointId(customChoiceOf(value))).toBe(id !== undefined);
});
