import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { QueueError } from '../../queue/errors';
import { isPassingCode, reasonOf } from '../../queue/reason';
import { type Fault, retry } from '../../queue/retry';
import { ConnectionFailure, isSuccess, type QueueReply } from '../../queue/transport';
import { settle } from '../settle';
import { credentialType, sendThroughN8n } from '../transport/http';
import type { QueueClient } from '../transport/queue-client';

/** A question to fal's platform API. */
export interface PlatformQuestion<Answer extends object> {
	path: string;
	query: Record<string, string>;
	/** What is asked for, as texts say it: `recent requests`. */
	what: string;
	/** What a key may not do that fal answers with 403: `list requests`. */
	permission: string;
	/** Reads a reply of success; `undefined` where it is not what was asked for. */
	read: (reply: QueueReply) => Answer | undefined;
	/** Ends the question. */
	signal?: AbortSignal | undefined;
}

const attempts = 4;

/** How long one attempt may take, in milliseconds: these are lists, not videos. */
const attemptMs = 15_000;

/**
 * Asks fal's platform API. The key goes to it alone, and only from a credential for fal's own host.
 *
 * @throws {QueueError} `not-offered` where the host is not fal's, `unauthorized`, `not-permitted`,
 * `rejected`, `blocked` by the credential's domains, `unavailable`, `stopped` by the signal
 */
export async function askPlatform<Answer extends object>(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	question: PlatformQuestion<Answer>,
): Promise<Answer> {
	const { platformUrl, clock, carried, host, hostName } = client;
	const { path, query, what, signal } = question;
	if (platformUrl === undefined) {
		throw host.error('not-offered', `${hostName} cannot be asked for ${what}; only fal itself can`);
	}
	const credential = await context.getCredentials(credentialType);
	const { send } = sendThroughN8n(context, credential, platformUrl, carried);
	const tryOnce = async (): Promise<Answer | Fault> => {
		if (signal?.aborted) throw endedBy(signal, what);
		const sent = await settle(send({ method: 'GET', path, query, signal, withinMs: attemptMs }));
		if ('value' in sent) return answerOf(sent.value, question);
		const { error } = sent;
		if (signal?.aborted) throw endedBy(signal, what);
		if (!(error instanceof ConnectionFailure)) throw error;
		if (error.reach !== 'blocked') return { fault: error.message };
		throw new QueueError(
			'blocked',
			`n8n did not let the question for ${what} out: ${error.message}. Where the credential limits its domains (Allowed HTTP Request Domains), they must include ${new URL(platformUrl).host}`,
		);
	};
	const again = (_: Fault, attempt: number) => attempt < attempts;
	const outcome = await retry<Answer>(tryOnce, { again, clock, signal });
	if (!('fault' in outcome)) return outcome;
	const { fault: lastFault } = outcome;
	throw new QueueError('unavailable', `fal could not be asked for ${what}: ${lastFault}`, {
		lastFault,
	});
}

function endedBy(signal: AbortSignal, what: string): QueueError {
	const isLate = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
	return isLate
		? new QueueError('unavailable', `fal could not be asked for ${what}: that took too long`)
		: new QueueError('stopped', 'The execution was stopped');
}

function answerOf<Answer extends object>(
	reply: QueueReply,
	{ what, permission, read }: PlatformQuestion<Answer>,
): Answer | Fault {
	const { status: httpStatus } = reply;
	if (isSuccess(httpStatus)) return read(reply) ?? { fault: `a reply without ${what}` };
	const { message } = reasonOf(reply);
	if (httpStatus === 401) {
		throw new QueueError('unauthorized', `fal refused the key: ${message}`, { httpStatus });
	}
	if (httpStatus === 402 || httpStatus === 403) {
		throw new QueueError(
			'not-permitted',
			`fal does not let this key ${permission}: ${message}. A key with that permission can`,
			{ httpStatus },
		);
	}
	if (httpStatus >= 400 && httpStatus < 500 && !isPassingCode(httpStatus)) {
		throw new QueueError('rejected', `fal refused to ${permission}: ${message}`, { httpStatus });
	}
	return { fault: `HTTP ${httpStatus}: ${message}`, httpStatus };
}
