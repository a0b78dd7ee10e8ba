import { Durations } from './durations';
import { Load } from './load';
import { Pacer } from './pacer';
import { Places } from './places';
import { StreamTrust } from './stream-trust';
import type { Clock } from './transport';

/** No more than this many requests are being submitted to a host at the same time. */
const mostSubmits = 20;

/**
 * No more than this many status requests are sent to a host in any second. What is held up on its way
 * comes together with what was sent later, so this is a little less than the fifty that may arrive.
 */
const mostQuestionsPerSecond = 45;

/** How many of these may go in the same moment. */
const questionsAtOnce = 5;

/** What the rhythms of all requests may share of it, so that the line stays short. */
const sharedQuestionsPerSecond = 35;

/**
 * No more than this many streams of events are open to a host: each holds a connection. A thousand of
 * them were measured to take 14 MB more than two hundred, and to save ten seconds of lag for each of a
 * thousand videos.
 */
const mostStreams = 1000;

/** What this process knows of one host, and how much of what it sends there is under way. */
export class KnownHost {
	/** Who holds one of these may submit a request. */
	readonly submits = new Places(mostSubmits);

	/** Who holds one of these may have a stream of events open. */
	readonly streams = new Places(mostStreams);

	/** Each status request passes here, and each opening of a stream. */
	readonly questions: Pacer;

	readonly load = new Load(sharedQuestionsPerSecond);

	readonly trust = new StreamTrust();

	readonly durations = new Durations();

	constructor(clock: Clock) {
		this.questions = new Pacer(mostQuestionsPerSecond, questionsAtOnce, clock);
	}
}

/** How many hosts are kept in mind; a base URL may be an expression. */
const mostHosts = 100;

const hosts = new Map<string, KnownHost>();

/** What is known of the host of a base URL: one for all executions of this process. */
export function knownHost(baseUrl: string, clock: Clock): KnownHost {
	const { host } = new URL(baseUrl);
	const known = hosts.get(host) ?? new KnownHost(clock);
	// The one that was used last is the last to be forgotten.
	hosts.delete(host);
	hosts.set(host, known);
	const [oldest] = hosts.keys();
	if (hosts.size > mostHosts && oldest !== undefined) hosts.delete(oldest);
	return known;
}
