import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { Listener } from '../../../../harness/standin/listener';
import {
	completion,
	completionEvents,
	type ChatMessage,
	type ChatRequest,
	type Reply,
} from './chat-completions';

/** What the model says to a request; `index` counts the requests from 0. */
export type Script = (request: ChatRequest, index: number) => Reply;

/**
 * A stand-in for OpenAI's chat completions: a real HTTP server on 127.0.0.1 whose replies a test
 * has written, plain or streamed, as the client asks for them.
 */
export class OpenAiStandIn {
	/** The key that is let in. */
	readonly key = 'sk-stand-in';

	/** Every completion that was asked for, in order. */
	readonly requests: ChatRequest[] = [];

	private script: Script = () => ({ text: 'Nothing was scripted.' });

	private readonly listener = new Listener((request, response) => {
		void this.answer(request, response);
	});

	static async start(): Promise<OpenAiStandIn> {
		const standIn = new OpenAiStandIn();
		await standIn.listener.open(0);
		return standIn;
	}

	/** What a credential names as its base URL. */
	get baseUrl(): string {
		return `${this.listener.url}/v1`;
	}

	/** What has been said in the conversation of the last request. */
	get lastMessages(): ChatMessage[] {
		return this.requests.at(-1)?.messages ?? [];
	}

	/** Forgets what was asked, and says this from now on. */
	play(script: Script): void {
		this.requests.length = 0;
		this.script = script;
	}

	async close(): Promise<void> {
		await this.listener.close();
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (request.headers.authorization !== `Bearer ${this.key}`) {
			sendJson(response, 401, {
				error: { message: 'Incorrect API key provided', code: 'invalid_api_key' },
			});
		} else if (request.method === 'GET' && request.url === '/v1/models') {
			sendJson(response, 200, { object: 'list', data: [{ id: 'gpt-5-mini', object: 'model' }] });
		} else if (request.method === 'POST' && request.url === '/v1/chat/completions') {
			const asked = (await json(request)) as ChatRequest;
			const reply = this.script(asked, this.requests.push(asked) - 1);
			if (asked.stream) sendEvents(response, completionEvents(asked, reply));
			else sendJson(response, 200, completion(asked, reply));
		} else {
			sendJson(response, 404, { error: { message: `No ${request.method} ${request.url} here` } });
		}
	}
}

function sendJson(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendEvents(response: ServerResponse, events: object[]): void {
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
	response.end('data: [DONE]\n\n');
}
