import { setTimeout as sleep } from 'node:timers/promises';

/** n8n said no to a call of its REST interface. */
export class RestError extends Error {
	constructor(
		call: string,
		readonly status: number,
		reply: string,
	) {
		super(`${call} was answered ${status}: ${reply.slice(0, 500)}`);
	}
}

/** n8n's word while its database is busy: it has done nothing yet. */
const isBusy = (status: number, reply: string) =>
	status === 503 && reply.includes('Database is not ready');

/** How long a busy server is asked again. */
const busyMs = 120_000;

/** The REST interface that n8n's own editor uses, with the cookie that it hands out. */
export class RestClient {
	private cookie?: string;

	constructor(private readonly baseUrl: string) {}

	/**
	 * Calls, again while the server is busy.
	 *
	 * @param path below `/rest`, for instance `/workflows`
	 * @returns what n8n has put into its reply's `data`
	 * @throws {RestError} for any status but 2xx
	 */
	async call<Data = unknown>(method: string, path: string, body?: unknown): Promise<Data> {
		const until = Date.now() + busyMs;
		for (;;) {
			const { response, reply } = await this.fetch(method, path, body);
			if (isBusy(response.status, reply) && Date.now() < until) {
				await sleep(500);
				continue;
			}
			if (!response.ok) throw new RestError(`${method} /rest${path}`, response.status, reply);
			const [issued] = response.headers.getSetCookie();
			if (issued !== undefined) this.cookie = issued.split(';')[0];
			return (JSON.parse(reply) as { data: Data }).data;
		}
	}

	private async fetch(method: string, path: string, body: unknown) {
		const response = await fetch(`${this.baseUrl}/rest${path}`, {
			method,
			headers: {
				// n8n, busy with loading its nodes, may close a connection that has just been used again.
				connection: 'close',
				...(this.cookie !== undefined && { cookie: this.cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		return { response, reply: await response.text() };
	}
}
