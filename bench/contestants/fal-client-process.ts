import { createFalClient } from '@fal-ai/client';
import { MODEL } from './contestant';
import type { ClientOrder, ClientReply } from './fal-client';

// A process of its own, as the other contestants have.

process.on('message', ({ url, key, prompts }: ClientOrder) => {
	// The client's host is fixed, so each request is led to the stand-in just before it is sent.
	const fal = createFalClient({
		credentials: key,
		requestMiddleware: (request) =>
			Promise.resolve({ ...request, url: request.url.replace('https://queue.fal.run', url) }),
	});
	const startedAt = Date.now();
	const all = prompts.map(async (prompt) => {
		const { data } = await fal.subscribe(MODEL, { input: { prompt } });
		return data.video.url;
	});
	Promise.all(all).then(
		(videos) => answer({ finish: { totalMs: Date.now() - startedAt, videos } }),
		(error: unknown) => answer({ error: String(error) }),
	);
});

function answer(reply: ClientReply): void {
	process.send?.(reply);
}

process.on('disconnect', () => process.exit());
