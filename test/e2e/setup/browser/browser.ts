import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import type { Owner } from '../../../../harness/server/owner';

// As n8n's editor writes it.
selectors.setTestIdAttribute('data-test-id');

/** What a picture for the README shows, in pixels. */
const viewport = { width: 1280, height: 800 };

/** Milliseconds that anything in the editor may take to appear. */
const patienceMs = 60_000;

/** Starts Debian's Chromium, without what it does for its own sake. */
export async function startBrowser(): Promise<Browser> {
	return await chromium.launch({
		executablePath: '/usr/bin/chromium',
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--disable-background-networking',
			'--no-first-run',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

/** Opens a window of its own, with no cookies of another. */
export async function openPage(browser: Browser): Promise<Page> {
	const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
	context.setDefaultTimeout(patienceMs);
	return await context.newPage();
}

/** Opens n8n's editor as somebody who has to sign in first. */
export async function openEditor(browser: Browser, url: string, owner: Owner): Promise<Page> {
	const page = await openPage(browser);
	await page.goto(`${url}/signin`);
	await page.locator('input[type=email]').fill(owner.email);
	await page.locator('input[type=password]').fill(owner.password);
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL((address) => !address.pathname.includes('signin'));
	return page;
}
