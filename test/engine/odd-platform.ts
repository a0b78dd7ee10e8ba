import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A platform API of a test's own, for what fal's is not known to answer. */
export class OddPlatform {
	/** What it answers to a question. */
	answer: (query: URLSearchParams) => unknown = () => ({});
	/** Milliseconds until it answers. */
	delayMs = 0;
	/** How often it was asked. */
	asked = 0;

	private readonly server = createServer((request, response) => {
		this.asked += 1;
		const { searchParams } = new URL(request.url ?? '', 'http://localhost');
		response.setHeader('content-type', 'application/json');
		setTimeout(() => response.end(JSON.stringify(this.answer(searchParams))), this.delayMs);
	});

	async open(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	/** What to enter as platform URL. */
	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
	}

	close(): void {
		this.server.close();
	}
}
