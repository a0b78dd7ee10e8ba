import { createHash } from 'crypto';
import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { settle } from '../settle';
import type { QueueClient } from '../transport/queue-client';
import { hostTime, type RecentRequest, recentRequests } from './recent-requests';

/** What was sent, and when the POST began, by the client's clock. */
export interface Lost {
	model: string;
	body: Readonly<Record<string, unknown>>;
	begunAt: number;
	/** Whether the execution has that request already. */
	isKnown: (id: string) => boolean;
}

/** The pauses before fal is asked, in milliseconds: a few times within half a minute. */
const pausesMs = [500, 1500, 3000, 5000, 8000, 12_000];

/** How long is looked for, in milliseconds: a host that hangs at each question must not hold the item. */
const longestLookMs = 60_000;

/** How long one list may take, all of its pages together, in milliseconds. */
const longestListMs = 60_000;

/** How far clocks may differ that are said to be right. */
const marginMs = 300_000;

/** How long it is remembered whose a request is: longer than any that is looked for can be old. */
const memoryMs = 3_600_000;

/** Whose requests are known in this process, by their ids, and since when. */
const known = new Map<string, number>();

/** POSTs that are on their way, by what they send: one of them may be what is listed. */
const underWay = new Map<string, Set<Promise<unknown>>>();

/** A request belongs to an item of this process: nobody else takes it for his. */
export function claim(id: string, now: number): void {
	known.set(id, now);
	for (const [other, since] of known) {
		if (now - since < memoryMs) break;
		known.delete(other);
	}
}

/** Does a POST, so that nobody takes its request for a lost one before its answer is heard. */
export async function sending<Reply>(
	model: string,
	body: Lost['body'],
	post: Promise<Reply>,
): Promise<Reply> {
	const key = keyOf(model, body);
	const posts = underWay.get(key) ?? new Set();
	underWay.set(key, posts);
	posts.add(post);
	try {
		return await post;
	} finally {
		posts.delete(post);
		if (posts.size === 0) underWay.delete(key);
	}
}

/**
 * Looks for a request whose answer was lost in fal's list, and takes it for the item: one with the same
 * input that nobody in this process has. Nothing is sent again.
 *
 * @returns its id; or why there is none, in words
 */
export async function findLost(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	lost: Lost,
): Promise<{ id: string } | { why: string }> {
	const { clock } = client;
	const signal = context.getExecutionCancelSignal();
	const until = clock.now() + longestLookMs;
	let why = 'fal does not list it so far';
	for (const pauseMs of pausesMs) {
		await clock.sleep(pauseMs, signal);
		// Once more after a stop: what is found then is cancelled.
		const isLast = signal?.aborted === true;
		const listed = await settle(listing(context, client, lost));
		if ('error' in listed) {
			return { why: listed.error instanceof Error ? listed.error.message : String(listed.error) };
		}
		await othersHeard(lost);
		// From here on to the claim, nobody comes between.
		const free = listed.value.filter(({ id }) => !known.has(id) && !lost.isKnown(id));
		const [found] = free
			.filter(({ input }) => input !== undefined && isSent(lost.body, input))
			.toSorted((one, two) => (two.sentAt ?? '').localeCompare(one.sentAt ?? ''));
		if (found) {
			claim(found.id, clock.now());
			return { id: found.id };
		}
		why = free.some(({ input }) => input === undefined)
			? 'fal lists requests without their inputs, so that nobody can tell which it is'
			: 'fal does not list it so far';
		if (isLast || clock.now() > until) break;
	}
	return { why };
}

// Until the POSTs of the same input are heard that are on their way, of which one may be what is listed:
// then it is known whose each request is. One that begins later is not on a list that is here already.
async function othersHeard({ model, body }: Lost): Promise<void> {
	const posts = underWay.get(keyOf(model, body));
	if (posts) await Promise.allSettled(posts);
}

/** A list that is about to be asked for, which others may share. */
interface Pending {
	begunAt: number;
	list: Promise<RecentRequest[]>;
}

const pending = new Map<string, Pending>();

/** How long a list waits for others who want it, too, in milliseconds. */
const gatherMs = 500;

async function listing(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ model, begunAt }: Lost,
): Promise<RecentRequest[]> {
	const key = JSON.stringify([context.getExecutionId(), client.platformUrl, model]);
	const other = pending.get(key);
	if (other) {
		other.begunAt = Math.min(other.begunAt, begunAt);
		return await other.list;
	}
	const mine: Pending = { begunAt, list: Promise.resolve([]) };
	mine.list = (async () => {
		await client.clock.sleep(gatherMs);
		pending.delete(key);
		const signal = AbortSignal.timeout(longestListMs);
		const now = await hostTime(context, client, model, signal);
		const since = new Date(now - (client.clock.now() - mine.begunAt) - marginMs);
		return await recentRequests(context, client, { model, since, limit: 2000, signal });
	})();
	pending.set(key, mine);
	return await mine.list;
}

// The host adds defaults: only what was sent is compared.
function isSent(body: Lost['body'], input: Readonly<Record<string, unknown>>): boolean {
	return Object.entries(body).every(([key, value]) => sorted(value) === sorted(input[key]));
}

function keyOf(model: string, body: Lost['body']): string {
	return createHash('sha256').update(model).update(sorted(body)).digest('base64url');
}

function sorted(value: unknown): string {
	return (
		JSON.stringify(value, (_, part: unknown) =>
			typeof part === 'object' && part !== null && !Array.isArray(part)
				? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
				: part,
		) ?? ''
	);
}
