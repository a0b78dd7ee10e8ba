import type { Page } from 'playwright-core';
import { useBench } from '../setup/bench';
import { useEditorPage } from '../setup/browser/editor-page';
import {
	addNode,
	addOption,
	chooseCredential,
	closeNode,
	field,
	nodePanel,
	openNode,
	outputPanel,
} from '../setup/browser/editor';
import { showsWhatThePageTells } from '../setup/browser/first-hour';

describe('a wait that is too short', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	/** A new workflow with the node, which has an action and the credential. */
	async function begin(action: string): Promise<void> {
		await page.goto(`${bench.n8n.url}/workflow/new`);
		await addNode(page, { search: 'kling', name: 'Fal Video', action });
		await chooseCredential(page, bench.credentials.falVideoApi?.id);
	}

	test('its video is collected by Executions > Retry, or by its ID, and not paid for again', async () => {
		bench.fal.options.durationMs = Infinity;
		await begin('Generate a video from text');
		await field(page, 'prompt').locator('textarea').fill('A lighthouse in a storm');
		await addOption(page, 'Max Wait (Seconds)');
		const maxWait = field(page, 'maxWaitSeconds').locator('input');
		await maxWait.fill('5');
		// While the cursor is in a field, n8n has a tip in the place of the hint.
		await maxWait.blur();
		await nodePanel(page).getByText('1800 seconds').scrollIntoViewIfNeeded();
		await showsWhatThePageTells(page, 'max-wait');
		await closeNode(page);
		await page.getByTestId('execute-workflow-button').first().click();
		await bench.fal.waitForState(0, 'IN_PROGRESS', 60_000);
		await page.getByTestId('stop-execution-button').waitFor({ state: 'detached' });
		await openNode(page, 'Generate a video from text');
		await showsWhatThePageTells(page, 'timeout');
		await closeNode(page);

		bench.fal.endAll();
		await page.getByTestId('radio-button-executions').click();
		await page.getByTestId('execution-preview-retry-button').click();
		await showsWhatThePageTells(page, 'retry');
		await page.getByText('Retry with original workflow').click();
		await showsWhatThePageTells(page, 'retried');
		expect(bench.fal.submissions).toHaveLength(1);

		await begin('Get the result of a request');
		const { requestId = '' } = bench.fal.submissions[0] ?? {};
		await field(page, 'requestId').locator('input').fill(requestId);
		await page.getByTestId('node-execute-button').click();
		await outputPanel(page)
			.getByText(/\/files\/.+\.mp4/)
			.first()
			.waitFor();
		await showsWhatThePageTells(page, 'get-result');
		expect(bench.fal.submissions).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});

	test('an ID that fal does not know is an error of Cancel, too', async () => {
		await begin('Cancel a request');
		await field(page, 'requestId').locator('input').fill('6d5f8a0e-1c2b-4d3e-9f4a-5b6c7d8e9f0a');
		await page.getByTestId('node-execute-button').click();
		await showsWhatThePageTells(page, 'cancel');
	});

	test('the options stand in the order of use', async () => {
		await begin('Generate a video from text');
		await page.getByTestId('collection-parameter-add').filter({ visible: true }).click();
		// Those of the node's settings are hidden.
		const options = page.getByTestId('collection-parameter-option').filter({ visible: true });
		await options.filter({ hasText: 'Check Every (Seconds)' }).waitFor();
		expect(await options.allInnerTexts()).toEqual([
			'Max Wait (Seconds)',
			'On Timeout',
			'Cancel on Stop',
			'Max Cost (USD)',
			'Put Output File in Field',
			'Extra Model Inputs (JSON)',
			'File Lifetime',
			'Priority',
			'Give Up If Not Started (Seconds)',
			'Check Every (Seconds)',
		]);
	});
});
