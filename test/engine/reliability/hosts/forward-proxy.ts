import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** An HTTP proxy that counts: plain requests by method and URL, tunnels by the host they lead to. */
export class ForwardProxy {
	/** Such as `POST http://127.0.0.1:1234/fal-ai/…`, in the order of their arrival. */
	readonly requests: string[] = [];

	/** Such as `127.0.0.1:1234`. */
	readonly tunnels: string[] = [];

	/** Where tunnels to a host lead instead, by the host with its port: an address of this machine. */
	readonly detours = new Map<string, string>();

	private readonly sockets = new Set<Socket>();

	private readonly server = createServer((incoming, response) => {
		const { method = '', url = '', headers } = incoming;
		this.requests.push(`${method} ${url}`);
		const onwards = request(url, { method, headers, agent: false }, (reply) => {
			response.writeHead(reply.statusCode ?? 502, reply.headers);
			reply.pipe(response);
		});
		onwards.on('error', () => response.destroy());
		incoming.pipe(onwards);
	});

	static async start(): Promise<ForwardProxy> {
		const proxy = new ForwardProxy();
		proxy.server.on('connect', ({ url = '' }, near: Socket) => {
			proxy.tunnels.push(url);
			const { hostname, port } = new URL(proxy.detours.get(url) ?? `http://${url}`);
			const far = connect(Number(port), hostname, () => {
				near.write('HTTP/1.1 200 Connection established\r\n\r\n');
				far.pipe(near).pipe(far);
			});
			for (const socket of [near, far]) {
				proxy.sockets.add(socket);
				socket.on('error', () => {
					near.destroy();
					far.destroy();
				});
				socket.on('close', () => proxy.sockets.delete(socket));
			}
		});
		await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
		return proxy;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	forget(): void {
		this.requests.length = 0;
		this.tunnels.length = 0;
	}

	close(): void {
		for (const socket of this.sockets) socket.destroy();
		this.server.closeAllConnections();
		this.server.close();
	}
}
