import { promptsOf } from '../../bench/contestants/contestant';
import { httpLoop } from '../../bench/contestants/http-loop';
import { figuresOf } from '../../bench/figures';
import { FalStandIn } from '../../harness/standin/fal-stand-in';

test("the benchmark's loop out of n8n's own nodes delivers each video once", async () => {
	const fal = await FalStandIn.start({ durationMs: 200 });
	const entrant = await httpLoop(0.1).enter(fal);
	try {
		const prompts = promptsOf(3);
		// Each is said to be running at first, however fast or slow the machine is.
		for (const requestIndex of prompts.keys()) {
			fal.order({
				on: 'status',
				requestIndex,
				fault: { type: 'status-word', status: 'IN_PROGRESS' },
			});
		}
		const figures = figuresOf(fal, await entrant.run(prompts), prompts);
		expect(figures.statusRequests.max).toBeGreaterThan(1);
	} finally {
		await entrant.close();
		await fal.close();
	}
});
