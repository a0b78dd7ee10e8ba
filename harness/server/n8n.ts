import { RestClient } from './rest-client';

/** An n8n server that runs, whoever has started it. */
export class N8n {
	private readonly client: RestClient;

	/** @param url where the editor is, without a slash at the end */
	constructor(readonly url: string) {
		this.client = new RestClient(url);
	}

	/** Calls n8n's REST interface, as the user who has signed in; `path` is what follows `/rest`. */
	async rest<Data = unknown>(method: string, path: string, body?: unknown): Promise<Data> {
		return await this.client.call<Data>(method, path, body);
	}
}
