import { variedDuration, variedDurations } from '../../harness/standin/durations';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { postVideo } from './test-requests';

const spread = { medianMs: 60_000, sigma: 0.2, seed: 1 };
const prompts = Array.from({ length: 10_000 }, (_, index) => `Scene ${index}`);

test('the same seed gives a prompt the same duration, another seed another one', () => {
	const durations = prompts.map((prompt) => variedDuration(spread, prompt));
	expect(prompts.map((prompt) => variedDuration(spread, prompt))).toEqual(durations);
	expect(new Set(durations).size).toBe(prompts.length);
	expect(variedDuration({ ...spread, seed: 2 }, 'Scene 0')).not.toBe(durations[0]);
});

test('durations are log-normal about their median', () => {
	const logs = prompts.map((prompt) => Math.log(variedDuration(spread, prompt) / spread.medianMs));
	const below = (limit: number) => logs.filter((log) => log < limit).length / logs.length;
	// The shares of a normal distribution below -1, 0, 1 and 2 sigmas.
	expect(below(-spread.sigma)).toBeCloseTo(0.1587, 1.5);
	expect(below(0)).toBeCloseTo(0.5, 1.5);
	expect(below(spread.sigma)).toBeCloseTo(0.8413, 1.5);
	expect(below(2 * spread.sigma)).toBeCloseTo(0.9772, 1.5);
});

test('a video takes as long as its prompt says, in whatever order they come', async () => {
	const short = { medianMs: 100, sigma: 1, seed: 1 };
	const fal = await FalStandIn.start({ durationMs: variedDurations(short) });
	try {
		for (const prompt of ['Scene 2', 'Scene 1']) await postVideo(fal, { prompt });
		await fal.waitForState(0, 'COMPLETED');
		await fal.waitForState(1, 'COMPLETED');
		for (const { body, startedAt = NaN, completedAt = NaN } of fal.submissions) {
			const wanted = variedDuration(short, body.prompt as string);
			// A timer is never early, but for the part of a millisecond that it leaves out.
			expect(completedAt - startedAt).toBeGreaterThanOrEqual(Math.floor(wanted) - 1);
		}
	} finally {
		await fal.close();
	}
});
