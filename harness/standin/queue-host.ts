import type { Catalog } from './catalog/catalog';
import { endpoints } from './catalog/endpoints';
import { dataUri, namedSize } from './file-quirks';
import type { JsonObject, JsonValue } from './json';
import type { Kind } from './kind';
import { kinds } from './kinds';
import { videoFile } from './media';
import type { StandInOptions } from './options';
import type { Queue } from './queue';
import { EVENT_STREAM, jsonReply, textReply, type Reply } from './reply';
import type { LogEntry } from './request-log';
import { retryHeaders } from './retry-headers';
import { queueRoute, type Route } from './routes';
import type { Signer } from './signing';
import { appOf, namespaces, type Submission } from './submission';

/** Owners whose apps are known: those of the catalogue's models, one more, and fal's namespaces. */
const OWNERS = [
	...new Set(Object.keys(endpoints).map((id) => id.split('/')[0] ?? '')),
	'kling',
	...namespaces,
];

/** Where the two hosts are found, as origins without a slash at the end. */
export interface Origins {
	queue: string;
	media: string;
}

/** fal's side of the contract, or a gateway's: what each request to the queue host is answered. */
export class QueueHost {
	private uploads = 0;

	constructor(
		private readonly queue: Queue,
		private readonly signer: Signer,
		private readonly catalog: Catalog,
		private readonly options: () => StandInOptions,
		private readonly origins: () => Origins,
	) {}

	/** Reads a request: what it asks for below the base path of this kind of host. */
	route(method: string, path: string): Route {
		if (path.startsWith('/.well-known/') || path.startsWith('/storage/') || path.startsWith('/v1/'))
			return queueRoute(method, path);
		const below = this.kind.basePaths
			.filter((base) => path.startsWith(`${base}/`))
			.map((base) => path.slice(base.length));
		const isKnown = (rest: string) => OWNERS.includes(rest.split('/')[1] ?? '');
		const rest = below.find(isKnown) ?? below[0];
		if (rest === undefined) return { kind: 'other' };
		const route = queueRoute(method, rest);
		const { subPath, longForm, requestId } = route;
		if (this.options().urls === 'documented' || !(longForm || subPath)) return route;
		// The live service takes such a path for that of a model, which wants a POST.
		return { kind: 'other', requestId, wrongMethod: true };
	}

	/** The right reply. For a submit and a cancel this is also what makes them happen. */
	reply(route: Route, entry: LogEntry): Reply {
		if (route.kind === 'keys') {
			return jsonReply(200, this.signer.jwks(), { 'cache-control': 'public, max-age=86400' });
		}
		const { kind } = this;
		// fal's platform and its site, which here are on the queue's host; a gateway has neither.
		if (this.options().kind === 'fal') {
			if (route.kind === 'models') return this.catalog.models(entry);
			if (route.kind === 'document') return this.catalog.document(entry);
		}
		if (!this.offers(route)) return kind.missing(entry.method, entry.path);
		if (route.wrongMethod) return jsonReply(405, { detail: 'Method Not Allowed' });
		const { authorization } = entry.headers;
		const allowed = kind.schemes.flatMap((scheme) =>
			this.options().keys.map((key) => `${scheme} ${key}`),
		);
		if (authorization === undefined || !allowed.includes(authorization)) {
			return kind.unauthorized(authorization);
		}
		if (route.kind === 'requests') return this.requests(entry);
		if (route.kind === 'prices') return this.prices(entry);
		if (route.kind === 'initiate') return this.initiate(entry);
		if (route.kind === 'submit') return this.submit(route.endpoint ?? '', entry);
		if (route.kind === 'other') return kind.missing(entry.method, entry.path);

		const submission = this.find(route);
		if (!submission) return kind.unknownRequest(route.kind);
		const reply = this.about(submission, route, entry);
		reply.headers['x-fal-request-id'] = submission.requestId;
		return reply;
	}

	/** The request that a path names, if it is one of that app. */
	find({ requestId = '', endpoint = '' }: Route): Submission | undefined {
		const submission = this.queue.find(requestId);
		if (!submission) return undefined;
		const isItsApp = appOf(submission.endpoint) === endpoint;
		return isItsApp || this.kind.anyApp.includes(endpoint) ? submission : undefined;
	}

