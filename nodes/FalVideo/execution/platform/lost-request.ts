import type { IExecuteSingleFunctions } from 'n8n-workflow';
import { settle } from '../settle';
import type { QueueClient } from '../transport/queue-client';
import { messageOf, QueueError } from '../../queue/errors';
import { isWithin, whatIsSent } from './alike';
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

/** How far clocks may differ that are said to be right, in milliseconds. */
const marginMs = 300_000;

/** How exact the time in a reply's `Date` is, with the way that the reply takes, in milliseconds. */
const exactMs = 3_000;

/** How long it is remembered whose a request is: longer than any that is looked for can be old. */
const memoryMs = 3_600_000;

/** Whose requests are known in this process, by their ids, and since when. */
const known = new Map<string, number>();

/** What is on its way in this process, or lost: one of them may be what is listed. */
const open = new Set<Pick<Lost, 'model' | 'body'>>();

/** POSTs that are on their way now, by what they send. */
const underWay = new Map<string, Set<Promise<unknown>>>();

/** A request belongs to an item of this process: nobody else takes it for his. */
export function claim(id: string, now: number): void {
	known.set(id, now);
	for (const [other, since] of known) {
		if (now - since < memoryMs) break;
		known.delete(other);
	}
}

/**
 * Does a POST, again where it was not accepted, so that nobody takes its request for a lost one before its
 * answer is heard.
 *
 * @param post does it; what it is handed is to be told each attempt
 */
export async function sending<Reply>(
	model: string,
	body: Lost['body'],
	post: (attempt: (one: Promise<unknown>) => void) => Promise<Reply>,
): Promise<Reply> {
	const key = whatIsSent(model, body);
	const one = { model, body };
	open.add(one);
	try {
		// In the pauses between attempts it is on no list.
		return await post((attempt) => {
			const attempts = underWay.get(key) ?? new Set();
			underWay.set(key, attempts);
			attempts.add(attempt);
			const end = () => {
				attempts.delete(attempt);
				if (attempts.size === 0 && underWay.get(key) === attempts) underWay.delete(key);
			};
			attempt.then(end, end);
		});
	} finally {
		open.delete(one);
	}
}

/**
 * Looks for a request whose answer was lost in fal's list, and takes it for the item: one with the same
 * input that nobody in this process has. Nothing is sent again.
 *
 * @returns its id, or why there is none
 */
export async function findLost(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	lost: Lost,
): Promise<Found> {
	open.add(lost);
	try {
		return await look(context, client, lost);
	} finally {
		open.delete(lost);
	}
}

async function look(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	lost: Lost,
): Promise<Found> {
	const { clock } = client;
	const signal = context.getExecutionCancelSignal();
	let until = clock.now() + longestLookMs;
	let why = notYet;
	let isHopeless = false;
	for (const [index, pauseMs] of pausesMs.entries()) {
		await clock.sleep(pauseMs, signal);
		// Once more after a stop: what is found then is cancelled.
		const isLast = signal?.aborted === true || index === pausesMs.length - 1 || clock.now() > until;
		const listed = await settle(listing(context, client, lost));
		if ('error' in listed) {
			const { error } = listed;
			why = messageOf(error);
			isHopeless = !(error instanceof QueueError && error.kind === 'unavailable');
			if (isLast || isHopeless) break;
			continue;
		}
		const { requests, begunAt } = listed.value;
		const free = () => requests.filter(({ id }) => !known.has(id) && !lost.isKnown(id));
		if (ownOf(lost, free(), begunAt(lost))) {
			const waitedFrom = clock.now();
			await othersHeard(client, lost);
			until += clock.now() - waitedFrom;
			// From here on to the claim, nobody comes between.
			const found = ownOf(lost, free(), begunAt(lost));
			if (found) {
				claim(found.id, clock.now());
				return { id: found.id };
			}
		}
		isHopeless = free().some(({ input }) => input === undefined);
		why = isHopeless
			? 'fal lists requests without their inputs, so that nobody can tell which it is'
			: notYet;
		if (isLast) break;
	}
	return { why, isHopeless };
}

