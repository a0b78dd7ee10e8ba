import { backoffMs } from './backoff';
import { cancelReplySchema } from './contract';
import type { RequestPaths } from './request-path';
import { ConnectionFailure, type Clock, type QueueReply, type SendRequest } from './transport';
import { isPassing4xx, readVerdict } from './verdict';

/** What fal answered to a cancel. `unreachable`: nothing, after several attempts. */
export type CancelOutcome = {
	outcome: 'requested' | 'already-completed' | 'not-found' | 'refused' | 'unreachable';
	/** fal's word or reason, or the last fault. */
	message: string;
	httpStatus?: number;
};

const attempts = 4;
const firstPauseMs = 500;

/**
 * Asks fal to end a request, again where the answer was lost: a cancel may be sent as often as
 * one likes. Never throws; a cancel that fal refuses is an answer too.
 */
export async function cancel(
	send: SendRequest,
	paths: RequestPaths,
	clock: Clock,
): Promise<CancelOutcome> {
	for (let attempt = 1; ; attempt++) {
		const answer = await put(send, paths);
		if (answer.outcome !== 'unreachable' || attempt >= attempts) return answer;
		await clock.sleep(backoffMs(attempt, firstPauseMs, clock.random()));
	}
}

async function put(send: SendRequest, paths: RequestPaths): Promise<CancelOutcome> {
	let reply: QueueReply;
	try {
		reply = await send({ method: 'PUT', path: paths.cancel });
	} catch (error) {
		const message = error instanceof ConnectionFailure ? error.message : String(error);
		return { outcome: 'unreachable', message };
	}
	const word = cancelReplySchema.safeParse(reply.body);
	const message = word.success
		? word.data.status
		: readVerdict(reply, `HTTP ${reply.status}`).message;
	const answered = (outcome: CancelOutcome['outcome']): CancelOutcome => ({
		outcome,
		message,
		httpStatus: reply.status,
	});
	const isSuccess = reply.status >= 200 && reply.status < 300;
	if (isSuccess && word.success) return answered('requested');
	if (message === 'ALREADY_COMPLETED') return answered('already-completed');
	if (reply.status === 404) return answered('not-found');
	// A page with 200 is no answer of fal's either.
	const passes = isSuccess || reply.status >= 500 || isPassing4xx(reply.status);
	return answered(passes ? 'unreachable' : 'refused');
}
