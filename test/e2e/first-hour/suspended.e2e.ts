import type { Page } from 'playwright-core';
import { useBench } from '../setup/bench';
import { useEditorPage } from '../setup/browser/editor-page';
import { addNode, addOption, chooseCredential, field } from '../setup/browser/editor';
import { showsWhatThePageTells } from '../setup/browser/first-hour';
import { executionsOf, finished, untilStatus } from '../setup/executions';

describe('Generate and Suspend', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	test('the window is closed while the video is made, and the execution ends by itself', async () => {
		bench.fal.options.durationMs = Infinity;
		await page.goto(`${bench.n8n.url}/workflow/new`);
		await addNode(page, {
			search: 'kling',
			name: 'Fal Video',
			action: 'Generate a video and suspend the execution',
		});
		await chooseCredential(page, bench.credentials.falVideoApi?.id);
		await field(page, 'prompt').locator('textarea').fill('A lighthouse in a storm');
		await addOption(page, 'Max Wait (Seconds)');
		await field(page, 'operation').click();
		const entry = page.getByRole('option', { name: 'Generate and Suspend' });
		await entry.getByText('For many videos: the workflow sleeps until fal calls back').waitFor();
		await entry.click();
		await showsWhatThePageTells(page, 'suspend');
		await page.getByTestId('node-execute-button').click();
		await showsWhatThePageTells(page, 'waiting');

		const address = page.url();
		const [, id = ''] = /\/workflow\/([^/?]+)/.exec(address) ?? [];
		const [newest] = await executionsOf(bench.n8n, { id });
		await untilStatus(bench.n8n, newest?.id ?? '', ['waiting']);
		await page.goto('about:blank');
		bench.fal.endAll();
		expect(await finished(bench.n8n, newest?.id ?? '')).toMatchObject({ status: 'success' });
		await page.goto(`${bench.n8n.url}/workflow/${id}/executions/${newest?.id}`);
		await showsWhatThePageTells(page, 'resumed');
		expect(bench.fal.billed()).toBe(1);
	});
});
