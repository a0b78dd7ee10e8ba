import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { useEditorPage } from './setup/browser/editor-page';
import {
	addNode,
	choose,
	field,
	newCredential,
	nodePanel,
	openNode,
	openWorkflow,
	outputPanel,
} from './setup/browser/editor';
import { takePicture } from './setup/browser/pictures';
import { useBench } from './setup/bench';
import { executionsOf, finished } from './setup/executions';
import { importWorkflow, readExample } from './setup/workflows';

const prompt = 'A paper boat sails down a rainy street at dusk, slow tracking shot';

describe('in the editor', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	test('the node is found by "kling" and added with its fields', async () => {
		await page.goto(`${bench.n8n.url}/workflow/new`);
		await addNode(page, {
			search: 'kling',
			name: 'Fal Video',
			action: 'Generate a video from text',
		});

		await expect(field(page, 'prompt').isVisible()).resolves.toBe(true);
		await expect(field(page, 'model').locator('input').inputValue()).resolves.toBe(
			'Kling 2.5 Turbo Pro',
		);
	});

	// On a busy machine the editor may lose a click while it is still taking in what was typed.
	async function saveUntil(sign: ReturnType<Page['locator']>): Promise<void> {
		const save = page.getByTestId('credential-save-button');
		for (let attempt = 0; attempt < 5 && !(await sign.isVisible()); attempt++) {
			await save.click({ timeout: 15_000 }).catch(() => undefined);
			await sign.waitFor({ timeout: 15_000 }).catch(() => undefined);
		}
	}

	test('Test tells a wrong key from a right one', async () => {
		const dialog = await newCredential(page);
		await field(page, 'apiKey').locator('input').fill('wrong');
		await field(page, 'baseUrl').locator('input').fill(bench.fal.url);
		await saveUntil(dialog.getByText('More details'));
		await dialog.getByText('More details').click();
		await dialog.getByText('The key, or Authorization, was refused').waitFor();

		await field(page, 'apiKey')
			.locator('input')
			.fill(bench.fal.keys[0] ?? '');
		// Saved with a key that works, the dialogue closes by itself.
		await page.getByTestId('credential-save-button').click();
		await dialog.waitFor({ state: 'detached' });
		await page.getByTestId('credential-edit-button').click();
		await dialog.getByText('Connection tested successfully').waitFor();
		await dialog.getByRole('button', { name: 'Close' }).click();
		await dialog.waitFor({ state: 'detached' });
	});

	test('the fields are filled in, and the video’s URL is in the output panel', async () => {
		await field(page, 'prompt').locator('textarea').fill(prompt);
		await choose(page, 'duration', '10 Seconds');
		await choose(page, 'aspectRatio', /Portrait/);
		await page.getByTestId('node-execute-button').click();

		const output = outputPanel(page);
		await output.getByText(/\/files\/.+\.mp4/).waitFor();
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{ prompt, duration: '10', aspect_ratio: '9:16' },
		]);
		await expect(output.innerText()).resolves.toContain(bench.fal.submissions[0]?.requestId);
		await expect(output.innerText()).resolves.toContain(
			'Each video that Execute step makes is paid for',
		);
		await output.getByTestId('radio-button-json').click();
		await takePicture(page, 'node');
	});

	test('a gateway’s key goes in with its word and its host', async () => {
		const dialog = await newCredential(page);
		// What a key is, and what to leave alone, can be read without opening a tooltip.
		await dialog.getByText('Add credit at fal.ai first').waitFor();
		await dialog.getByText('Leave it as it is unless your company').first().waitFor();
		await field(page, 'apiKey').locator('input').fill('sk-of-the-gateway');
		await choose(page, 'authScheme', 'Bearer');
		await field(page, 'baseUrl').locator('input').fill('https://api.gateway.example');
		await field(page, 'webhookKeysUrl').locator('input').fill('');
		await takePicture(page, 'credential-gateway');
		// That such a credential works is tested by itself, in credential.e2e.ts.
	});

	test('the Stop button cancels the requests at fal', async () => {
		bench.fal.reset();
		bench.fal.options.durationMs = Infinity;
		const example = await readExample('text-to-video.json');
		const { id } = await importWorkflow(bench.n8n, example, bench.credentials);
		await openWorkflow(page, bench.n8n.url, id);
		await page.getByTestId('execute-workflow-button').click();
		for (const index of [0, 1, 2]) await bench.fal.waitForState(index, 'IN_PROGRESS', 60_000);
		await page.getByTestId('stop-execution-button').click();
		for (const index of [0, 1, 2]) await bench.fal.waitForState(index, 'COMPLETED', 60_000);

		expect(bench.fal.submissions.filter(({ cancelled }) => cancelled)).toHaveLength(3);
		const [newest] = await executionsOf(bench.n8n, { id });
		expect(await finished(bench.n8n, newest?.id ?? '')).toMatchObject({ status: 'canceled' });
		bench.fal.reset();
	});

	test('Generate and Suspend: the fields of Generate without the waiting, and Request Options', async () => {
		const example = await readExample('suspend-until-complete.json');
		const { id } = await importWorkflow(bench.n8n, example, bench.credentials);
		await openWorkflow(page, bench.n8n.url, id);
		await openNode(page, 'Fal Video');
		await field(page, 'prompt').waitFor();
		await expect(field(page, 'duration').isVisible()).resolves.toBe(true);
		await expect(field(page, 'downloadVideo').isVisible()).resolves.toBe(true);
		await nodePanel(page).getByText('On your own computer, use Generate.').waitFor();
		await expect(field(page, 'waitUntilComplete').count()).resolves.toBe(0);
		await takePicture(page, 'suspend');
		bench.fal.options.durationMs = Infinity;
		await page.getByTestId('node-execute-button').click();
		const waiting = outputPanel(page).getByText('goes on by itself when fal calls');
		await waiting.waitFor();
		await page.screenshot({ path: join(tmpdir(), 'fal-video-suspended.png') });
		bench.fal.reset();
		await page.getByTestId('tab-settings').click();
		await nodePanel(page).getByText('Request Options', { exact: true }).waitFor();
		// They are there once, n8n's and not this package's beside them.
		await expect(page.getByText('Request Options', { exact: true }).count()).resolves.toBe(1);
	});

	test('fields come and go with the model, and the price beside Duration is the model’s', async () => {
		await page.goto(`${bench.n8n.url}/workflow/new`);
		await addNode(page, {
			search: 'kling',
			name: 'Fal Video',
			action: 'Generate a video from text',
		});
		const shown = async (name: string) => await field(page, name).isVisible();
		const panel = nodePanel(page);
		await panel.getByText('$0.35 for 5 seconds, $0.70 for 10 seconds').waitFor();
		expect(await shown('cfgScale')).toBe(true);
		expect(await shown('generateAudio')).toBe(false);

		await choose(page, 'model', /Kling 3 Pro/);
		await panel.getByText('$0.112 a second, silent: $0.56 for 5 seconds').waitFor();
		expect(await shown('generateAudio')).toBe(true);
		expect(await field(page, 'duration').count()).toBe(1);
		await choose(page, 'promptSource', /^Shots/);
		await panel.getByText('Add Shot').waitFor();
		expect(await shown('prompt')).toBe(false);
		await takePicture(page, 'shots');

		await choose(page, 'model', /Kling 4/);
		await panel.getByText('$0.157 a second, 720p: $0.785 for 5 seconds').waitFor();
		expect(await shown('resolution')).toBe(true);
		expect(await shown('cfgScale')).toBe(false);

		await choose(page, 'operation', /Generate From Image/);
		// n8n keeps the model, which is none of an image: it is chosen anew.
		await choose(page, 'model', /Kling 2.5 Turbo Pro/);
		await panel.getByText('See the model’s page at fal for its price').waitFor();
		expect(await shown('imageBinaryField')).toBe(true);
		expect(await shown('endImageSource')).toBe(true);
		await takePicture(page, 'from-image');
	});

	test('before the first run, the panel knows the fields of the output', async () => {
		for (const [resource, operation, known] of [
			['video', 'generate', 'video'],
			['video', 'generateAndSuspend', 'video'],
			['video', 'generateFromImage', 'video'],
			['request', 'getResult', 'video'],
			['request', 'getStatus', 'queue_position'],
			['request', 'cancel', 'status'],
			['request', 'getMany', 'sent_at'],
		]) {
			const path = `n8n-nodes-fal-video.falVideo/1.0.0/${resource}/${operation}.json`;
			const reply = await page.request.get(`${bench.n8n.url}/schemas/${path}`);
			expect({ path, status: reply.status() }).toEqual({ path, status: 200 });
			const schema = (await reply.json()) as { properties: object };
			expect(Object.keys(schema.properties)).toContain(known);
		}
	});
});
