import { usePrivateBench } from '../setup/bench';
import { finished, readExecution, untilStatus } from '../setup/executions';
import { Suspending } from '../setup/suspending';

const film = { request_id: expect.any(String), status: 'COMPLETED', video: expect.anything() };

// The row is the one of the tests in core.e2e.ts, which need no server of their own.
describe('Generate and Suspend', () => {
	const bench = usePrivateBench();
	const suspending = new Suspending(bench);

	test('All that are suspended over a restart resume, though fal calls while n8n still starts', async () => {
		bench.fal.options.durationMs = Infinity;
		bench.fal.options.webhookRetryMs = 5_000;
		const scenes = [['One', 'Two'], ['Three'], ['Four', 'Five'], ['Six']];
		const ids: string[] = [];
		for (const prompts of scenes) {
			ids.push(await suspending.suspend(await suspending.load(prompts)));
		}
		await bench.n8n.stop();
		await bench.startAgain();
		bench.fal.endAll();
		// While it starts, n8n calls them crashed for a moment.
		await Promise.all(ids.map(async (id) => await untilStatus(bench.n8n, id, ['success'])));
		const executions = await Promise.all(ids.map(async (id) => await finished(bench.n8n, id)));
		expect(executions.map((execution) => execution.json('Videos'))).toMatchObject(
			scenes.map((prompts) => prompts.map((prompt) => ({ ...film, prompt }))),
		);
		expect(bench.fal.submissions).toHaveLength(6);
		// What n8n does about them while it starts is over by now.
		const later = await Promise.all(ids.map(async (id) => await readExecution(bench.n8n, id)));
		expect(later.map(({ status }) => status)).toEqual(scenes.map(() => 'success'));
	});
});