	/** What the status of a request says. */
	status(submission: Submission, withLogs: boolean): JsonObject {
		const { state, outcome, startedAt, completedAt } = submission;
		const status: JsonObject = {
			status: state,
			request_id: submission.requestId,
			...this.urls(submission),
			logs: withLogs ? this.logs(submission) : null,
			metrics: {},
		};
		if (state === 'IN_QUEUE') status.queue_position = this.queue.position(submission);
		if (state !== 'COMPLETED') return status;
		if (startedAt !== undefined && completedAt !== undefined) {
			status.metrics = { inference_time: (completedAt - startedAt) / 1000 };
		}
		if (outcome.error !== undefined) status.error = outcome.error;
		if (outcome.errorType !== undefined) status.error_type = outcome.errorType;
		return outcome.status < 400 ? status : this.kind.failedStatus(status);
	}

	/** The reply to the fetch of a result, as fal gives it. */
	result(submission: Submission): Reply {
		const { outcome } = submission;
		const body = outcome.body ?? this.video(submission);
		return jsonReply(outcome.status, body, this.resultHeaders(submission));
	}

	private get kind(): Kind {
		return kinds[this.options().kind];
	}

	/** Whether this host has what a path asks for. */
	private offers({ kind, wrongMethod }: Route): boolean {
		const { offers } = this.kind;
		if (kind === 'models' || kind === 'document') return false;
		if (kind === 'status' || kind === 'stream' || kind === 'cancel') return offers[kind];
		// A host that does not hand on fal's answers has no 405 of its own.
		return kind !== 'other' || !wrongMethod || offers.status;
	}

	private video(submission: Submission): JsonValue {
		const { file: quirks, fileBytes } = this.options();
		const file = videoFile(submission, fileBytes);
		return {
			video: {
				url: quirks.inline
					? dataUri(quirks, file)
					: `${this.origins().media}/files/${submission.requestId}.mp4`,
				content_type: quirks.contentType ?? 'video/mp4',
				file_name: 'output.mp4',
				file_size: namedSize(quirks, file.length),
			},
		};
	}

	/** `X-Fal-Billable-Units` is documented; that a Kling model counts seconds follows from its price. */
	private resultHeaders({ outcome, body }: Submission): Record<string, string> {
		const headers = retryHeaders(this.options().retryHeader, outcome.headers);
		if (outcome.status >= 400) return headers;
		return { ...headers, 'x-fal-billable-units': String(Number(body.duration) || 5) };
	}

	private about(submission: Submission, route: Route, entry: LogEntry): Reply {
		const { kind } = this;
		const { keepMs, tooLateStatus, cancelReply } = this.options();
		const isComplete = submission.state === 'COMPLETED';
		if (Date.now() - (submission.completedAt ?? Infinity) >= keepMs) {
			// The code is fal's documentation's, the words are a guess.
			return jsonReply(410, { detail: 'Request has expired' });
		}
		if (route.kind === 'status') {
			const status = this.status(submission, entry.query.logs === '1');
			return jsonReply(isComplete ? 200 : 202, status);
		}
		// The head of a stream; its events follow as they happen.
		if (route.kind === 'stream') return textReply(200, '', { 'content-type': EVENT_STREAM });
		if (route.kind === 'cancel') {
			const status = this.queue.cancel(submission);
			if (status === 'ALREADY_COMPLETED') return jsonReply(tooLateStatus, { status });
			if (cancelReply === 'success') return jsonReply(200, { success: true });
			return jsonReply(status === 'OK' ? 200 : 202, { status });
		}
		if (!isComplete) return kind.unfinished(this.status(submission, false));
		const { outcome } = submission;
		const headers = this.resultHeaders(submission);
		const body = outcome.body ?? this.video(submission);
		if (outcome.status >= 400) return kind.failed({ ...outcome, headers }, body);
		return jsonReply(outcome.status, kind.succeeded(body), headers);
	}

