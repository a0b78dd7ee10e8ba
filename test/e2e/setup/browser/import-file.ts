import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { examplesDirectory } from '../../../../harness/server/paths';
import { showAllNodes } from './editor';

/** Where the examples' README says that a file is imported: the words of a menu and of its entry. */
function menuOfReadme(): string[] {
	const text = readFileSync(join(examplesDirectory, 'README.md'), 'utf8');
	return (/_⋯ > ([^>_]+) > ([^>_]+)_/.exec(text) ?? []).slice(1);
}

/**
 * Opens the menu of the open workflow down to where a file is imported.
 *
 * @returns the entry to click
 */
export async function openImportMenu(page: Page): Promise<Locator> {
	const [menu = '', entry = ''] = menuOfReadme();
	await page.getByTestId('workflow-menu').click();
	await page.getByRole('menuitem', { name: menu, exact: true }).hover();
	const item = page.getByRole('menuitem', { name: entry, exact: true });
	await item.waitFor();
	return item;
}

/** Makes a new workflow of one of the examples' files, as the examples' README says, and shows all of it. */
export async function importExampleFile(page: Page, url: string, name: string): Promise<void> {
	await page.goto(`${url}/workflow/new`);
	const chooser = page.waitForEvent('filechooser');
	await (await openImportMenu(page)).click();
	await (await chooser).setFiles(join(examplesDirectory, `${name}.json`));
	await showAllNodes(page);
	// What was imported is selected, until somebody clicks beside it.
	await page.getByTestId('canvas').click({ position: { x: 20, y: 60 } });
}
