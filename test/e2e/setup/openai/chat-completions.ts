import { randomUUID } from 'node:crypto';

/** A message of a conversation, as the client sends it. */
export interface ChatMessage {
	role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
	content: string | { type: string; text?: string }[] | null;
}

/** A function that the model may call. */
export interface ChatTool {
	type: 'function';
	function: {
		name: string;
		description?: string;
		parameters?: { properties?: Record<string, { description?: string; enum?: string[] }> };
	};
}

/** The body of `POST /v1/chat/completions`. */
export interface ChatRequest {
	model: string;
	messages: ChatMessage[];
	tools?: ChatTool[];
	stream?: boolean;
}

/** What the model answers with: words, or a call of one of the tools. */
export type Reply = { text: string } | { tool: string; arguments: object };

const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };

/** The reply in one piece. */
export function completion(request: ChatRequest, reply: Reply): object {
	return {
		...head(request, 'chat.completion'),
		choices: [{ index: 0, message: messageOf(reply), finish_reason: finishReason(reply) }],
		usage,
	};
}

/** The reply as a stream of pieces. */
export function completionEvents(request: ChatRequest, reply: Reply): object[] {
	const chunk = (choice: object) => ({
		...head(request, 'chat.completion.chunk'),
		choices: [{ index: 0, finish_reason: null, ...choice }],
	});
	const message = messageOf(reply);
	const calls = message.tool_calls?.map((call, index) => ({ index, ...call }));
	return [
		chunk({ delta: { ...message, ...(calls && { tool_calls: calls }) } }),
		chunk({ delta: {}, finish_reason: finishReason(reply) }),
		{ ...head(request, 'chat.completion.chunk'), choices: [], usage },
	];
}

/** A message's words, however the client has put them. */
export function textOf({ content }: ChatMessage): string {
	if (typeof content === 'string') return content;
	return (content ?? []).map(({ text = '' }) => text).join('');
}

function head({ model }: ChatRequest, object: string) {
	const created = Math.floor(Date.now() / 1000);
	return { id: `chatcmpl-${randomUUID()}`, object, created, model };
}

function messageOf(reply: Reply) {
	if ('text' in reply) return { role: 'assistant', content: reply.text };
	const call = { name: reply.tool, arguments: JSON.stringify(reply.arguments) };
	return {
		role: 'assistant',
		content: null,
		tool_calls: [{ id: `call_${randomUUID()}`, type: 'function', function: call }],
	};
}

function finishReason(reply: Reply): string {
	return 'text' in reply ? 'stop' : 'tool_calls';
}
