/**
 * `npm run measure`: what waiting costs, measured in n8n's engine against the stand-in for fal.
 * Absolute times mean little on a shared machine; these are against times that are set, not raced.
 */
import { EngineProcess } from '../harness/engine/client';
import type { Outcome } from '../harness/engine/outcome';
import { CREDENTIAL_ID, FAL_VIDEO, workflowOf } from '../harness/engine/workflow';
import { FalStandIn } from '../harness/standin/fal-stand-in';

const workflow = workflowOf({
	resource: 'video',
	operation: 'generate',
	prompt: '={{ $json.prompt }}',
});

const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ json: { prompt: `Scene ${index}` } }));

async function measured(
	durationMs: number | ((submission: unknown, index: number) => number),
	count: number,
): Promise<{ outcome: Outcome; fal: FalStandIn }> {
	const fal = await FalStandIn.start({ durationMs });
	const engine = await EngineProcess.start({
		credentials: {
			[CREDENTIAL_ID]: {
				name: 'Fal Video',
				type: 'falVideoApi',
				data: { apiKey: fal.keys[0] ?? '', baseUrl: fal.url },
			},
		},
	});
	const outcome = await engine.run({ workflow, input: prompts(count) }).finished;
	await engine.close();
	await fal.close();
	return { outcome, fal };
}

/** Ten items at once: how long until all are out, and whether each is in its place. */
async function allAtOnce(): Promise<void> {
	const { outcome, fal } = await measured(3500, 10);
	const items = outcome.items(FAL_VIDEO);
	const inOrder = items.every(({ json, pairedItem }, index) => {
		const submission = fal.submissions.find(({ requestId }) => requestId === json.request_id);
		const linked = typeof pairedItem === 'object' && !Array.isArray(pairedItem) && pairedItem.item;
		return submission?.body.prompt === `Scene ${index}` && linked === index;
	});
	console.log(
		`Ten items, 3.5 s each: ${items.length} out after ${(outcome.duration / 1000).toFixed(2)} s, ${inOrder ? 'in order, each linked to its input' : 'NOT IN ORDER'}`,
	);
}

/** Many items of all lengths: how soon a finished video is noticed, and how often fal was asked. */
async function pickUp(): Promise<void> {
	const count = 60;
	// Spread evenly over 4 to 14 s, so that they end at any moment between two status requests.
	const { fal } = await measured((_submission, index) => 4000 + (10_000 * index) / count, count);
	const lags: number[] = [];
	const rates: number[] = [];
	for (const { requestId, acceptedAt, completedAt } of fal.submissions) {
		if (completedAt === undefined) throw new Error(`Request ${requestId} did not complete`);
		const entries = fal.log.filter((entry) => entry.requestId === requestId);
		const fetched = entries.find(({ kind }) => kind === 'result');
		if (!fetched) throw new Error(`The result of ${requestId} was not fetched`);
		lags.push((fetched.at - completedAt) / 1000);
		const asked = entries.filter(({ kind }) => kind === 'status' || kind === 'stream').length;
		rates.push(asked / ((fetched.at - acceptedAt) / 1000));
	}
	const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
	console.log(
		`${count} items, 4 to 14 s: a finished video is picked up after ${mean(lags).toFixed(2)} s on average (at most ${Math.max(...lags).toFixed(2)} s), with ${mean(rates).toFixed(2)} status requests (or streams opened) per second and request (at most ${Math.max(...rates).toFixed(2)})`,
	);
}

async function main(): Promise<void> {
	await allAtOnce();
	await pickUp();
}

void main();
