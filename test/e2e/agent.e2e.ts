import type { INode } from 'n8n-workflow';
import { textOf, type ChatMessage } from './setup/openai/chat-completions';
import { useBench } from './setup/bench';
import { executeToEnd, type Execution } from './setup/executions';
import { nodeOf } from './setup/triggers';
import { importWorkflow, readExample, type StoredWorkflow } from './setup/workflows';

const chosen = {
	Prompt: 'A red kite dances over the dunes, the camera follows it',
	Duration: '10',
	Aspect_Ratio: '9:16',
};

/** The prompt that the stand-in for fal refuses. */
const refused = { ...chosen, Prompt: 'Something nobody should see [blocked]' };

describe('agent-with-tool.json', () => {
	const bench = useBench();
	let workflow: StoredWorkflow;

	beforeAll(async () => {
		const example = await readExample('agent-with-tool.json');
		workflow = await importWorkflow(bench.n8n, example, bench.credentials);
	});

	async function chat(chatInput: string): Promise<Execution> {
		const input = { sessionId: 'e2e', action: 'sendMessage', chatInput };
		return await executeToEnd(bench.n8n, workflow, { trigger: 'Chat', input });
	}

	test('the model sees a tool with the three fields that are its to fill', async () => {
		bench.openAi.play(() => ({ text: 'Good morning.' }));

		expect(await chat('Hello')).toMatchObject({ status: 'success' });

		const [tool] = bench.openAi.requests[0]?.tools ?? [];
		expect(tool?.function.name).toBe('Make_a_Video');
		expect(tool?.function.description).toContain('Makes a video from a prompt');
		expect(Object.keys(tool?.function.parameters?.properties ?? {})).toEqual([
			'Prompt',
			'Duration',
			'Aspect_Ratio',
		]);
		expect(bench.fal.submissions).toHaveLength(0);
	});

	test('the tool makes the video that the model wants, and tells it the URL', async () => {
		bench.openAi.play(({ messages }, index) =>
			index === 0
				? { tool: 'Make_a_Video', arguments: chosen }
				: { text: `Here it is: ${toolAnswers(messages).join()}` },
		);

		const execution = await chat('A kite, please, upright');

		expect(execution).toMatchObject({ status: 'success' });
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{ prompt: chosen.Prompt, duration: '10', aspect_ratio: '9:16' },
		]);
		const [answer] = toolAnswers(bench.openAi.lastMessages);
		expect(answer).toContain(bench.fal.submissions[0]?.requestId);
		expect(answer).toMatch(/https?:[^"]+\.mp4/);
		expect(execution.json('AI Agent')).toMatchObject([
			{ output: expect.stringMatching(/Here it is: .*\.mp4/) },
		]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('a refused prompt comes back as fal’s reason in words, and the model tries another', async () => {
		bench.openAi.play((_request, index) => {
			if (index === 0) return { tool: 'Make_a_Video', arguments: refused };
			return index === 1
				? { tool: 'Make_a_Video', arguments: chosen }
				: { text: 'The first was refused, the second is ready.' };
		});

		const execution = await chat('Something shocking');

		expect(execution).toMatchObject({ status: 'success' });
		expect(bench.openAi.requests).toHaveLength(3);
		const [reason] = toolAnswers(bench.openAi.requests[1]?.messages ?? []);
		expect(reason).toContain('material flagged by a content checker');
		expect(toolAnswers(bench.openAi.lastMessages)[1]).toMatch(/\.mp4/);
	});

	test('a tool that is set to suspend says why it cannot, and costs nothing', async () => {
		const example = await readExample('agent-with-tool.json');
		const nodes = example.nodes.map((node) =>
			node.name === 'Make a Video'
				? { ...node, parameters: { ...node.parameters, operation: 'generateAndSuspend' } }
				: node,
		);
		const suspending = await importWorkflow(bench.n8n, { ...example, nodes }, bench.credentials);
		bench.openAi.play((_request, index) =>
			index === 0 ? { tool: 'Make_a_Video', arguments: chosen } : { text: 'I cannot.' },
		);
		const input = { sessionId: 'e2e', action: 'sendMessage', chatInput: 'A kite, please' };
		await executeToEnd(bench.n8n, suspending, { trigger: 'Chat', input });

		const [reason] = toolAnswers(bench.openAi.lastMessages);
		expect(reason).toContain('cannot suspend');
		expect(bench.fal.submissions).toHaveLength(0);
	});

	test('Max Cost holds each call of the tool, which says so, and costs nothing', async () => {
		const example = await readExample('agent-with-tool.json');
		const nodes = example.nodes.map((node) =>
			node.name === 'Make a Video'
				? { ...node, parameters: { ...node.parameters, options: { maxCost: 0.5 } } }
				: node,
		);
		const limited = await importWorkflow(bench.n8n, { ...example, nodes }, bench.credentials);
		bench.openAi.play((_request, index) => {
			if (index === 0) return { tool: 'Make_a_Video', arguments: chosen };
			return index === 1
				? { tool: 'Make_a_Video', arguments: { ...chosen, Duration: '5' } }
				: { text: 'Five seconds, then.' };
		});
		const input = { sessionId: 'e2e', action: 'sendMessage', chatInput: 'A kite, please' };
		await executeToEnd(bench.n8n, limited, { trigger: 'Chat', input });

		const [refusal, made] = toolAnswers(bench.openAi.lastMessages);
		expect(refusal).toContain('would cost $0.70 (1 video of 10 s at $0.70), and Max Cost is $0.50');
		expect(made).toMatch(/"estimate": ?0.35/);
		expect(bench.fal.billed()).toBe(1);
	});

	test('a value that the model got wrong comes back with what is allowed, and costs nothing', async () => {
		bench.openAi.play((_request, index) =>
			index === 0
				? { tool: 'Make_a_Video', arguments: { ...chosen, Duration: '7' } }
				: { text: 'I may only make 5 or 10 seconds.' },
		);

		expect(await chat('Seven seconds, please')).toMatchObject({ status: 'success' });

		const [reason] = toolAnswers(bench.openAi.lastMessages);
		expect(reason).toContain('Duration is');
		expect(reason).toMatch(/5.+10/);
		expect(bench.fal.submissions).toHaveLength(0);
	});
});

describe.each([2.2, 3])('an agent of version %s that is given several items', (typeVersion) => {
	const bench = useBench();

	/** One call of the tool for each wish, with the wish as its prompt. */
	async function grant(wishes: string[], tool: Partial<INode> = {}): Promise<Execution> {
		bench.openAi.play(({ messages }) => {
			const answers = toolAnswers(messages);
			if (answers.length > 0) return { text: `Here it is: ${answers.join()}` };
			const wish = messages.filter(({ role }) => role === 'user').map(textOf);
			return { tool: 'Make_a_Video', arguments: { ...chosen, Prompt: wish.join() } };
		});
		const example = await readExample('agent-with-tool.json');
		const jsCode = `return ${JSON.stringify(wishes)}.map((chatInput) => ({ json: { chatInput } }));`;
		const asked = { promptType: 'define', text: '={{ $json.chatInput }}' };
		const nodes = example.nodes
			.filter(({ name }) => name !== 'Chat')
			.map((node) => {
				if (node.name === 'Make a Video') return { ...node, ...tool };
				if (node.name !== 'AI Agent') return node;
				return { ...node, typeVersion, parameters: { ...node.parameters, ...asked } };
			});
		const start = nodeOf('Start', 'n8n-nodes-base.manualTrigger');
		const code = { ...nodeOf('Wishes', 'n8n-nodes-base.code', { jsCode }), typeVersion: 2 };
		const { Chat, ...connections } = example.connections;
		const workflow = await importWorkflow(
			bench.n8n,
			{
				...example,
				nodes: [start, code, ...nodes],
				connections: {
					...connections,
					Start: { main: [[{ node: 'Wishes', type: 'main', index: 0 }]] },
					Wishes: Chat ?? {},
				},
			},
			bench.credentials,
		);
		return await executeToEnd(bench.n8n, workflow, { trigger: 'Start' });
	}

	function outputs(execution: Execution): unknown[] {
		return execution.json('AI Agent').map(({ output }) => output);
	}

	test('each call is one item, and gets its video', async () => {
		const execution = await grant(['A kite', 'A boat', 'A boat']);
		expect(outputs(execution)).toEqual(Array(3).fill(expect.stringMatching(/\.mp4/)));
		expect(bench.fal.submissions.map(({ body }) => body.prompt).sort()).toEqual([
			'A boat',
			'A boat',
			'A kite',
		]);
		expect(bench.fal.billed()).toBe(3);
	});

	test('Retry On Fail on the tool picks up the request that exists, and pays once', async () => {
		// The key is refused for a moment, when the video is there.
		bench.fal.order({ on: 'result', fault: { type: 'http', status: 401 } });
		const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const execution = await grant(['A kite'], retryOnFail);
		expect(outputs(execution)).toEqual([expect.stringMatching(/\.mp4/)]);
		expect(bench.fal.submissions).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});
});

/** What the tools have answered in a conversation. */
function toolAnswers(messages: ChatMessage[]): string[] {
	return messages.filter(({ role }) => role === 'tool').map(textOf);
}
