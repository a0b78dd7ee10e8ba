import { type Contestant, promptsOf } from '../../bench/contestants/contestant';
import { falClient } from '../../bench/contestants/fal-client';
import { sequential } from '../../bench/contestants/sequential';
import { thisNode } from '../../bench/contestants/this-node';
import { figuresOf } from '../../bench/figures';
import { FalStandIn } from '../../harness/standin/fal-stand-in';

// The fourth, out of n8n's own nodes, needs an installed server: test/e2e/bench.e2e.ts.
test.each<Contestant>([thisNode, falClient, sequential(0.1)])(
	'$name delivers each video once',
	async (contestant) => {
		const fal = await FalStandIn.start({ durationMs: 200 });
		const entrant = await contestant.enter(fal);
		try {
			const prompts = promptsOf(3);
			const figures = figuresOf(fal, await entrant.run(prompts), prompts);
			expect(figures.videos).toBe(3);
			expect(figures.total).toBeGreaterThanOrEqual(figures.limit);
			expect(figures.lag.mean).toBeGreaterThanOrEqual(0);
		} finally {
			await entrant.close();
			await fal.close();
		}
	},
);
