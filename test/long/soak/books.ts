import type { FalStandIn } from '../../../harness/standin/fal-stand-in';
import type { Submission } from '../../../harness/standin/submission';
import type { Chain, Link } from './chain';

/** How long after a stop a video may end that the stop could not prevent. */
const stopTakesMs = 250;

/** What came of a soak. */
export interface Books {
	/** Requests that ended with a video, and were billed. */
	videos: number;
	/** Videos that left the node. */
	delivered: number;
	/** Videos that were done before a stop reached them; n8n keeps nothing of those executions. */
	lostToStops: number;
	/** What must not be: a sentence each. */
	wrong: string[];
}

/** Compares what was billed with what was delivered, request by request. */
export function audit(fal: FalStandIn, chains: Chain[]): Books {
	const wrong: string[] = [];
	const byId = new Map(fal.submissions.map((one) => [one.requestId, one]));
	const chainOf = new Map(chains.flatMap((chain) => chain.prompts.map((each) => [each, chain])));
	const cancels = new Set(
		fal.log.filter(({ kind }) => kind === 'cancel').map(({ requestId }) => requestId),
	);
	const delivered = new Set<string>();
	for (const chain of chains) {
		if (chain.isCutOff) continue;
		if (!chain.last?.record.finished) {
			wrong.push(`${chain.name} never succeeded: ${chain.last?.error()?.message}`);
			continue;
		}
		const told = chain.out.length + chain.errors.length;
		if (told !== chain.prompts.length) {
			wrong.push(`${chain.name} has ${told} of ${chain.prompts.length} items`);
		}
		for (const { json, pairedItem } of chain.out) {
			const id = json.request_id as string;
			const submission = byId.get(id);
			const { item } = pairedItem as { item: number };
			if (submission?.body.prompt !== chain.prompts[item]) {
				wrong.push(`${chain.name}, item ${item} has the video of another`);
			}
			if (submission && !isVideo(submission)) wrong.push(`${id} was delivered, but is no video`);
			if (delivered.has(id)) wrong.push(`${id} was delivered twice`);
			delivered.add(id);
		}
		for (const { json } of chain.errors) {
			const { message } = json as { message?: string };
			// A stop makes such items, too, and a retry goes on from them: to n8n the node has ended.
			const wasStopped = chain.links.some(({ stopped }) => stopped);
			const isMeant =
				/content checker|Runner disconnected/.test(message ?? '') ||
				(wasStopped && /^The execution was stopped/.test(message ?? ''));
			if (!isMeant) wrong.push(`${chain.name} has the error ${message ?? JSON.stringify(json)}`);
		}
	}

	let videos = 0;
	let lostToStops = 0;
	for (const submission of fal.submissions) {
		const { requestId, state, body } = submission;
		const chain = chainOf.get(body.prompt as string);
		if (state !== 'COMPLETED') wrong.push(`${requestId} of ${body.prompt as string} still runs`);
		if (!isVideo(submission)) continue;
		videos++;
		if (delivered.has(requestId)) continue;
		// A chain that was cut off takes along what its earlier executions had submitted.
		const link = chain?.isCutOff ? chain.links.at(-1) : chain && linkOf(chain, submission);
		if (mayBeLost(submission, link, cancels.has(requestId))) lostToStops++;
		else {
			const when = link?.stopped
				? `stopped (${link.stopped.reason}) ${link.stopped.at - submission.acceptedAt} ms after it was accepted, done after ${(submission.completedAt ?? 0) - submission.acceptedAt} ms`
				: 'not stopped';
			wrong.push(
				`${requestId} of "${body.prompt as string}" was billed, but not delivered; its execution was ${when}`,
			);
		}
	}
	return { videos, delivered: delivered.size, lostToStops, wrong };
}

// One that was to be cancelled, but was done first, has its video, and is billed.
function isVideo({ outcome, state }: Submission): boolean {
	return state === 'COMPLETED' && outcome.status === 200;
}

function linkOf({ links }: Chain, { acceptedAt }: Submission): Link | undefined {
	return links.find(({ startedAt, endedAt }) => acceptedAt >= startedAt && acceptedAt <= endedAt);
}

// After Stop, n8n keeps nothing of the execution, and where the time limit's data are stored at once, no
// retry goes on from them: what was done by then is lost, whatever the node does. A cancel may come too
// late, too.
function mayBeLost(
	{ completedAt = Infinity }: Submission,
	link: Link | undefined,
	wasToBeCancelled: boolean,
): boolean {
	if (!link?.stopped) return false;
	const wasDone = completedAt <= link.stopped.at + stopTakesMs;
	return wasToBeCancelled || (link.stopped.reason !== 'timeout-late' && wasDone);
}
