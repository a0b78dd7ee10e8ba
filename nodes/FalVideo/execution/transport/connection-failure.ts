import { ConnectionFailure } from '../../queue/transport';

// Codes of connections that were never made: the server cannot have seen the request.
const neverConnected = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'EHOSTDOWN',
	'ENETDOWN',
]);

// What the codes mean, for people. Others are shown as they are.
const words: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ECONNRESET: 'the connection was cut',
	ENOTFOUND: 'the host name is not known',
	EAI_AGAIN: 'the host name could not be looked up',
	ETIMEDOUT: 'the connection timed out',
	ECONNABORTED: 'there was no answer in time',
	EPIPE: 'the connection was cut',
	ERR_CANCELED: 'the request was ended',
};

interface Traced {
	code?: unknown;
	syscall?: unknown;
	cause?: unknown;
	message?: unknown;
	isAxiosError?: unknown;
}

/**
 * Classifies an error of n8n's request helper by whether the server can have seen the request. n8n
 * wraps the original error as `cause`, whose message is not shown: it can contain addresses.
 */
export function connectionFailure(error: unknown): ConnectionFailure {
	const chain = causes(error);
	const code = chain.map(({ code }) => code).find((one): one is string => typeof one === 'string');
	const isConnection = chain.some(({ isAxiosError }) => isAxiosError === true);
	if (code !== undefined && isCertificate(code)) {
		return new ConnectionFailure(`the host's certificate was not accepted (${code})`, 'blocked');
	}
	// A route may vanish after the request went out: then it is said of a read or a write.
	const wasConnected = chain.some(({ syscall }) => syscall === 'read' || syscall === 'write');
	if (code !== undefined && neverConnected.has(code) && !wasConnected) {
		return new ConnectionFailure(wordsFor(code), 'not-sent');
	}
	if (!isConnection) {
		// Not the network: n8n itself would not send it (allowed domains, protected addresses).
		const message = chain.map(({ message }) => message).find((one) => typeof one === 'string');
		return new ConnectionFailure(String(message ?? 'unknown reason'), 'blocked');
	}
	const connecting = chain.some(({ syscall }) => syscall === 'connect');
	return new ConnectionFailure(wordsFor(code), connecting ? 'not-sent' : 'maybe-sent');
}

function wordsFor(code: string | undefined): string {
	if (code === undefined) return 'the connection failed';
	return words[code] ?? `the connection failed (${code})`;
}

function isCertificate(code: string): boolean {
	return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code);
}

function causes(error: unknown): Traced[] {
	const chain: Traced[] = [];
	let next: unknown = error;
	while (typeof next === 'object' && next !== null && chain.length < 8) {
		chain.push(next);
		next = (next as Traced).cause;
	}
	return chain;
}
