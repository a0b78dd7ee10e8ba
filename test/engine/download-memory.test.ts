import { setTimeout as sleep } from 'node:timers/promises';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { useFalEngine } from './use-fal-engine';

const MB = 1024 * 1024;
const fileBytes = 200 * MB;

const bench = useFalEngine({ fileBytes });

/** How often the memory is looked at, in milliseconds: rarely enough not to be the load itself. */
const lookEveryMs = 20;

// Left alone, V8 lets about 64 MB of read buffers pile up before it collects the first of them,
// whoever reads: a bare pipeline from a socket to a file does the same. So the garbage is collected
// as it goes, and what is seen is what the download holds.
test('a video of 200 MB is streamed to disk: the memory grows by less than 60 MB', async () => {
	await bench.generate({ parameters: { downloadVideo: true } });
	await bench.engine.gc();
	const { rss: before } = await bench.engine.memory();

	let highest = before;
	let over = false;
	const finished = bench
		.generate({ parameters: { downloadVideo: true } })
		.finally(() => (over = true));
	while (!over) {
		await bench.engine.gc();
		highest = Math.max(highest, (await bench.engine.memory()).rss);
		await sleep(lookEveryMs);
	}
	const outcome = await finished;

	expect(jsonsOf(outcome)).toMatchObject([{ video: { file_size: fileBytes } }]);
	expect(outcome.items('Out')[0]?.binary?.data?.bytes).toBe(fileBytes);
	expect((highest - before) / MB).toBeLessThan(60);
});
