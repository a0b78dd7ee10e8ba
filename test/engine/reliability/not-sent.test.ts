import { createServer, type AddressInfo } from 'node:net';
import { useFalEngine } from '../use-fal-engine';

// It takes connections and says nothing.
const silent = createServer((connection) => connection.on('error', () => {})).listen(0);
afterAll(() => silent.close());

const bench = useFalEngine(
	{},
	{
		clockSpeed: 10,
		credentials: (fal) => ({
			plain: { baseUrl: fal.url.replace('http:', 'https:') },
			silent: { baseUrl: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` },
		}),
	},
);

describe('where nothing can have been sent, nothing is billed, and the error says so', () => {
	test.each([
		['a host that does not speak TLS', 'plain'],
		['a host that never ends the TLS handshake', 'silent'],
	])('%s', async (_name, credential) => {
		const outcome = await bench.generate({
			credential,
			parameters: { requestOptions: { timeout: 1000 } },
		});
		expect(outcome.error()?.message).toContain('did not accept the request, asked 6 times');
		expect(outcome.error()?.description).toContain('nothing is billed');
		expect(bench.fal.count('submit')).toBe(0);
	});
});

test('a status that hangs does not hold an item long beyond its longest wait', async () => {
	bench.fal.order({ on: 'status', times: Infinity, fault: { type: 'hang' } });
	const outcome = await bench.generate({
		options: { maxWaitSeconds: 20 },
		// Far more than the rest of this test may take.
		parameters: { requestOptions: { timeout: 600_000 } },
	});
	expect(outcome.error()?.message).toContain('was not complete within Max Wait');
	expect(bench.fal.count('submit')).toBe(1);
});
