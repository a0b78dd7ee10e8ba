import { execute, finished } from './setup/executions';
import { importLoop, spread } from './setup/loop';
import { QueueMode } from './setup/queue/queue-mode';

/** How often the loop is executed in each way. */
const runs = 5;

const items = 12;

describe('Generate and Suspend in a loop, called back through two webhook processes', () => {
	let n8n: QueueMode;

	beforeAll(async () => {
		n8n = await QueueMode.start({ concurrency: 5, workers: 1, webhookProcesses: 2 });
	});
	afterAll(async () => await n8n.close());

	/** What each execution has paid for. */
	async function billedPerRun(): Promise<number[]> {
		const billed = [];
		for (let run = 0; run < runs; run++) {
			n8n.fal.reset();
			n8n.fal.options.askMs = 400;
			n8n.fal.options.durationMs = spread([2_500, 3_500]);
			const workflow = await importLoop(n8n.main, n8n.credentials, { items, batch: 3 });
			const execution = await finished(n8n.main, await execute(n8n.main, workflow));
			expect(execution.status).toBe('success');
			billed.push(n8n.fal.billed());
		}
		return billed;
	}

	test('in turn: nothing but this is measured, as n8n keeps no process from taking a loop back', async () => {
		const billed = await billedPerRun();
		console.info(`calls in turn: ${billed.join(', ')} billed for ${items}`);
		for (const count of billed) expect(count).toBeGreaterThanOrEqual(items);
	});

	test('with the calls of an execution kept together: each video is billed once', async () => {
		if (n8n.balancer) n8n.balancer.keepsTogether = true;
		const billed = await billedPerRun();
		console.info(`calls kept together: ${billed.join(', ')} billed for ${items}`);
		expect(billed).toEqual(Array(runs).fill(items));
	});
});
