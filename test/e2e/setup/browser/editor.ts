import type { Locator, Page } from 'playwright-core';

/** A field of the open node or credential, by its name in the node's code. */
export function field(page: Page, name: string): Locator {
	return page.getByTestId(`parameter-input-${name}`);
}

/** The panel of the open node. */
export function nodePanel(page: Page): Locator {
	return page.getByTestId('ndv');
}

/** What came out of the open node, at its right. */
export function outputPanel(page: Page): Locator {
	return page.getByTestId('output-panel');
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
	await nodePanel(page).waitFor();
}

/** Chooses an entry of a drop-down field. */
export async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
	await field(page, name).click();
	await page.getByRole('option', { name: option }).click();
}

/** Turns a switch on or off: what is under it does not take the click. */
export async function toggle(page: Page, name: string): Promise<void> {
	await field(page, name).locator('.el-switch').click();
}

/** The dialogue in which a credential is filled in. */
export function credentialDialog(page: Page): Locator {
	return page.getByTestId('editCredential-modal');
}

/** Opens the dialogue of a new credential for the open node. */
export async function newCredential(page: Page): Promise<Locator> {
	await page.getByTestId('node-credentials-select').click();
	await page.getByTestId('node-credentials-select-item-new').last().click();
	const dialog = credentialDialog(page);
	await dialog.waitFor();
	return dialog;
}

/** Chooses a credential for the open node. */
export async function chooseCredential(page: Page, id = ''): Promise<void> {
	await page.getByTestId('node-credentials-select').click();
	await page.getByTestId(`node-credentials-select-item-${id}`).click();
}

/** Opens a workflow with all of its nodes in view. */
export async function openWorkflow(page: Page, url: string, id: string): Promise<void> {
	await page.goto(`${url}/workflow/${id}`);
	await showAllNodes(page);
}

/** Brings all nodes of the canvas into view. */
export async function showAllNodes(page: Page): Promise<void> {
	await page.getByTestId('canvas-node').first().waitFor();
	await page.getByTestId('zoom-to-fit').click();
	// A little further off: the button below the nodes would hide their names.
	await page.getByTestId('zoom-out-button').click();
}

/** Opens a node of the canvas. */
export async function openNode(page: Page, name: string): Promise<void> {
	const node = page.getByTestId('canvas-node').filter({ hasText: name });
	await node.getByTestId('canvas-default-node').or(node).first().dblclick();
	await nodePanel(page).waitFor();
}

/** Closes the open node. */
export async function closeNode(page: Page): Promise<void> {
	await page.getByTestId('ndv-close-button').or(page.getByTestId('back-to-canvas')).first().click();
	await nodePanel(page).waitFor({ state: 'detached' });
}

/** Adds an option to the open node. */
export async function addOption(page: Page, name: string): Promise<void> {
	// The other one is in the node's settings.
	await page.getByTestId('collection-parameter-add').filter({ visible: true }).click();
	await page.getByTestId('collection-parameter-option').getByText(name, { exact: true }).click();
}
