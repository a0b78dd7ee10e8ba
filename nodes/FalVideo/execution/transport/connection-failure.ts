import { ConnectionFailure } from '../../queue/transport';

// Codes of connections that were never made: the server cannot have seen the request.
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

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
	/** n8n's word: an HTTP status, or, where it drops the cause (before 2.34), the error's code. */
	httpCode?: unknown;
	request?: { reusedSocket?: unknown; socket?: Partial<SentBytes> | null };
}

/** Of a socket: bytes that were handed to it, and those of them that it still holds. */
interface SentBytes {
	bytesWritten: number;
	writableLength: number;
}

/**
 * Classifies an error of n8n's request helper by whether the server can have seen the request. n8n
 * wraps the original error as `cause`, whose message is not shown: it can contain addresses. What
 * cannot be told counts as maybe sent.
 */
export function connectionFailure(error: unknown): ConnectionFailure {
	const chain = causes(error);
	const code = codeOf(chain);
	const isConnection =
		chain.some(
			({ isAxiosError, httpCode }) => isAxiosError === true || typeof httpCode === 'string',
		) ||
		/^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EPROTO|Z_|ERR_(STREAM|HTTP2|CANCELED))/.test(code ?? '');
	if (code !== undefined && isCertificate(code)) {
		return new ConnectionFailure(`the host's certificate was not accepted (${code})`, 'blocked');
	}
	if ((code !== undefined && neverConnected.has(code)) || hasSentNothing(chain)) {
		return new ConnectionFailure(wordsFor(code), 'not-sent');
	}
	if (!isConnection) {
		// Not the network: n8n itself would not send it (allowed domains, protected addresses).
		const message = chain.map(({ message }) => message).find((one) => typeof one === 'string');
		return new ConnectionFailure(String(message ?? 'unknown reason'), 'blocked');
	}
	return new ConnectionFailure(wordsFor(code), 'maybe-sent');
}

function codeOf(chain: Traced[]): string | undefined {
	const codes = chain.flatMap(({ code, httpCode }) => [code, httpCode]);
	// An HTTP status in the place of the code: half an answer.
	return codes.find((one): one is string => typeof one === 'string' && /^[A-Z]/i.test(one));
}

// A route may vanish, and a connection time out, before the request went out or after: what counts is
// where it happened, and whether bytes of the request have left.
function hasSentNothing(chain: Traced[]): boolean {
	return chain.some(({ syscall, message, request }) => {
		if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
		// The host does not speak TLS, so there was nobody to send it to.
		if (typeof message === 'string' && /wrong version number|unknown protocol/i.test(message)) {
			return true;
		}
		const socket = request?.socket;
		if (!socket || request.reusedSocket === true) return false;
		const { bytesWritten, writableLength } = socket;
		return bytesWritten !== undefined && bytesWritten === writableLength;
	});
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
