import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendReply } from '../../harness/standin/reply';

it('makes a body no faster than it is taken', async () => {
	const chunk = Buffer.alloc(64 * 1024);
	const length = 16_384 * chunk.length;
	let made = 0;
	const server = createServer((_request, response) => {
		const chunks = function* () {
			for (; made < length; made += chunk.length) yield chunk;
		};
		void sendReply(response, { status: 200, headers: {}, body: { length, chunks } });
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	try {
		const { port } = server.address() as AddressInfo;
		const reply = await fetch(`http://127.0.0.1:${port}/`);
		const first = await reply.body?.getReader().read();

		expect(first?.value?.length).toBeGreaterThan(0);
		// What the buffers on the way hold, out of 1 GB.
		expect(made).toBeLessThan(100_000_000);
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});
