import { readdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { examplesDirectory } from '../../../harness/server/paths';
import { useBench } from '../setup/bench';
import { useEditorPage } from '../setup/browser/editor-page';
import { chooseCredential, closeNode, openNode } from '../setup/browser/editor';
import { showsWhatThePageTells } from '../setup/browser/first-hour';
import { importExampleFile, openImportMenu } from '../setup/browser/import-file';
import { takePicture } from '../setup/browser/pictures';
import { readExample } from '../setup/workflows';

const names = readdirSync(examplesDirectory)
	.filter((name) => name.endsWith('.json'))
	.map((name) => name.replace(/\.json$/, ''));

// That they run is tested in examples, form, agent and restart.e2e.ts.
describe('the examples, imported from their files', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	test('the menu is there in the words of the examples’ README', async () => {
		await page.goto(`${bench.n8n.url}/workflow/new`);
		await openImportMenu(page);
		await showsWhatThePageTells(page, 'import', 'mouse');
	});

	test.each(names)('%s opens with nothing to mend', async (name) => {
		await importExampleFile(page, bench.n8n.url, name);
		for (const { name: node, type } of (await readExample(`${name}.json`)).nodes) {
			if (type.endsWith('.stickyNote')) continue;
			await page.getByTestId('canvas-node').filter({ hasText: node }).first().waitFor();
		}
		// What is wrong with a node, and a type that is not installed, is marked on the canvas.
		await expect(page.getByTestId('node-issues').count()).resolves.toBe(0);
		await expect(page.getByText('Install this node').count()).resolves.toBe(0);
		await takePicture(page, name);
	});

	test('text-to-video is run with the button on its canvas', async () => {
		await importExampleFile(page, bench.n8n.url, 'text-to-video');
		await openNode(page, 'Fal Video');
		await chooseCredential(page, bench.credentials.falVideoApi?.id);
		await closeNode(page);
		await page.getByTestId('execute-workflow-button').first().click();
		await bench.fal.waitForEach(3, 'COMPLETED', 60_000);
		await page.getByTestId('canvas-node-status-success').nth(3).waitFor();
		await showsWhatThePageTells(page, 'example');
	});
});
