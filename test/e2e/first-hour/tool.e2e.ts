import type { Page } from 'playwright-core';
import { defaultModel, videoModel } from '../../../nodes/FalVideo/resources/models';
import { useBench } from '../setup/bench';
import { useEditorPage } from '../setup/browser/editor-page';
import { chooseCredential, closeNode, field, nodePanel, openNode } from '../setup/browser/editor';
import { showsWhatThePageTells } from '../setup/browser/first-hour';
import { importExampleFile } from '../setup/browser/import-file';

/** What the agent's model gives for the fields that are its to fill. */
const given = {
	Prompt: 'A red kite over the dunes',
	Duration: '10',
	Aspect_Ratio: '9:16',
	Negative_Prompt: 'people',
};

describe('the node as an agent’s tool', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	test('its panel shows what the model fills in, and the chat answers with the video', async () => {
		await importExampleFile(page, bench.n8n.url, 'agent-with-tool');
		await openNode(page, 'OpenAI Chat Model');
		await chooseCredential(page, bench.credentials.openAiApi?.id);
		await closeNode(page);
		await openNode(page, 'Make a Video');
		await chooseCredential(page, bench.credentials.falVideoApi?.id);
		await showsWhatThePageTells(page, 'tool');
		const description = await field(page, 'toolDescription').locator('textarea').inputValue();
		const [{ usd = NaN } = {}] = videoModel(defaultModel)?.price?.perSecond ?? [];
		expect(/\$([\d.]+) for 5 seconds/.exec(description)?.[1]).toBe((5 * usd).toFixed(2));

		// Three are filled in by the model as the example is shipped; ✨ makes it four.
		const filledIn = nodePanel(page).getByTestId('fromAI-override-field');
		await expect(filledIn.count()).resolves.toBe(3);
		const negative = nodePanel(page)
			.locator('.parameter-item')
			.filter({ has: field(page, 'negativePrompt') });
		await negative.hover();
		await negative.getByTestId('from-ai-override-button').click();
		await filledIn.nth(3).waitFor();
		await closeNode(page);

		bench.openAi.play((_request, index) =>
			index === 0 ? { tool: 'Make_a_Video', arguments: given } : { text: 'Here is your video.' },
		);
		await page.getByTestId('workflow-chat-button').first().click();
		await page.getByTestId('canvas-chat').locator('textarea').fill('A red kite, please, upright');
		await page.keyboard.press('Enter');
		await showsWhatThePageTells(page, 'chat');
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{
				prompt: given.Prompt,
				duration: '10',
				aspect_ratio: '9:16',
				negative_prompt: 'people',
			},
		]);
	});
});