	/**
	 * The list of recent requests. Fields, filters and pages are those of fal's documentation of its
	 * platform API; the order, newest first, and the forms of `cursor` and `duration` (seconds) are guesses.
	 */
	private requests({ query }: LogEntry): Reply {
		if (!this.options().listsRequests) {
			// The form is fal's documentation's, the words are a guess.
			const error = { type: 'authorization_error', message: 'Not permitted to list requests' };
			return jsonReply(403, { error });
		}
		const { endpoint_id: endpoint, start, status, expand, cursor = '0' } = query;
		const { listedAfter, listsInputs } = this.options();
		const limit = Math.min(100, Number(query.limit ?? 50));
		const all = this.queue.submissions
			.filter(
				(one) =>
					one.endpoint === endpoint &&
					(start === undefined || one.acceptedAt >= Date.parse(start)) &&
					(listedAfter === 'ended'
						? one.state === 'COMPLETED'
						: Date.now() - one.acceptedAt >= listedAfter) &&
					(status === undefined || (one.state === 'COMPLETED' && wordOf(one) === status)),
			)
			.reverse();
		const from = Number(cursor);
		const time = (ms = 0) => new Date(ms).toISOString();
		const items = all.slice(from, from + limit).map((one): JsonObject => ({
			request_id: one.requestId,
			endpoint_id: one.endpoint,
			sent_at: time(one.acceptedAt),
			...(one.startedAt !== undefined && { started_at: time(one.startedAt) }),
			...(one.state === 'COMPLETED' && {
				ended_at: time(one.completedAt),
				status_code: one.outcome.status,
				duration: ((one.completedAt ?? 0) - (one.startedAt ?? one.acceptedAt)) / 1000,
			}),
			...(expand === 'payloads' && listsInputs && { json_input: one.body }),
			...(expand === 'payloads' &&
				listsInputs &&
				one.state === 'COMPLETED' && { json_output: one.outcome.body ?? this.video(one) }),
		}));
		const hasMore = from + limit < all.length;
		return jsonReply(200, {
			items,
			next_cursor: hasMore ? String(from + limit) : null,
			has_more: hasMore,
		});
	}

	/**
	 * What models cost. The form is that of fal's documentation of its platform API; that a model without a
	 * price is answered with a 404 is a guess.
	 */
	private prices({ query }: LogEntry): Reply {
		const endpoint = query.endpoint_id ?? '';
		const price = this.options().prices[endpoint];
		if (price === undefined) {
			const error = { type: 'not_found', message: `No price for ${endpoint}` };
			return jsonReply(404, { error });
		}
		return jsonReply(200, { prices: [{ endpoint_id: endpoint, ...price }] });
	}

	/** Where a picture may be put, and where it is then. Only fal itself has a storage. */
	private initiate({ body }: LogEntry): Reply {
		if (this.options().kind !== 'fal') return jsonReply(404, { detail: 'Not Found' });
		const { file_name: name = 'file' } = (body ?? {}) as { file_name?: string };
		const url = `${this.origins().media}/uploads/${++this.uploads}-${encodeURIComponent(name)}`;
		return jsonReply(200, { upload_url: url, file_url: url });
	}

	private submit(endpoint: string, entry: LogEntry): Reply {
		const { kind } = this;
		const { account } = this.options();
		if (!OWNERS.includes(endpoint.split('/')[0] ?? '')) return kind.unknownModel(endpoint);
		if (account !== 'ok') return kind.account(account);
		const webhookUrl = kind.offers.webhook ? entry.query.fal_webhook : undefined;
		const submission = this.queue.accept({
			endpoint,
			body: entry.body,
			webhookUrl,
			headers: entry.headers,
		});
		const { requestId } = submission;
		entry.requestId = requestId;
		return jsonReply(
			200,
			{
				status: 'IN_QUEUE',
				request_id: requestId,
				...(webhookUrl !== undefined && { gateway_request_id: requestId }),
				...this.urls(submission),
				queue_position: this.queue.position(submission),
				logs: null,
				metrics: {},
			},
			{ 'x-fal-request-id': requestId },
		);
	}

	/** The URLs of a request. They leave out the sub-path of the endpoint, unless they are documented. */
	private urls({ endpoint, requestId }: Submission): JsonObject {
		const { urls, basePaths } = this.kind;
		const documented = this.options().urls === 'documented';
		const model = documented ? endpoint : appOf(endpoint);
		const base = urls.prefixed ? basePaths[0] : '';
		const url = `${this.origins().queue}${base}/${model}/requests/${requestId}`;
		return {
			response_url: documented ? `${url}/response` : url,
			status_url: `${url}/status`,
			...(urls.cancel && { cancel_url: `${url}/cancel` }),
		};
	}

	private logs({ acceptedAt, startedAt, completedAt }: Submission): JsonObject[] {
		const line = (at: number | undefined, message: string): JsonObject[] =>
			at === undefined
				? []
				: [{ message, level: 'INFO', source: 'USER', timestamp: new Date(at).toISOString() }];
		return [
			...line(acceptedAt, 'Queued'),
			...line(startedAt, 'Generating the video'),
			...line(completedAt, 'Done'),
		];
	}
}

/** fal's words for how a request ended. Which codes are whose is a guess. */
function wordOf({ outcome: { status } }: Submission): string {
	return status < 400 ? 'success' : status < 500 ? 'user_error' : 'error';
}
