import type { Browser, Page } from 'playwright-core';
import type { N8n } from '../../../../harness/server/n8n';
import { demoOwner } from '../../../../harness/server/owner';
import { openEditor, startBrowser } from './browser';

/**
 * Opens a server's editor, in a browser of its own, before the tests of a `describe`, and closes it after
 * them.
 *
 * @param into takes the page when it is open
 */
export function useEditorPage(bench: { readonly n8n: N8n }, into: (page: Page) => void): void {
	let browser: Browser;
	beforeAll(async () => {
		browser = await startBrowser();
		into(await openEditor(browser, bench.n8n.url, demoOwner));
	});
	afterAll(async () => await browser.close());
}
