import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host that nobody should send a key to. It answers everything with HTTP 200 and `{}`. */
export class OtherHost {
	readonly requests: Array<{ method?: string; url?: string; headers: IncomingHttpHeaders }> = [];

	private readonly server = createServer(({ method, url, headers }, response) => {
		this.requests.push({ method, url, headers });
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end('{}');
	});

	static async start(): Promise<OtherHost> {
		const host = new OtherHost();
		await once(host.server.listen(0, '127.0.0.1'), 'listening');
		return host;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}
