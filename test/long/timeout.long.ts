import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { useFalEngine } from '../engine/use-fal-engine';

let silent: Server;

beforeAll(async () => {
	silent = createServer();
	await once(silent.listen(0, '127.0.0.1'), 'listening');
});
const bench = useFalEngine(
	{},
	{
		credentials: () => {
			const { port } = silent.address() as AddressInfo;
			return { silent: { baseUrl: `http://127.0.0.1:${port}` } };
		},
	},
);
afterAll(() => {
	silent.close();
});

test('where no Timeout is set, a request that is not answered ends after 30 seconds', async () => {
	const outcome = await bench.generate({ credential: 'silent' });
	expect(outcome.error()?.message).toContain('no answer within 30 s');
});
