import type { Page } from 'playwright-core';
import { modelsFrom } from '../../../nodes/FalVideo/resources/models';
import { givenForHint, givenForList, toldInHint, toldInList } from '../../told-prices';
import { useBench } from '../setup/bench';
import { useEditorPage } from '../setup/browser/editor-page';
import { addNode, field, nodePanel } from '../setup/browser/editor';

describe('the prices in the editor are those of the table', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	const entryOf = (name: string) =>
		page.getByRole('option').filter({ has: page.getByText(name, { exact: true }) });

	// Under Duration for one model of each kind of price; for all of them: test/package/prices.test.ts.
	test.each([
		[
			'text',
			'Generate a video from text',
			['Kling 4', 'Kling 3 4K', 'Kling O3 Pro', 'Kling 1.6 Pro', 'Kling 1 Standard'],
		],
		['image', 'Generate a video from an image', ['Kling O1 Standard']],
	] as const)(
		'of each model from %s in the list, and beside Duration',
		async (source, action, chosen) => {
			await page.goto(`${bench.n8n.url}/workflow/new`);
			await addNode(page, { search: 'kling', name: 'Fal Video', action });
			const duration = nodePanel(page)
				.locator('.parameter-item')
				.filter({ has: field(page, 'duration') });
			await field(page, 'model').click();
			for (const model of modelsFrom(source)) {
				const told = toldInList(await entryOf(model.name).innerText());
				expect({ name: model.name, told }).toEqual({ name: model.name, told: givenForList(model) });
			}
			await page.keyboard.press('Escape');
			for (const name of chosen) {
				const model = modelsFrom(source).find((one) => one.name === name);
				if (!model) throw new Error(`There is no model ${name}`);
				await field(page, 'model').click();
				await entryOf(name).click();
				// Until then, another entry may be chosen.
				await entryOf(name).waitFor({ state: 'hidden' });
				const hint = await duration.innerText();
				expect({ name, told: toldInHint(hint) }).toEqual({ name, told: givenForHint(model) });
				expect(hint).toContain(model.price ? 'fal’s prices' : 'See the model’s page at fal');
			}
		},
	);
});
