import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../../../../harness/server/paths';

const folder = join(repository, 'docs', 'images');

/**
 * Takes a picture for the README or a page of `docs/`, which shows the page as it stands once it has come
 * to rest.
 *
 * @param name without the extension; it may begin with a folder
 * @param keep whether the mouse stays where it is: a menu closes without it
 */
export async function takePicture(page: Page, name: string, keep?: 'mouse'): Promise<void> {
	const path = join(folder, `${name}.png`);
	await mkdir(dirname(path), { recursive: true });
	// Toasts and the text cursor come and go.
	await page.addStyleTag({
		content: '.el-notification { display: none } * { caret-color: transparent }',
	});
	if (keep !== 'mouse') await page.mouse.move(0, 0);
	await page.evaluate(async () => await document.fonts.ready);
	await page.screenshot({ path, animations: 'disabled' });
}
