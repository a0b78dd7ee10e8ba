import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../../harness/standin/json';

/** What a gateway makes of a reply's JSON before it hands it on. */
export type Rewrite = (json: JsonObject) => JsonObject;

/** A server in front of another, with TLS or without: it hands every request on. */
export class Gateway {
	/** The address of the server behind. */
	upstream = '';

	/** May be set while it runs. */
	rewrite: Rewrite = (json) => json;

	/** How many requests came. */
	count = 0;

	private readonly server: Server;

	private constructor(private readonly tls?: { cert: string; key: string }) {
		const listener: RequestListener = (incoming, response) => {
			this.count += 1;
			const { method, url = '/', headers } = incoming;
			const onwards = request(
				new URL(url, this.upstream),
				{ method, headers, agent: false },
				(reply) => {
					const chunks: Buffer[] = [];
					reply.on('data', (chunk: Buffer) => chunks.push(chunk));
					reply.on('end', () => {
						const body = this.rewritten(Buffer.concat(chunks));
						const passed = { ...reply.headers, 'content-length': String(body.length) };
						// It goes whole, whatever way it came.
						delete passed['transfer-encoding'];
						response.writeHead(reply.statusCode ?? 502, passed);
						response.end(body);
					});
				},
			);
			onwards.on('error', () => response.destroy());
			incoming.pipe(onwards);
		};
		this.server = tls ? createTlsServer(tls, listener) : createServer(listener);
	}

	static async start(tls?: { cert: string; key: string }): Promise<Gateway> {
		const gateway = new Gateway(tls);
		await once(gateway.server.listen(0, '127.0.0.1'), 'listening');
		return gateway;
	}

	get url(): string {
		const { port } = this.server.address() as AddressInfo;
		return `${this.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	private rewritten(body: Buffer): Buffer {
		try {
			return Buffer.from(JSON.stringify(this.rewrite(JSON.parse(body.toString()) as JsonObject)));
		} catch {
			return body;
		}
	}
}
