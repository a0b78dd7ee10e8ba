import { randomUUID } from 'node:crypto';
import { bearerToken } from '../setup/bearer-credential';
import { useBench } from '../setup/bench';
import { type McpAnswer, McpClient } from '../setup/mcp-client';
import { nodeOf } from '../setup/triggers';
import {
	importWorkflow,
	publish,
	readExample,
	type StoredWorkflow,
	unpublish,
	untilMcpRegistered,
} from '../setup/workflows';

const chosen = {
	Prompt: 'A red kite dances over the dunes, the camera follows it',
	Duration: '10',
	Aspect_Ratio: '9:16',
};

const textOf = ({ content }: McpAnswer) => content.map(({ text }) => text).join('\n');

describe('A tool over MCP', () => {
	const bench = useBench();
	let workflow: StoredWorkflow;
	let client: McpClient;

	beforeAll(async () => {
		const example = await readExample('agent-with-tool.json');
		const path = randomUUID();
		const trigger = {
			...nodeOf('MCP', '@n8n/n8n-nodes-langchain.mcpTrigger', { path }),
			typeVersion: 2,
			webhookId: path,
		};
		workflow = await importWorkflow(
			bench.n8n,
			{
				...example,
				nodes: [trigger, ...example.nodes.filter(({ name }) => name === 'Make a Video')],
				connections: {
					'Make a Video': { ai_tool: [[{ node: 'MCP', type: 'ai_tool', index: 0 }]] },
				},
			},
			bench.credentials,
		);
		await publish(bench.n8n, workflow);
		const url = `${bench.n8n.url}/mcp/${path}`;
		await untilMcpRegistered(url);
		client = await McpClient.connect(url);
	});
	afterAll(async () => {
		await client.close();
		await unpublish(bench.n8n, workflow);
	});

	test('is listed with its three fields', async () => {
		const [tool] = await client.tools();
		expect(tool?.name).toBe('Make_a_Video');
		expect(tool?.description).toContain('Makes a video from a prompt');
		expect(Object.keys(tool?.inputSchema.properties ?? {})).toEqual(Object.keys(chosen));
		expect(bench.fal.submissions).toHaveLength(0);
	});

	test('makes the video, and tells its URL', async () => {
		const answer = await client.call('Make_a_Video', chosen);
		expect(textOf(answer)).toContain(bench.fal.submissions[0]?.requestId);
		expect(textOf(answer)).toMatch(/https?:[^"]+\.mp4/);
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{ prompt: chosen.Prompt, duration: '10', aspect_ratio: '9:16' },
		]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('tells fal’s reason for a refused prompt', async () => {
		const answer = await client.call('Make_a_Video', { ...chosen, Prompt: 'Bad [blocked]' });
		expect(textOf(answer)).toContain('material flagged by a content checker');
	});

	test('tells what is allowed where a value is wrong, and costs nothing', async () => {
		const answer = await client.call('Make_a_Video', { ...chosen, Duration: '7' });
		expect(textOf(answer)).toMatch(/Duration is.+5.+10/);
		expect(bench.fal.submissions).toHaveLength(0);
	});

	test('a call that the client has given up, and makes again, waits for the same video', async () => {
		bench.fal.options.durationMs = 8_000;
		await expect(client.call('Make_a_Video', chosen, 2_000)).rejects.toThrow(/timed out/i);
		const answer = await client.call('Make_a_Video', chosen);
		expect(textOf(answer)).toContain(bench.fal.submissions[0]?.requestId);
		expect(textOf(answer)).toMatch(/\.mp4/);
		expect(bench.fal.billed()).toBe(1);
		// It was delivered: the next one is a second wish.
		bench.fal.options.durationMs = 100;
		await client.call('Make_a_Video', chosen);
		expect(bench.fal.billed()).toBe(2);
	});

	test('a call that ended without its video is collected by the next, as its error says', async () => {
		// The key is refused for a moment, when the video is there.
		bench.fal.order({ on: 'result', fault: { type: 'http', status: 401 } });
		const failed = await client.call('Make_a_Video', chosen);
		expect(textOf(failed)).toContain('Another call with the same input collects it');
		const answer = await client.call('Make_a_Video', chosen);
		expect(textOf(answer)).toMatch(/\.mp4/);
		expect(bench.fal.billed()).toBe(1);
	});

	test('what fal refused is not held against a next call', async () => {
		const bad = { ...chosen, Prompt: 'A kite [blocked]' };
		await client.call('Make_a_Video', bad);
		await client.call('Make_a_Video', bad);
		expect(bench.fal.submissions).toHaveLength(2);
	});
});

describe('A tool over MCP', () => {
	const bench = useBench();
	let workflow: StoredWorkflow;
	let url: string;
	let client: McpClient;

	beforeAll(async () => {
		const example = await readExample('mcp-server.json');
		workflow = await importWorkflow(bench.n8n, example, bench.credentials);
		await publish(bench.n8n, workflow);
		const { path } =
			example.nodes.find(({ name }) => name === 'MCP Server Trigger')?.parameters ?? {};
		url = `${bench.n8n.url}/mcp/${path as string}`;
		await untilMcpRegistered(url);
		client = await McpClient.connect(url, bearerToken);
	});
	afterAll(async () => {
		await client.close();
		await unpublish(bench.n8n, workflow);
	});

	test('lets nobody in who does not know the token', async () => {
		await expect(McpClient.connect(url)).rejects.toThrow(/40[13]|Authorization/);
		await expect(McpClient.connect(url, 'a-guess')).rejects.toThrow(/40[13]|Authorization/);
	});

	test('starts a video at once, and hands it on when it is there', async () => {
		bench.fal.options.durationMs = 50_000;
		const started = JSON.parse(textOf(await client.call('Start_a_Video', chosen))) as unknown[];
		const [{ requestId = '' } = {}] = bench.fal.submissions;
		expect(started).toMatchObject([{ request_id: requestId, status: 'IN_QUEUE' }]);

		const getIt = async () =>
			JSON.parse(
				textOf(await client.call('Get_the_Video', { Request_ID: requestId })),
			) as unknown[];
		expect(await getIt()).toMatchObject([{ request_id: requestId, status: 'IN_PROGRESS' }]);
		expect(await getIt()).toMatchObject([
			{ status: 'COMPLETED', video: { url: expect.stringMatching(/\.mp4$/) } },
		]);
		expect(bench.fal.billed()).toBe(1);
	});
});
