import type { Scheme } from '../../harness/standin/kind';

/** A host, and how to be let in. */
export interface Access {
	/** Without a slash at the end. */
	baseUrl: string;
	scheme: Scheme;
	key: string;
}

/** What was asked, without the key. */
export interface Question {
	method: 'GET' | 'HEAD' | 'PUT' | 'POST';
	/** Below the base URL. */
	path: string;
	/** `Authorization`; the key of the access, unless given. */
	authorization?: string;
	/** Sent as JSON. */
	body?: object;
}

/** What a host answered. */
export interface Answer {
	status: number;
	/** Names in small letters. */
	headers: Record<string, string>;
	/** The body, or its beginning. */
	text: string;
}

/** Characters of a body that are read: a stream of events or a web site has no end worth waiting for. */
const LONGEST = 20_000;

/** Milliseconds that an answer may take. */
const PATIENCE_MS = 30_000;

/** Milliseconds that a stream of events is listened to. */
const LISTEN_MS = 3000;

/** The host gave no answer at all. */
export class Unreachable extends Error {}

/** Asks a host once, and follows it nowhere. */
export async function ask(access: Access, question: Question): Promise<Answer> {
	const { method, path, body } = question;
	const authorization = question.authorization ?? `${access.scheme} ${access.key}`;
	return await fetchAnswer(`${access.baseUrl}${path}`, {
		method,
		headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
		body: body && JSON.stringify(body),
	});
}

/** Fetches a URL as it is. */
export async function fetchAnswer(url: string, init: RequestInit = {}): Promise<Answer> {
	const stop = new AbortController();
	const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
	try {
		const response = await fetch(url, { ...init, redirect: 'manual', signal: stop.signal });
		const headers: Record<string, string> = {};
		response.headers.forEach((value, name) => (headers[name] = value));
		return { status: response.status, headers, text: await beginningOf(response) };
	} catch (error) {
		const { cause } = error as { cause?: { code?: string; message?: string } };
		const reason = cause?.code ?? cause?.message ?? String(error);
		throw new Unreachable(`${new URL(url).host} gave no answer: ${reason}`);
	} finally {
		clearTimeout(patience);
		stop.abort();
	}
}

async function beginningOf(response: Response): Promise<string> {
	const reader = response.body?.getReader();
	if (!reader) return '';
	const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
	const listening = isStream ? setTimeout(() => void reader.cancel(), LISTEN_MS) : undefined;
	const decoder = new TextDecoder();
	let text = '';
	for (let part = await reader.read(); !part.done; part = await reader.read()) {
		text += decoder.decode(part.value, { stream: true });
		if (text.length >= LONGEST) break;
	}
	clearTimeout(listening);
	await reader.cancel();
	return text.slice(0, LONGEST);
}
