import { type INodeProperties, type INodePropertyOptions, NodeHelpers } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { FalVideo } from '../../nodes/FalVideo/FalVideo.node';
import { defaultModel, videoModel, videoModels } from '../../nodes/FalVideo/resources/models';
import { amountsIn, givenForHint, givenForList, toldInHint, toldInList } from '../told-prices';

// No text has a price of its own: each says what the table of models gives.

const { properties } = new FalVideo().description;

describe.each(videoModels)('$id', (model) => {
	const values = {
		resource: 'video',
		operation: model.from === 'text' ? 'generate' : 'generateFromImage',
		model: model.id,
	};
	const shown = (name: string) =>
		properties.filter(
			(field: INodeProperties) =>
				field.name === name && NodeHelpers.displayParameter(values, field, null, null),
		);

	test('has its price under the one Duration that is shown', () => {
		const [duration, ...others] = shown('duration');
		expect(others).toEqual([]);
		expect(toldInHint(duration?.hint ?? '')).toEqual(givenForHint(model));
		expect(duration?.hint).toContain(model.price ? 'fal’s prices' : 'See the model’s page at fal');
	});

	test('has its price in the list', () => {
		const [list] = shown('model');
		const options = (list?.options ?? []) as INodePropertyOptions[];
		const entry = options.find(({ value }) => value === model.id);
		expect(toldInList(entry?.description ?? '')).toEqual(givenForList(model));
	});
});

test.each([
	['README.md', /## Your first video.*?(?=\n## )/s],
	['docs/first-hour.md', /^.*$/s],
	['examples/text-to-video.json', /^.*$/s],
	['examples/agent-with-tool.json', /^.*$/s],
	['examples/mcp-server.json', /^.*$/s],
])('%s names prices of the model that a new node has', (file, part) => {
	const [text = ''] = part.exec(readFileSync(file, 'utf8')) ?? [];
	const [{ usd = NaN } = {}] = videoModel(defaultModel)?.price?.perSecond ?? [];
	// A second, one video of 5 or 10 seconds, three of 5.
	const known = [1, 5, 10, 15].map((seconds) => Number((usd * seconds).toFixed(3)));
	const amounts = amountsIn(text);
	expect(amounts.length).toBeGreaterThan(0);
	expect(amounts.filter((amount) => !known.includes(amount))).toEqual([]);
});
