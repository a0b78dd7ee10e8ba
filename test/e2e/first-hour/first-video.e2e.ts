import type { Page } from 'playwright-core';
import { falCredentialType } from '../../../harness/server/fal-credential';
import { outcomeOfPrompt } from '../../../harness/standin/markers';
import { useBench } from '../setup/bench';
import { useEditorPage } from '../setup/browser/editor-page';
import {
	closeNode,
	field,
	newCredential,
	nodePanel,
	openNode,
	outputPanel,
	toggle,
} from '../setup/browser/editor';
import { showsWhatThePageTells } from '../setup/browser/first-hour';

const prompt = 'A paper boat sails down a rainy street at dusk, slow tracking shot';

// Each step goes on where the one before has left the editor.
describe('from nothing to a video that plays', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	test('the node is found, and put behind a trigger', async () => {
		await page.goto(`${bench.n8n.url}/workflow/new`);
		const creator = page.getByTestId('node-creator');
		await page.getByTestId('canvas-plus-button').click();
		await creator.getByText('Trigger manually', { exact: true }).click();
		await page.getByTestId('canvas-handle-plus').first().click();
		await page.getByTestId('node-creator-search-bar').fill('fal video');
		await showsWhatThePageTells(page, 'search');
		await creator.getByText('Fal Video', { exact: true }).click();
		await creator.getByText('Generate a video from text', { exact: true }).click();
		await nodePanel(page).waitFor();
	});

	test('a key becomes a credential, which is tested', async () => {
		const dialog = await newCredential(page);
		await field(page, 'apiKey')
			.locator('input')
			.fill(bench.fal.keys[0] ?? '');
		await showsWhatThePageTells(page, 'credential');
		// What a user leaves as it is: here fal is played by a stand-in.
		await field(page, 'baseUrl').locator('input').fill(bench.fal.url);
		const saved = page.waitForResponse(
			(response) =>
				response.request().method() === 'POST' && response.url().endsWith('/rest/credentials'),
		);
		await page.getByTestId('credential-save-button').click();
		const { data } = (await (await saved).json()) as { data: { id: string; name: string } };
		// Saved with a key that works, the dialogue closes by itself.
		await dialog.waitFor({ state: 'detached' });
		await page.getByTestId('credential-edit-button').click();
		await showsWhatThePageTells(page, 'credential-tested');
		await dialog.getByRole('button', { name: 'Close' }).click();
		await dialog.waitFor({ state: 'detached' });
		// What no user sees: that the stand-in is fal itself, and no gateway.
		await bench.n8n.rest('PATCH', `/credentials/${data.id}`, {
			name: data.name,
			type: falCredentialType,
			data: {
				apiKey: bench.fal.keys[0],
				authScheme: 'Key',
				baseUrl: bench.fal.url,
				webhookKeysUrl: bench.fal.jwksUrl,
				platformUrl: bench.fal.platformUrl,
			},
		});
	});

	test('a prompt becomes a video, for the price beside Duration', async () => {
		await field(page, 'prompt').locator('textarea').fill(prompt);
		await toggle(page, 'downloadVideo');
		await showsWhatThePageTells(page, 'prompt');
		await page.getByTestId('node-execute-button').click();
		await page.getByTestId('ndv-view-binary-data').waitFor();
		await showsWhatThePageTells(page, 'output');
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{ prompt, duration: '5', aspect_ratio: '16:9' },
		]);
		expect(bench.fal.billed()).toBe(1);

		await page.getByTestId('ndv-view-binary-data').click();
		await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1);
		await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
		await showsWhatThePageTells(page, 'view');
		await outputPanel(page).getByText('Back to list').click();
		await showsColumns();
		await buildsOnForFree();
	});

	/** What people look for comes first in a table. */
	async function showsColumns(): Promise<void> {
		await outputPanel(page).getByTestId('radio-button-table').click();
		const heads = outputPanel(page).locator('th');
		await heads.getByText('request_id').waitFor();
		const columns = await heads.allInnerTexts();
		expect(columns.map((column) => column.trim()).slice(0, 4)).toEqual([
			'video',
			'prompt',
			'status',
			'request_id',
		]);
	}

	/** A node behind this one is executed alone: it takes the video that is there. */
	async function buildsOnForFree(): Promise<void> {
		await closeNode(page);
		await page.getByTestId('canvas-handle-plus').last().click();
		await page.getByTestId('node-creator-search-bar').fill('no operation');
		await page.getByTestId('node-creator').getByText('No Operation, do nothing').click();
		await nodePanel(page).waitFor();
		await page.getByTestId('node-execute-button').click();
		await page.getByTestId('ndv-view-binary-data').first().waitFor();
		await outputPanel(page).getByText('A_paper_boat').waitFor();
		expect(bench.fal.submissions).toHaveLength(1);
		await closeNode(page);
		await openNode(page, 'Generate a video from text');
	}

	test('a refused prompt says what to do', async () => {
		bench.fal.options.outcome = () => outcomeOfPrompt('[blocked]');
		await field(page, 'prompt').locator('textarea').fill('A famous cartoon mouse robs a bank');
		await page.getByTestId('node-execute-button').click();
		await showsWhatThePageTells(page, 'refused');
	});
});
