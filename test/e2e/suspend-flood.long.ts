import { usePrivateBench } from './setup/bench';
import { finished } from './setup/executions';
import { Suspending } from './setup/suspending';

const film = { status: 'COMPLETED', video: { url: expect.any(String) } };

describe('two hundred callbacks of one execution in the same moment', () => {
	const bench = usePrivateBench();
	const suspending = new Suspending(bench);

	test.each([
		{ items: 200, copies: 1 },
		{ items: 10, copies: 20 },
	])(
		'$items videos, each told $copies times: resumed once, and none told to come again',
		async ({ items, copies }) => {
			const endAt = Date.now() + 20_000;
			bench.fal.options.durationMs = () => Math.max(0, endAt - Date.now());
			// A callback that is not taken comes late.
			bench.fal.options.webhookRetryMs = 15_000;
			const prompts = Array.from({ length: items }, (_, index) => `Scene ${index}`);
			const id = await suspending.suspend(await suspending.load(prompts));
			await bench.fal.waitForEach(items, 'COMPLETED', 60_000);
			const extra = Array.from({ length: (copies - 1) * items }, async (_, index) => {
				const { requestId = '' } = bench.fal.submissions[index % items] ?? {};
				await bench.fal.sendWebhook(requestId);
			});
			const execution = await finished(bench.n8n, id);
			console.info(`resumed ${Date.now() - endAt} ms after the last video`);
			await Promise.all(extra);

			expect(execution.json('Fal Video')).toMatchObject(Array(items).fill(film));
			expect(execution.runs('Videos')).toHaveLength(1);
			expect(bench.fal.billed()).toBe(items);
			// One callback asks, once about each video; the others are answered at once.
			expect(bench.fal.count('status')).toBeLessThanOrEqual(2 * items);
			expect(suspending.answered(503)).toBe(0);
		},
	);
});
