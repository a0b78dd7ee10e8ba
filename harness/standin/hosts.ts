import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Changes } from './changes';
import { altersReply, treat } from './delivery';
import { type StreamFault, streamStatus } from './events';
import type { DueFault, Fault } from './faults';
import { Listener } from './listener';
import type { MediaHost } from './media-host';
import type { StandInOptions } from './options';
import type { QueueHost } from './queue-host';
import { readRequest } from './read-request';
import { EVENT_STREAM, sendReply, type Reply } from './reply';
import type { LogEntry } from './request-log';
import { mediaRoute, type Route } from './routes';

/** What the two servers work with. */
export interface HostParts {
	queueHost: QueueHost;
	mediaHost: MediaHost;
	/** Where each request is entered. */
	log: LogEntry[];
	options: () => StandInOptions;
	changes: Changes;
	/** The fault that is due for a request, if any. */
	faultFor: (route: Route) => DueFault | undefined;
}

/** The two servers: they log each request and answer it, rightly or with the fault that is due. */
export class Hosts {
	readonly queue = new Listener((request, response) => {
		void this.answer('queue', request, response);
	});
	readonly media = new Listener((request, response) => {
		void this.answer('media', request, response);
	});

	constructor(private readonly parts: HostParts) {}

	private async answer(
		host: LogEntry['host'],
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		const { route, entry } = await this.receive(host, request);
		response.on('close', () => {
			entry.endedAt = Date.now();
			const byFault = ['reset', 'truncate', 'cut'].includes(entry.fault ?? '');
			if (response.writableFinished || byFault) return;
			entry.abandoned = true;
			this.parts.changes.announce();
		});

		const due = this.parts.faultFor(route);
		if (due) {
			entry.fault = due.fault.type;
			await this.answerWithFault(due, route, entry, response);
			return;
		}
		const reply = this.rightReply(route, entry);
		const { submitMs, askMs } = this.parts.options();
		if (route.kind === 'submit' && submitMs > 0) await delay(submitMs);
		if ((route.kind === 'status' || route.kind === 'result') && askMs > 0) await delay(askMs);
		this.answered(entry, reply.status);
		if (isStream(reply)) await this.stream(route, entry, response);
		else await sendReply(response, reply);
	}

	private async answerWithFault(
		{ fault, accepted }: DueFault,
		route: Route,
		entry: LogEntry,
		response: ServerResponse,
	): Promise<void> {
		if (accepted && !altersReply(fault)) this.rightReply(route, entry);
		const treatment = treat(fault, () => this.rightReply(route, entry));
		if (treatment.type === 'reply') {
			const { reply, delivery } = treatment;
			this.answered(entry, reply.status);
			const streamFault = isStream(reply) && streamFaultOf(fault);
			if (streamFault) await this.stream(route, entry, response, streamFault);
			else await sendReply(response, reply, delivery);
			return;
		}
		this.answered(entry, treatment.type);
		if (treatment.type === 'reset') response.socket?.resetAndDestroy();
	}

	private async stream(
		route: Route,
		entry: LogEntry,
		response: ServerResponse,
		fault?: StreamFault,
	): Promise<void> {
		const { queueHost, changes } = this.parts;
		const submission = queueHost.find(route);
		if (!submission) return;
		const withLogs = entry.query.logs === '1';
		const status = () => queueHost.status(submission, withLogs);
		const { commentMs } = this.parts.options();
		await streamStatus(response, submission, changes, status, commentMs, fault);
	}

	private async receive(
		host: LogEntry['host'],
		request: IncomingMessage,
	): Promise<{ route: Route; entry: LogEntry }> {
		const { queueHost } = this.parts;
		const received = await readRequest(request);
		const { method, path } = received;
		const route = host === 'queue' ? queueHost.route(method, path) : mediaRoute(method, path);
		const { kind, requestId } = route;
		const entry: LogEntry = { ...received, host, kind, ...(requestId && { requestId }) };
		this.parts.log.push(entry);
		this.parts.changes.announce();
		return { route, entry };
	}

	private rightReply(route: Route, entry: LogEntry): Reply {
		const { queueHost, mediaHost } = this.parts;
		return entry.host === 'queue' ? queueHost.reply(route, entry) : mediaHost.reply(route);
	}

	private answered(entry: LogEntry, how: NonNullable<LogEntry['answered']>): void {
		entry.answered = how;
		this.parts.changes.announce();
	}
}

function isStream({ headers }: Reply): boolean {
	return headers['content-type'] === EVENT_STREAM;
}

function streamFaultOf(fault: Fault): StreamFault | undefined {
	if (fault.type === 'cut') return { cutAfterMs: fault.ms };
	return fault.type === 'withhold' ? { events: fault.events } : undefined;
}
