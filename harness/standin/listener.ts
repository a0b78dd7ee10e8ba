import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server on 127.0.0.1 that can be taken off the network and put back on the same port. */
export class Listener {
	private readonly server: Server;
	private readonly sockets = new Set<Socket>();
	private port = 0;

	constructor(handle: RequestListener) {
		this.server = createServer(handle);
		// Longer than any client keeps an idle connection: the stand-in ends none by surprise.
		this.server.keepAliveTimeout = 600_000;
		this.server.on('connection', (socket) => {
			this.sockets.add(socket);
			socket.on('close', () => this.sockets.delete(socket));
			// A sender may be gone at any time.
			socket.on('error', () => {});
		});
	}

	/** `http://127.0.0.1:PORT` */
	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** @param port the port to take, 0 for any that is free */
	async open(port = this.port): Promise<void> {
		if (this.server.listening) return;
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(port, '127.0.0.1', () => {
				this.server.off('error', reject);
				resolve();
			});
		});
		this.port = (this.server.address() as AddressInfo).port;
	}

	/** Stops listening and breaks every connection. */
	async close(): Promise<void> {
		if (!this.server.listening) return;
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		for (const socket of this.sockets) socket.destroy();
		await closed;
	}
}
