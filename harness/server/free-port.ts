import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens on: the preferred one or one of the hundred after it,
 * or, for 0, any.
 */
export async function freePort(preferred = 0): Promise<number> {
	for (let port = preferred; port <= preferred + 100; port++) {
		const found = await tryPort(port);
		if (found !== undefined) return found;
	}
	throw new Error(`None of the ports from ${preferred} to ${preferred + 100} is free`);
}

async function tryPort(port: number): Promise<number | undefined> {
	const server = createServer();
	try {
		await once(server.listen(port, '127.0.0.1'), 'listening');
	} catch {
		return undefined;
	}
	const { port: found } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return found;
}
