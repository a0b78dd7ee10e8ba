import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { objectIn, read, textIn } from '../../queue/read';
import { reasonOf } from '../../queue/reason';
import type { QueueReply } from '../../queue/transport';
import type { QueueClient } from '../transport/queue-client';
import { askPlatform } from './ask-platform';

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
	/** Ends the question. */
	signal?: AbortSignal | undefined;
}

/** The largest page, as fal documents it. */
const pageSize = 100;

/** No more pages than this are asked for: a hundred thousand requests. */
const mostPages = 1000;

/**
 * Asks fal for the recent requests of a model, in the order that fal gives them.
 *
 * @throws {QueueError} as `askPlatform` does
 */
export async function recentRequests(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ model, since, status, limit, signal }: RecentRequestsQuery,
): Promise<RecentRequest[]> {
	// What is sent while the pages are read moves others to the next one: each is taken once.
	const found = new Map<string, RecentRequest>();
	const cursors = new Set<string>();
	let cursor: string | undefined;
	for (let page = 0; page < mostPages && found.size < limit; page++) {
		const { items, cursor: next } = await askForPage(
			context,
			client,
			{
				endpoint_id: model,
				limit: String(Math.min(pageSize, limit - found.size)),
				expand: 'payloads',
				...(since ? { start: since.toISOString() } : {}),
				...(status ? { status } : {}),
				...(cursor ? { cursor } : {}),
			},
			signal,
		);
		for (const one of items.flatMap((item) => readRequest(item, model))) {
			if (!found.has(one.id)) found.set(one.id, one);
		}
		if (next === undefined || cursors.has(next)) break;
		cursors.add(next);
		cursor = next;
	}
	return [...found.values()].slice(0, limit);
}

/** What time it is at fal, in milliseconds since the epoch; `undefined` where fal does not say. */
export async function hostTime(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	model: string,
	signal?: AbortSignal,
): Promise<number | undefined> {
	const { date } = await askForPage(context, client, { endpoint_id: model, limit: '1' }, signal);
	return Number.isNaN(date) ? undefined : date;
}

async function askForPage(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	query: Record<string, string>,
	signal: AbortSignal | undefined,
): Promise<Page> {
	return await askPlatform(context, client, {
		path: '/models/requests/by-endpoint',
		query,
		what: 'recent requests',
		permission: 'list requests',
		read: readPage,
		signal,
	});
}

interface Page {
	items: unknown[];
	/** Where the next page begins; none after the last. */
	cursor: string | undefined;
	/** The host's `Date`, in milliseconds since the epoch. */
	date: number;
}

function readPage({ body, headers }: QueueReply): Page | undefined {
	const { items, has_more: hasMore, next_cursor: next } = objectIn(body) ?? {};
	if (!Array.isArray(items)) return undefined;
	const cursor = hasMore === true ? textIn(next) : undefined;
	return { items, cursor, date: Date.parse(headers.date ?? '') };
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
			httpStatus: numberIn(one.status_code),
			seconds: numberIn(one.duration),
			input: objectIn(one.json_input) as IDataObject | undefined,
			output: one.json_output,
		},
	];
}

// Also one that stands as a text.
function numberIn(value: unknown): number | undefined {
	return read(z.number(), typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
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
