import { usePrivateBench } from '../setup/bench';
import { finished } from '../setup/executions';
import { Suspending } from '../setup/suspending';

const film = { request_id: expect.any(String), status: 'COMPLETED', video: expect.anything() };

// The row is the one of the tests in core.e2e.ts, which need no server of their own.
describe('Generate and Suspend', () => {
	const bench = usePrivateBench();
	const suspending = new Suspending(bench);

	test('Two that are suspended over a restart both resume', async () => {
		bench.fal.options.durationMs = Infinity;
		const ids: string[] = [];
		for (const prompts of [['One', 'Two'], ['Three']]) {
			ids.push(await suspending.suspend(await suspending.load(prompts)));
		}
		await bench.n8n.stop();
		await bench.startAgain();
		bench.fal.endAll();
		const executions = await Promise.all(ids.map(async (id) => await finished(bench.n8n, id)));
		expect(executions.map((execution) => execution.json('Videos'))).toMatchObject([
			[film, film],
			[film],
		]);
		expect(bench.fal.submissions).toHaveLength(3);
	});
});
