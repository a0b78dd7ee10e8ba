import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { useEditorPage } from './setup/browser/editor-page';
import { takePicture } from './setup/browser/pictures';
import { useBench } from './setup/bench';

// The first that somebody sees of the package, in n8n's panel of nodes.
describe('in the panel of nodes', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	/** Types into the search of a new workflow's panel. */
	async function search(text: string): Promise<void> {
		await page.goto(`${bench.n8n.url}/workflow/new`);
		await page.getByTestId('node-creator-plus-button').click();
		await page.getByTestId('node-creator-search-bar').fill(text);
	}

	function entries() {
		return page.getByTestId('node-creator').getByTestId('item-iterator-item');
	}

	test.each(['text to video', 'image to video', 'fal', 'kling', 'ai video'])(
		'who searches for "%s" reads what the node does',
		async (text) => {
			await search(text);
			const entry = entries().filter({ hasText: 'Fal Video' });
			await entry.waitFor();
			await expect(entry.count()).resolves.toBe(1);
			await expect(entry.getByTestId('node-creator-item-description').innerText()).resolves.toMatch(
				/^Turn text and images into video with Kling at fal/,
			);
			await expect(entries().first().innerText()).resolves.toContain('Fal Video');
			if (text === 'image to video') await takePicture(page, 'node-creator');
		},
	);

	test.each([
		['light', 'falVideo.svg'],
		['dark', 'falVideo.dark.svg'],
	])('in the %s theme the icon is %s', async (theme, file) => {
		await page.evaluate((name) => localStorage.setItem('N8N_THEME', name), theme);
		await search('kling');
		const icon = entries().filter({ hasText: 'Fal Video' }).locator('img').first();
		await icon.waitFor();
		expect((await icon.getAttribute('src'))?.split('/').at(-1)).toBe(file);
		await expect(
			icon.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
		).resolves.toBeGreaterThan(0);
		await page.screenshot({ path: join(tmpdir(), `fal-video-icon-${theme}.png`) });
	});
});
