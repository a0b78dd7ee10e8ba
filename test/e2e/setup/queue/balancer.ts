import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One address in front of several processes, which get the requests in turn. */
export class Balancer {
	private urls: string[] = [];

	private turn = 0;

	/** Whether all calls to one execution go to the same process. */
	keepsTogether = false;

	private constructor(private readonly server: Server) {
		server.on('request', (incoming, response) => {
			const target = this.urls[this.next(incoming.url) % this.urls.length];
			if (target === undefined) {
				response.writeHead(503).end();
				return;
			}
			const { method, headers, url = '/' } = incoming;
			const outgoing = request(new URL(url, target), { method, headers }, (reply) => {
				response.writeHead(reply.statusCode ?? 502, reply.headers);
				reply.pipe(response);
			});
			outgoing.on('error', () => response.writeHead(502).end());
			incoming.pipe(outgoing);
		});
	}

	static async start(): Promise<Balancer> {
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		return new Balancer(server);
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	// By the execution, where its calls are kept together; else in turn.
	private next(url = ''): number {
		const execution = /^\/webhook-waiting\/(\d+)/.exec(url)?.[1];
		return this.keepsTogether && execution !== undefined ? Number(execution) : this.turn++;
	}

	/** Sends the requests from here on to these, in turn. */
	turnTo(urls: string[]): void {
		this.urls = urls;
	}

	async close(): Promise<void> {
		this.server.close();
		this.server.closeAllConnections();
		await once(this.server, 'close');
	}
}
