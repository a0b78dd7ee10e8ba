import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { QueueError } from '../../queue/errors';
import { objectIn, read, textIn } from '../../queue/read';
import { isPassingCode, reasonOf } from '../../queue/reason';
import { type Fault, retry } from '../../queue/retry';
import { ConnectionFailure, isSuccess, type QueueReply } from '../../queue/transport';
import { settle } from '../settle';
import { credentialType, sendThroughN8n } from '../transport/http';
import type { QueueClient } from '../transport/queue-client';

/** A request as fal's platform API lists it. */
export interface RecentRequest {
	id: string;
	model: string;
	/** Times as fal writes them. */
	sentAt?: string | undefined;
	startedAt?: string | undefined;
	endedAt?: string | undefined;
	/** The HTTP status that it ended with. */
	httpStatus?: number | undefined;
	/** How long it ran. */
	seconds?: number | undefined;
	input?: IDataObject | undefined;
	output?: unknown;
}

/** Which requests are asked for. */
export interface RecentRequestsQuery {
	/** The whole endpoint ID. */
	model: string;
	/** @default fal's own: the last 24 hours */
	since?: Date | undefined;
	/** How they ended, in fal's words. @default any, and those that run */
	status?: 'success' | 'error' | 'user_error' | undefined;
	/** The most that are wanted. */
	limit: number;
	/** Whether a stop of the execution ends the question. @default true */
	stops?: boolean;
}

/** The largest page, as fal documents it. */
const pageSize = 100;

/** No more pages than this are asked for: a hundred thousand requests. */
const mostPages = 1000;

const attempts = 4;

/**
 * Asks fal for the recent requests of a model, in the order that fal gives them. The key goes to fal's own
 * platform API alone, and only from a credential for fal's own host.
 *
 * @throws {QueueError} `not-offered` where the host is not fal's, `unauthorized`, `account` without the
 * permission, `rejected`, `blocked` by the credential's domains, `unavailable`
 */
export async function recentRequests(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ model, since, status, limit, stops = true }: RecentRequestsQuery,
): Promise<RecentRequest[]> {
	const found: RecentRequest[] = [];
	let cursor: string | undefined;
	for (let page = 0; page < mostPages && found.length < limit; page++) {
		const { items, cursor: next } = await askForPage(
			context,
			client,
			{
				endpoint_id: model,
				limit: String(Math.min(pageSize, limit - found.length)),
				expand: 'payloads',
				...(since ? { start: since.toISOString() } : {}),
				...(status ? { status } : {}),
				...(cursor ? { cursor } : {}),
			},
			stops,
		);
		found.push(...items.flatMap((one) => readRequest(one, model)));
		if (next === undefined || next === cursor) break;
		cursor = next;
	}
	return found.slice(0, limit);
}

/** What time it is at fal, whose list goes by it; this machine's own where fal does not say. */
export async function hostTime(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	model: string,
): Promise<number> {
	const { date } = await askForPage(context, client, { endpoint_id: model, limit: '1' }, false);
	return Number.isNaN(date) ? Date.now() : date;
}

async function askForPage(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	query: Record<string, string>,
	stops: boolean,
): Promise<Page> {
	const { platformUrl, clock, carried, host, hostName } = client;
	if (platformUrl === undefined) {
		throw host.error(
			'not-offered',
			`${hostName} has no list of requests that is known here; only fal itself has`,
		);
	}
	const credential = await context.getCredentials(credentialType);
	const { send } = sendThroughN8n(context, credential, platformUrl, carried);
	const signal = stops ? context.getExecutionCancelSignal() : undefined;
	const tryOnce = async (): Promise<Page | Fault> => {
		if (signal?.aborted) throw new QueueError('stopped', 'The execution was stopped');
		const path = '/models/requests/by-endpoint';
		const sent = await settle(send({ method: 'GET', path, query, signal }));
		if ('value' in sent) return pageOf(sent.value);
		const { error } = sent;
		if (!(error instanceof ConnectionFailure)) throw error;
		if (error.reach !== 'blocked') return { fault: error.message };
		throw new QueueError(
			'blocked',
			`n8n did not let the question for recent requests out: ${error.message}. Where the credential's domains are restricted, they must include ${new URL(platformUrl).host}`,
		);
	};
	const again = (_: Fault, attempt: number) => attempt < attempts;
	const outcome = await retry<Page>(tryOnce, { again, clock, signal });
	if ('items' in outcome) return outcome;
	throw new QueueError(
		'unavailable',
		`fal could not be asked for recent requests: ${outcome.fault}`,
		{ lastFault: outcome.fault },
	);
}

