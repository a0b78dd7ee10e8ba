import type { Page } from 'playwright-core';
import { useBench } from './setup/bench';
import { openWorkflow } from './setup/browser/editor';
import { useEditorPage } from './setup/browser/editor-page';
import { importWorkflow, readExample } from './setup/workflows';

// What the hint above the output and the README say of building on with a video that is there.
describe('building on with finished videos', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	/** Opens a node of the canvas and executes it, until its output is there. */
	async function execute(node: string): Promise<void> {
		await page.getByTestId('canvas-node').filter({ hasText: node }).first().dblclick();
		await page.getByTestId('ndv').waitFor();
		await page.getByTestId('node-execute-button').click();
		await page.getByTestId('output-panel').getByText('3 items').first().waitFor();
	}

	test('the nodes behind take them for free, with their files, which n8n cannot pin', async () => {
		const example = await readExample('text-to-video.json');
		const { id } = await importWorkflow(bench.n8n, example, bench.credentials);
		await openWorkflow(page, bench.n8n.url, id);

		await execute('Fal Video');
		expect(bench.fal.submissions).toHaveLength(3);
		const pin = page.getByTestId('output-panel').getByTestId('ndv-pin-data');
		await expect(pin.isDisabled()).resolves.toBe(true);
		await page.keyboard.press('Escape');
		await page.getByTestId('ndv').waitFor({ state: 'detached' });

		await execute('Videos');
		expect(bench.fal.submissions).toHaveLength(3);
		await page.keyboard.press('Escape');
		await page.getByTestId('ndv').waitFor({ state: 'detached' });

		// The node itself pays each time.
		await page.getByTestId('canvas-node').filter({ hasText: 'Fal Video' }).first().dblclick();
		await page.getByTestId('node-execute-button').click();
		await bench.fal.waitForState(5, 'COMPLETED', 60_000);
		expect(bench.fal.submissions).toHaveLength(6);
	});
});
