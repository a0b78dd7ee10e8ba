import { figuresOf } from '../../bench/figures';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { sendRaw } from '../../harness/standin/http';
import { AUTHORIZED, submit } from '../standin/test-requests';

let fal: FalStandIn;

beforeAll(async () => {
	fal = await FalStandIn.start({ durationMs: 0 });
});
afterAll(async () => await fal.close());
afterEach(() => fal.reset());

async function get(url: string): Promise<void> {
	await sendRaw('GET', url, { headers: AUTHORIZED });
}

test('status requests and streams are counted for each video, and the lag ends with the result', async () => {
	for (const [index, prompt] of ['One', 'Two'].entries()) {
		const { statusUrl, resultUrl } = await submit(fal, { prompt });
		await fal.waitForState(index, 'COMPLETED');
		await get(`${statusUrl}/stream`);
		for (let asked = 0; asked <= 2 * index; asked++) await get(statusUrl);
		await get(resultUrl);
	}
	const finish = { totalMs: 2500, videos: ['first.mp4', 'second.mp4'] };
	const figures = figuresOf(fal, finish, ['One', 'Two']);
	expect(figures).toMatchObject({
		videos: 2,
		total: 2.5,
		statusRequests: { mean: 2, max: 3 },
		streams: { mean: 1, max: 1 },
	});
	expect(figures.lag.mean).toBeGreaterThanOrEqual(0);
	expect(figures.lag.max).toBeGreaterThanOrEqual(figures.lag.mean);
});

test('a run that lost a video, or paid twice, has no figures', async () => {
	await submit(fal, { prompt: 'One' });
	await submit(fal, { prompt: 'Two' });
	const finish = { totalMs: 2500, videos: ['first.mp4'] };
	expect(() => figuresOf(fal, finish, ['One', 'Two'])).toThrow('1 delivered');
	await submit(fal, { prompt: 'Two' });
	const both = { totalMs: 2500, videos: ['first.mp4', 'second.mp4'] };
	expect(() => figuresOf(fal, both, ['One', 'Two'])).toThrow('2 videos wanted, 3 made');
});