interface Page {
	items: unknown[];
	/** Where the next page begins; none after the last. */
	cursor: string | undefined;
	/** The host's `Date`, in milliseconds since the epoch. */
	date: number;
}

function pageOf(reply: QueueReply): Page | Fault {
	const { status: httpStatus, body } = reply;
	if (isSuccess(httpStatus)) {
		const { items, has_more: hasMore, next_cursor: next } = objectIn(body) ?? {};
		if (!Array.isArray(items)) return { fault: 'a reply without a list of requests' };
		return {
			items,
			cursor: hasMore === true ? textIn(next) : undefined,
			date: Date.parse(reply.headers.date ?? ''),
		};
	}
	const { message } = reasonOf(reply);
	if (httpStatus === 401) {
		throw new QueueError('unauthorized', `fal refused the key: ${message}`, { httpStatus });
	}
	if (httpStatus === 402 || httpStatus === 403) {
		throw new QueueError(
			'account',
			`fal does not let this key list requests: ${message}. A key with that permission can`,
			{ httpStatus },
		);
	}
	if (httpStatus >= 400 && httpStatus < 500 && !isPassingCode(httpStatus)) {
		throw new QueueError('rejected', `fal refused to list requests: ${message}`, { httpStatus });
	}
	return { fault: `HTTP ${httpStatus}: ${message}`, httpStatus };
}

// Each part by itself: one that is off hides no other, and an id is all that is needed.
function readRequest(value: unknown, model: string): RecentRequest[] {
	const one = objectIn(value) ?? {};
	const id = textIn(one.request_id);
	if (id === undefined) return [];
	return [
		{
			id,
			model: textIn(one.endpoint_id) ?? model,
			sentAt: textIn(one.sent_at),
			startedAt: textIn(one.started_at),
			endedAt: textIn(one.ended_at),
			httpStatus: read(z.number(), one.status_code),
			seconds: read(z.number(), one.duration),
			input: objectIn(one.json_input) as IDataObject | undefined,
			output: one.json_output,
		},
	];
}

/** A listed request as an item's JSON, whose `request_id` and `model` Get Result takes. */
export function recentRequestJson(request: RecentRequest): IDataObject {
	const { id, model, sentAt, startedAt, endedAt, httpStatus, seconds, input, output } = request;
	const hasEnded = endedAt !== undefined || httpStatus !== undefined;
	const hasFailed = httpStatus !== undefined && httpStatus >= 400;
	const reason = hasFailed
		? reasonOf({ status: httpStatus, headers: {}, body: output }).message
		: undefined;
	return {
		request_id: id,
		model,
		status: hasFailed ? 'ERROR' : hasEnded ? 'COMPLETED' : startedAt ? 'IN_PROGRESS' : 'IN_QUEUE',
		...(sentAt ? { sent_at: sentAt } : {}),
		...(startedAt ? { started_at: startedAt } : {}),
		...(endedAt ? { ended_at: endedAt } : {}),
		...(seconds === undefined ? {} : { seconds }),
		...(input ? { input } : {}),
		...(reason === undefined ? {} : { error: reason, http_code: httpStatus }),
	};
}
