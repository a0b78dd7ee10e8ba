import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import { usePrivateBench } from './setup/bench';
import { execute, finished } from './setup/executions';
import { inspected, Inspector, type Memory } from './setup/inspector';
import { chain, nodeOf } from './setup/triggers';
import { importWorkflow } from './setup/workflows';

const count = 500;
/** What docs/waiting.md promises of an item that waits. */
const mostBytes = 100_000;

// A server inherits it.
Object.assign(process.env, inspected);

/** Half a thousand items, and the node that waits for each. */
function workflowOf(node: INode) {
	const jsCode = `return Array.from({ length: ${count} }, (_, n) => ({ json: { prompt: 'A boat, take ' + n } }));`;
	return chain(
		node.name,
		nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
		{ ...nodeOf('Scenes', 'n8n-nodes-base.code', { jsCode }), typeVersion: 2 },
		node,
	);
}

describe.each(['Fal Video', 'HTTP Request'] as const)('%s, in a server of its own', (name) => {
	const bench = usePrivateBench();
	const held: ServerResponse[] = [];
	const slow = createServer((_, response) => void held.push(response));

	beforeAll(async () => {
		await once(slow.listen(0, '127.0.0.1'), 'listening');
	});
	afterAll(() => {
		slow.closeAllConnections();
		slow.close();
	});

	const nodes = {
		'Fal Video': () =>
			nodeOf('Fal Video', 'n8n-nodes-fal-video.falVideo', {
				resource: 'video',
				operation: 'generate',
				prompt: '={{ $json.prompt }}',
			}),
		'HTTP Request': () => ({
			...nodeOf('HTTP Request', 'n8n-nodes-base.httpRequest', {
				url: `=http://127.0.0.1:${(slow.address() as AddressInfo).port}/?prompt={{ $json.prompt }}`,
				options: {},
			}),
			typeVersion: 4.2,
		}),
	};

	const reached = () => (name === 'Fal Video' ? bench.fal.submissions.length : held.length);

	test(`${count} items wait`, async () => {
		const workflow = await importWorkflow(bench.n8n, workflowOf(nodes[name]()), bench.credentials);
		const inspector = await Inspector.open(bench.n8n.logFile);
		const measured: Record<string, Memory> = { idle: await inspector.memory() };
		for (const run of ['first', 'second']) {
			bench.fal.options.durationMs = Infinity;
			const already = reached();
			const id = await execute(bench.n8n, workflow);
			while (reached() < already + count) await sleep(200);
			// By then each has been asked about, or listens.
			await sleep(20_000);
			measured[`${run} waiting`] = await inspector.memory();
			bench.fal.options.durationMs = 0;
			await bench.n8n.rest('POST', `/executions/${id}/stop`);
			for (const response of held.splice(0)) response.end('{}');
			await finished(bench.n8n, id);
			// The time-out of a question holds something until it would have come: 30 seconds.
			await sleep(35_000);
			measured[`${run} over`] = await inspector.memory();
		}
		inspector.close();
		const inMB = (bytes: number) => Math.round(bytes / 1e5) / 10;
		const lines = Object.entries(measured).map(
			([when, { heapUsed, external, rss }]) =>
				`${name}, ${when}: heap ${inMB(heapUsed)} MB, outside ${inMB(external)} MB, RSS ${inMB(rss)} MB`,
		);
		process.stdout.write(`${lines.join('\n')}\n`);
		const heapOf = (when: string) => measured[when]?.heapUsed ?? 0;
		expect((heapOf('second waiting') - heapOf('first over')) / count).toBeLessThan(mostBytes);
	});
});
