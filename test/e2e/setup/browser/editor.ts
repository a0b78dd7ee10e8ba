import type { Locator, Page } from 'playwright-core';

/** A field of the open node or credential, by its name in the node's code. */
export function field(page: Page, name: string): Locator {
	return page.getByTestId(`parameter-input-${name}`);
}

/** Finds a node in the panel of nodes by what a user types, and adds it with one of its actions. */
export async function addNode(
	page: Page,
	{ search, name, action }: { search: string; name: string; action: string },
): Promise<void> {
	await page.getByTestId('node-creator-plus-button').click();
	await page.getByTestId('node-creator-search-bar').fill(search);
	await page.getByTestId('node-creator').getByText(name, { exact: true }).click();
	// In an empty workflow the trigger comes first, and the actions are folded away.
	await page
		.getByTestId('node-creator')
		.getByText(/^Actions \(\d+\)/)
		.click();
	await page.getByTestId('node-creator').getByText(action, { exact: true }).click();
	await page.getByTestId('ndv').waitFor();
}

/** Chooses an entry of a drop-down field. */
export async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
	await field(page, name).click();
	await page.getByRole('option', { name: option }).click();
}

/** The dialogue in which a credential is filled in. */
export function credentialDialog(page: Page): Locator {
	return page.getByTestId('editCredential-modal');
}

/** Opens a workflow with all of its nodes in view. */
export async function openWorkflow(page: Page, url: string, id: string): Promise<void> {
	await page.goto(`${url}/workflow/${id}`);
	await page.getByTestId('canvas-node').first().waitFor();
	await page.getByTestId('zoom-to-fit').click();
	// A little further off: the button below the nodes would hide their names.
	await page.getByTestId('zoom-out-button').click();
}