/** What became of a search: the request's id, or why there is none, and whether asking later may help. */
export type Found = { id: string } | { why: string; isHopeless: boolean };

const notYet = 'fal does not list it so far';

/**
 * The request of a list that is a lost one's.
 *
 * @param begunAt when its POST began, by the host's clock; `undefined` where the host tells no time
 */
function ownOf(
	lost: Lost,
	free: readonly RecentRequest[],
	begunAt: number | undefined,
): RecentRequest | undefined {
	const agoOf = ({ sentAt }: RecentRequest) =>
		begunAt === undefined || sentAt === undefined ? 0 : Date.parse(sentAt) - begunAt;
	const sendMore = [...open].filter(
		({ model, body }) =>
			model === lost.model && Object.keys(body).length > Object.keys(lost.body).length,
	);
	const candidates = free.filter(
		(one) =>
			isOf(lost.model, one.model) &&
			isWithin(lost.body, one.input) &&
			// With more of the same input, it is that of another one that sends more.
			!sendMore.some(({ body }) => isWithin(body, one.input)) &&
			// What was sent before is somebody else's, in another process or an earlier one.
			!(agoOf(one) < -exactMs),
	);
	// The one that was sent next to when this POST began: what others have lost was sent at another time.
	const distance = (one: RecentRequest) => Math.abs(agoOf(one) || 0);
	return candidates.toSorted((one, two) => distance(one) - distance(two))[0];
}

// The list may name the app alone.
function isOf(model: string, listed: string): boolean {
	return listed === model || model.startsWith(`${listed}/`);
}

// Until the POSTs of the same input are heard that are on their way, of which one may be what is listed:
// then it is known whose each request is. One that begins later is not on a list that is here already.
async function othersHeard({ clock }: QueueClient, { model, body }: Lost): Promise<void> {
	const posts = underWay.get(whatIsSent(model, body));
	if (posts === undefined) return;
	await Promise.allSettled(posts);
	// What they have heard is claimed before anything that waits for a timer.
	await clock.sleep(1);
}

/** What fal lists, and when a POST began by its clock. */
interface Listing {
	requests: RecentRequest[];
	begunAt: (lost: Lost) => number | undefined;
}

/** A list that is about to be asked for, which others may share. */
interface Pending {
	begunAt: number;
	list: Promise<Listing>;
}

const pending = new Map<string, Pending>();

/** How long a list waits for others who want it, too, in milliseconds. */
const gatherMs = 500;

async function listing(
	context: IExecuteSingleFunctions,
	client: QueueClient,
	{ model, begunAt }: Lost,
): Promise<Listing> {
	const { clock, platformUrl } = client;
	const key = JSON.stringify([context.getExecutionId(), platformUrl, model]);
	const other = pending.get(key);
	if (other) {
		other.begunAt = Math.min(other.begunAt, begunAt);
		return await other.list;
	}
	const ask = async (): Promise<Listing> => {
		await clock.sleep(gatherMs);
		pending.delete(key);
		const signal = AbortSignal.timeout(longestListMs);
		const hostNow = await hostTime(context, client, model, signal);
		const askedAt = clock.now();
		const since = new Date((hostNow ?? Date.now()) - (askedAt - mine.begunAt) - marginMs);
		const query = { model, since, limit: 2000, signal, isPartial: true };
		return {
			requests: await recentRequests(context, client, query),
			begunAt: (lost) => hostNow && hostNow - (askedAt - lost.begunAt),
		};
	};
	const mine: Pending = { begunAt, list: Promise.resolve({ requests: [], begunAt: () => 0 }) };
	mine.list = ask();
	pending.set(key, mine);
	return await mine.list;
}
