import { textOf, type ChatMessage } from './setup/openai/chat-completions';
import { useBench } from './setup/bench';
import { executeToEnd, type Execution } from './setup/executions';
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
		expect(reason).toContain('content_policy_violation');
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

/** What the tools have answered in a conversation. */
function toolAnswers(messages: ChatMessage[]): string[] {
	return messages.filter(({ role }) => role === 'tool').map(textOf);
}
