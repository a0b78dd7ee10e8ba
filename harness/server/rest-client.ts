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

/** The REST interface that n8n's own editor uses, with the cookie that it hands out. */
export class RestClient {
	private cookie?: string;

	constructor(private readonly baseUrl: string) {}

	/**
	 * @param path below `/rest`, for instance `/workflows`
	 * @returns what n8n has put into its reply's `data`
	 * @throws {RestError} for any status but 2xx
	 */
	async call<Data = unknown>(method: string, path: string, body?: unknown): Promise<Data> {
		const response = await fetch(`${this.baseUrl}/rest${path}`, {
			method,
			headers: {
				...(this.cookie !== undefined && { cookie: this.cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const reply = await response.text();
		if (!response.ok) throw new RestError(`${method} /rest${path}`, response.status, reply);

		const [issued] = response.headers.getSetCookie();
		if (issued !== undefined) this.cookie = issued.split(';')[0];
		return (JSON.parse(reply) as { data: Data }).data;
	}
}
