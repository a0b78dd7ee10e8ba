import type { Page } from 'playwright-core';
import { readSaved, savedNames, savedNode } from '../saved-workflows';
import { submit } from '../standin/test-requests';
import { useBench } from './setup/bench';
import { useEditorPage } from './setup/browser/editor-page';
import { openWorkflow } from './setup/browser/editor';
import { executeToEnd, startedByWebhook } from './setup/executions';
import { importWorkflow, publish, unpublish, untilRegistered } from './setup/workflows';

// Workflows as people have saved them, in a real server: they open without a complaint, and the two that
// the engine alone cannot run do what they did.
describe('a saved workflow', () => {
	const bench = useBench();

	async function imported(name: string) {
		return await importWorkflow(bench.n8n, readSaved(name), bench.credentials);
	}

	describe('opens in the editor', () => {
		let page: Page;
		useEditorPage(bench, (opened) => {
			page = opened;
		});

		test.each(savedNames())('%s, with nothing missing', async (name) => {
			const { id } = await imported(name);
			await openWorkflow(page, bench.n8n.url, id);
			await page.getByTestId('canvas').getByText(savedNode(name).name, { exact: true }).waitFor();
			await expect(page.getByTestId('node-issues').count()).resolves.toBe(0);
			await expect(page.getByText('Install this node').count()).resolves.toBe(0);
		});
	});

	test('trigger: starts when fal calls', async () => {
		const workflow = await imported('trigger');
		await publish(bench.n8n, workflow);
		const url = `${bench.n8n.url}/webhook/${savedNode('trigger').webhookId}/webhook`;
		await untilRegistered(url);
		const { requestId } = await submit(bench.fal, { prompt: 'A boat' });
		await bench.fal.waitForState(requestId, 'COMPLETED');

		expect(await bench.fal.sendWebhook(requestId, { url })).toMatchObject({ answered: 200 });

		const [execution] = await startedByWebhook(bench.n8n, workflow, 1);
		expect(execution?.json('After')).toMatchObject([
			{
				request_id: requestId,
				model: savedNode('trigger').parameters.customModel,
				status: 'COMPLETED',
				video: { url: expect.stringMatching(/\.mp4$/) },
			},
		]);
		await unpublish(bench.n8n, workflow);
	});

	test('tool: sends what the model fills in, and the rest as it was saved', async () => {
		const workflow = await imported('tool');
		bench.openAi.play((_request, index) =>
			index === 0
				? {
						tool: 'Make_a_Video',
						arguments: { Prompt: 'A kite', Duration: '10', Aspect_Ratio: '9:16' },
					}
				: { text: 'Here it is' },
		);

		const input = { sessionId: 'saved', action: 'sendMessage', chatInput: 'A kite, please' };
		const execution = await executeToEnd(bench.n8n, workflow, { trigger: 'Chat', input });

		expect(execution).toMatchObject({ status: 'success' });
		expect(bench.fal.submissions.map(({ endpoint, body }) => ({ endpoint, body }))).toEqual([
			{
				endpoint: 'fal-ai/kling-video/v2.6/pro/text-to-video',
				body: {
					prompt: 'A kite',
					duration: '10',
					aspect_ratio: '9:16',
					negative_prompt: 'text, watermark',
					cfg_scale: 0.7,
					generate_audio: false,
					seed: 7,
				},
			},
		]);
	});
});
