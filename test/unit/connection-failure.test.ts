import { connectionFailure } from '../../nodes/FalVideo/execution/transport/connection-failure';

// Errors as n8n's request helper throws them: its own, with the cause within.
function thrown(fields: object, message = 'n8n says'): Error {
	return new Error(message, { cause: Object.assign(new Error('cause'), fields) });
}

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
	['reset', { isAxiosError: true, code: 'ECONNRESET', syscall: 'read' }, 'maybe-sent'],
	['no answer in time', { isAxiosError: true, code: 'ECONNABORTED' }, 'maybe-sent'],
	['a certificate', { isAxiosError: true, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'blocked'],
	['not allowed by n8n', {}, 'blocked'],
])('%s', (_name, fields, reach) => {
	expect(connectionFailure(thrown(fields)).reach).toBe(reach);
});
