import { connectionFailure } from '../../nodes/FalVideo/execution/transport/connection-failure';

// Errors as n8n's request helper throws them: its own, with the cause within.
function thrown(fields: object, message = 'n8n says'): Error {
	return new Error(message, { cause: Object.assign(new Error('cause'), fields) });
}

const socket = (bytesWritten: number, writableLength: number, reusedSocket = false) => ({
	request: { reusedSocket, socket: { bytesWritten, writableLength } },
});

test.each([
	['refused', { isAxiosError: true, code: 'ECONNREFUSED' }, 'not-sent'],
	['an unknown host', { isAxiosError: true, code: 'ENOTFOUND' }, 'not-sent'],
	// Looked up by n8n itself, before it sends, where it protects internal addresses.
	['a host that n8n cannot look up', { code: 'EAI_AGAIN' }, 'not-sent'],
	[
		'not connected in time',
		{ isAxiosError: true, code: 'ETIMEDOUT', syscall: 'connect' },
		'not-sent',
	],
	[
		'a host that was not reached',
		{ isAxiosError: true, code: 'EHOSTUNREACH', syscall: 'connect' },
		'not-sent',
	],
	// The route vanished while the answer was waited for.
	[
		'a host out of reach',
		{ isAxiosError: true, code: 'EHOSTUNREACH', syscall: 'read' },
		'maybe-sent',
	],
	['a host out of reach, no more said', { isAxiosError: true, code: 'EHOSTUNREACH' }, 'maybe-sent'],
	[
		'ended while nothing had left',
		{ isAxiosError: true, code: 'ERR_CANCELED', ...socket(239, 239) },
		'not-sent',
	],
	[
		'ended after all had left',
		{ isAxiosError: true, code: 'ERR_CANCELED', ...socket(239, 0) },
		'maybe-sent',
	],
	[
		'ended on a connection that was used before',
		{ isAxiosError: true, code: 'ERR_CANCELED', ...socket(239, 239, true) },
		'maybe-sent',
	],
	['ended without a socket', { isAxiosError: true, code: 'ERR_CANCELED' }, 'maybe-sent'],
	['reset', { isAxiosError: true, code: 'ECONNRESET', syscall: 'read' }, 'maybe-sent'],
	['no answer in time', { isAxiosError: true, code: 'ECONNABORTED' }, 'maybe-sent'],
	['a certificate', { isAxiosError: true, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'blocked'],
	['not allowed by n8n', {}, 'blocked'],
])('%s', (_name, fields, reach) => {
	expect(connectionFailure(thrown(fields)).reach).toBe(reach);
});

// n8n before 2.34 keeps no cause: the code stands in its own error.
test.each([
	['refused', { httpCode: 'ECONNREFUSED' }, 'not-sent'],
	['reset', { httpCode: 'ECONNRESET' }, 'maybe-sent'],
	['half an answer', { httpCode: '200' }, 'maybe-sent'],
	['not allowed by n8n', { httpCode: null }, 'blocked'],
])('without a cause: %s', (_name, fields, reach) => {
	expect(connectionFailure(Object.assign(new Error('n8n says'), fields)).reach).toBe(reach);
});
