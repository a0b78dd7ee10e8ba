import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser } from './setup/browser/browser';
import { takePicture } from './setup/browser/pictures';
import { useBench } from './setup/bench';
import { executionsOf, finished } from './setup/executions';
import {
	importWorkflow,
	publish,
	readExample,
	unpublish,
	type StoredWorkflow,
} from './setup/workflows';

/** A PNG of one pixel. */
const pixel = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/** An example with a form, published for the tests of a `describe`, and a browser to fill it in. */
function usePublishedForm(file: string) {
	const bench = useBench();
	let workflow: StoredWorkflow;
	let address: string;
	let browser: Browser;

	beforeAll(async () => {
		const example = await readExample(file);
		workflow = await importWorkflow(bench.n8n, example, bench.credentials);
		await publish(bench.n8n, workflow);
		const { webhookId } = example.nodes.find(({ type }) => type.endsWith('.formTrigger')) ?? {};
		address = `${bench.n8n.url}/form/${webhookId}`;
		browser = await startBrowser();
	});
	afterAll(async () => {
		await browser.close();
		await unpublish(bench.n8n, workflow);
	});

	return {
		bench,
		get workflow() {
			return workflow;
		},
		/** Opens the form in a page of its own. */
		async open(): Promise<Page> {
			const page = await openPage(browser);
			await page.goto(address);
			return page;
		},
	};
}

describe('picture-to-video.json, filled in by a browser', () => {
	const form = usePublishedForm('picture-to-video.json');
	const { bench } = form;

	async function send(picture: { name: string; mimeType: string; buffer: Buffer }): Promise<Page> {
		const page = await form.open();
		await page.locator('input[type=file]').setInputFiles(picture);
		await page.getByLabel('What happens?').fill('The boat sails');
		await page.getByLabel('How long?').selectOption('10 seconds');
		await page.getByRole('button', { name: 'Film it' }).click();
		return page;
	}

	test('the picture is sent to fal, and the page plays the video', async () => {
		const page = await send({ name: 'boat.png', mimeType: 'image/png', buffer: pixel });
		await page.getByText('Your video is ready').waitFor();
		expect(
			bench.fal.submissions.map(({ endpoint, body }) => ({ endpoint, ...body })),
		).toMatchObject([
			{
				endpoint: 'fal-ai/kling-video/v2.5-turbo/pro/image-to-video',
				prompt: 'The boat sails',
				duration: '10',
				image_url: `data:image/png;base64,${pixel.toString('base64')}`,
			},
		]);
		const link = await page.getByRole('link', { name: 'Open the file' }).getAttribute('href');
		expect(link).toContain(bench.fal.submissions[0]?.requestId);
		await page.context().close();
	});

	test('what is no image is said, and nothing is paid', async () => {
		const buffer = Buffer.from('%PDF-1.7 not a picture');
		const page = await send({ name: 'boat.png', mimeType: 'image/png', buffer });
		await page.getByText('There is no video').waitFor();
		await page.getByText('it must be an image: jpg, png, webp, gif or avif').waitFor();
		await page.context().close();
		expect(bench.fal.submissions).toEqual([]);
	});
});

describe('ask-first.json, filled in by a browser', () => {
	const form = usePublishedForm('ask-first.json');
	const { bench } = form;

	async function ask(answer: string): Promise<Page> {
		const page = await form.open();
		await page.getByLabel('Which scenes?').fill('A boat\n\nA kite\nA ball\n');
		await page.getByLabel('How long is each?').selectOption('5 seconds');
		await page.getByRole('button', { name: 'Show what it costs' }).click();
		await page.getByText('3 videos of 5 seconds cost $1.05').waitFor();
		expect(bench.fal.submissions).toEqual([]);
		await page.getByLabel('Shall they be made?').selectOption(answer);
		await page.getByRole('button', { name: 'Go on' }).click();
		return page;
	}

	test('after a yes the videos are made, at that sum', async () => {
		const page = await ask('Yes, make them');
		await page.getByText('Your videos').waitFor();
		expect(await page.getByRole('link', { name: /^A (boat|kite|ball)$/ }).count()).toBe(3);
		await page.context().close();
		expect(bench.fal.billed()).toBe(3);
	});

	test('after a no nothing is made', async () => {
		const page = await ask('No');
		await page.getByText('Nothing was made').waitFor();
		await page.context().close();
		expect(bench.fal.submissions).toEqual([]);
	});
});

describe('form-to-video.json, filled in by a browser', () => {
	const form = usePublishedForm('form-to-video.json');
	const { bench } = form;

	async function fillIn(prompt: string): Promise<Page> {
		const page = await form.open();
		await page.getByLabel('What shall be seen?').fill(prompt);
		await page.getByLabel('How long?').selectOption('10 seconds');
		await page.getByLabel('Which shape?').selectOption('Square (1:1)');
		return page;
	}

	test('the page waits, and then plays the video', async () => {
		const prompt = 'A kingfisher dives into a still lake, slow motion';
		const page = await fillIn(prompt);
		await takePicture(page, 'form');
		await page.getByRole('button', { name: 'Film it' }).click();

		await page.getByText('Your video is ready').waitFor();
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{ prompt, duration: '10', aspect_ratio: '1:1' },
		]);
		const link = await page.getByRole('link', { name: 'Open the file' }).getAttribute('href');
		expect(link).toContain(bench.fal.submissions[0]?.requestId);
		await page.locator('video').evaluate(async (video: HTMLVideoElement) => {
			video.muted = true;
			await video.play();
		});
		await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 2);
		await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
		await takePicture(page, 'form-video');
		await page.context().close();

		const [newest] = await executionsOf(bench.n8n, form.workflow);
		const execution = await finished(bench.n8n, newest?.id ?? '');
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.items('Fal Video')[0]?.binary?.data).toMatchObject({ mimeType: 'video/mp4' });
		expect(bench.fal.billed()).toBe(1);
	});

	test('a blocked prompt is answered with fal’s reason', async () => {
		const page = await fillIn('Something nobody should see [blocked]');
		await page.getByRole('button', { name: 'Film it' }).click();

		await page.getByText('There is no video').waitFor();
		await page.getByText('material flagged by a content checker').waitFor();
		// What fal calls it, and the request's ID, tell a visitor nothing.
		await expect(page.getByText('content_policy_violation').count()).resolves.toBe(0);
		await page.context().close();
	});
});
