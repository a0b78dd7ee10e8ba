import type { JsonObject, JsonValue } from './json';
import { videoFile } from './media';
import type { StandInOptions } from './options';
import type { Queue } from './queue';
import { jsonReply, type Reply } from './reply';
import type { LogEntry } from './request-log';
import type { Route } from './routes';
import type { Signer } from './signing';
import { appOf, type Submission } from './submission';

/** HTTP status of each thing that can come of a cancellation. */
const CANCELLED = { OK: 200, CANCELLATION_REQUESTED: 202, ALREADY_COMPLETED: 400 } as const;

/** Owners whose apps are known. */
const OWNERS = ['fal-ai'];

/** Where the two hosts are found, as origins without a slash at the end. */
export interface Origins {
	queue: string;
	media: string;
}

/** fal's side of the contract: what each request to the queue host is answered. */
export class QueueHost {
	constructor(
		private readonly queue: Queue,
		private readonly signer: Signer,
		private readonly options: () => StandInOptions,
		private readonly origins: () => Origins,
	) {}

	/** The right reply. For a submit and a cancel this is also what makes them happen. */
	reply(route: Route, entry: LogEntry): Reply {
		if (route.wrongMethod) return jsonReply(405, { detail: 'Method Not Allowed' });
		if (route.kind === 'keys') {
			return jsonReply(200, this.signer.jwks(), { 'cache-control': 'public, max-age=86400' });
		}
		const refusal = this.refusal(entry.headers.authorization);
		if (refusal) return refusal;
		if (route.kind === 'submit') return this.submit(route.endpoint ?? '', entry);
		if (route.kind === 'other') return jsonReply(404, { detail: 'Not Found' });

		const submission = this.find(route);
		if (!submission) {
			if (route.kind === 'cancel') return jsonReply(404, { status: 'NOT_FOUND' });
			return jsonReply(404, { detail: 'Request not found' });
		}
		const reply = this.about(submission, route, entry);
		reply.headers['x-fal-request-id'] = submission.requestId;
		return reply;
	}

	/** The request that a path names, if it is one of that app. */
	find(route: Route): Submission | undefined {
		const submission = this.queue.find(route.requestId ?? '');
		if (!submission || appOf(submission.endpoint) !== route.endpoint) return undefined;
		return submission;
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
		return status;
	}

	/** The body of a request's result. */
	result(submission: Submission): JsonValue {
		if (submission.outcome.body !== undefined) return submission.outcome.body;
		return {
			video: {
				url: `${this.origins().media}/files/${submission.requestId}.mp4`,
				content_type: 'video/mp4',
				file_name: 'output.mp4',
				file_size: videoFile(submission, this.options().fileBytes).length,
			},
		};
	}

	private about(submission: Submission, route: Route, entry: LogEntry): Reply {
		const isComplete = submission.state === 'COMPLETED';
		if (route.kind === 'status') {
			const status = this.status(submission, entry.query.logs === '1');
			return jsonReply(isComplete ? 200 : 202, status);
		}
		// The head of a stream; its events follow as they happen.
		if (route.kind === 'stream') return jsonReply(200, {});
		if (route.kind === 'cancel') {
			const status = this.queue.cancel(submission);
			return jsonReply(CANCELLED[status], { status });
		}
		if (!isComplete) return jsonReply(400, { detail: 'Request is still in progress' });
		const { status, headers } = submission.outcome;
		return jsonReply(status, this.result(submission), headers);
	}

	private submit(endpoint: string, entry: LogEntry): Reply {
		const [owner = '', app = ''] = endpoint.split('/');
		if (!OWNERS.includes(owner)) {
			return jsonReply(404, { detail: `Application "${app}" not found` });
		}
		const submission = this.queue.accept({
			endpoint,
			body: entry.body,
			webhookUrl: entry.query.fal_webhook,
			headers: entry.headers,
		});
		entry.requestId = submission.requestId;
		return jsonReply(
			200,
			{
				status: 'IN_QUEUE',
				request_id: submission.requestId,
				...this.urls(submission),
				queue_position: this.queue.position(submission),
				logs: null,
				metrics: {},
			},
			{ 'x-fal-request-id': submission.requestId },
		);
	}

	/** The 401 for a key that is missing or unknown. */
	private refusal(authorization: string | undefined): Reply | undefined {
		if (authorization === undefined) {
			const detail = 'Authentication is required to access this application';
			return jsonReply(401, { detail });
		}
		if (this.options().keys.some((key) => authorization === `Key ${key}`)) return undefined;
		return jsonReply(401, { detail: 'No user found for Key ID and Secret' });
	}

	/** The URLs of a request. They leave out the sub-path of the endpoint. */
	private urls({ endpoint, requestId }: Submission): JsonObject {
		const url = `${this.origins().queue}/${appOf(endpoint)}/requests/${requestId}`;
		return { response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
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
