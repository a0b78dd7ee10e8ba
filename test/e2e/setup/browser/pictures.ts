import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../../../../harness/server/paths';

const folder = join(repository, 'docs', 'images');

/** Takes a picture for the README, which shows the page as it stands once it has come to rest. */
export async function takePicture(page: Page, name: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	// Toasts and the text cursor come and go.
	await page.addStyleTag({
		content: '.el-notification { display: none } * { caret-color: transparent }',
	});
	await page.mouse.move(0, 0);
	await page.evaluate(async () => await document.fonts.ready);
	await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
