import { FalStandIn } from '../../harness/standin/fal-stand-in';

/** Lets a contestant make one video at once, at a stand-in where nothing is measured. */
export async function warmUp(makeOne: (fal: FalStandIn) => Promise<unknown>): Promise<void> {
	const fal = await FalStandIn.start({ durationMs: 0 });
	try {
		await makeOne(fal);
	} finally {
		await fal.close();
	}
}
