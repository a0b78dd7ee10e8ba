import { adviceFor, type Advised } from '../../nodes/FalVideo/execution/errors/advice';
import {
	QueueError,
	type QueueErrorFacts,
	type QueueErrorKind,
} from '../../nodes/FalVideo/queue/errors';

const advice = (kind: QueueErrorKind, advised: Advised) =>
	adviceFor(new QueueError(kind, 'It went wrong', { requestId: 'id1' }), advised);

const kinds: QueueErrorKind[] = [
	'rejected',
	'failed',
	'maybe-submitted',
	'not-accepted',
	'not-found',
	'unauthorized',
	'account',
	'not-permitted',
	'wrong-host',
	'blocked',
	'unavailable',
	'timeout',
	'cancelled',
	'stopped',
	'unexpected-reply',
	'not-offered',
	'download',
];

test.each(kinds)('%s: a retry is never one without the name of its button', (kind) => {
	for (const advised of ['maker', 'asker', 'agent'] as const) {
		expect(advice(kind, advised)).not.toMatch(
			/\b[Aa] retry\b|your own (next )?retry|\. Retry:|Longest wait/,
		);
	}
});

test.each(['timeout', 'download', 'unauthorized', 'account'] as const)(
	'%s: one that makes videos is told what Execute step costs',
	(kind) => {
		expect(advice(kind, 'maker')).toContain('Executions > Retry on a run that failed');
		expect(advice(kind, 'maker')).toContain('Execute step would make and pay for a new one');
	},
);

test.each(['timeout', 'download', 'unauthorized', 'account'] as const)(
	'%s: one that asks by ID pays nothing for running again',
	(kind) => {
		expect(advice(kind, 'asker')).toContain('Run this again to collect it: that costs nothing');
		expect(advice(kind, 'asker')).not.toContain('Execute step');
	},
);

test('an agent is told of calls, not of buttons', () => {
	expect(advice('timeout', 'agent')).toContain('Another call with the same input');
	expect(advice('timeout', 'agent')).not.toContain('Executions >');
});

test('the host’s word, the input that it names and the request’s ID stand at the end, once', () => {
	const described = (message: string, facts: QueueErrorFacts) =>
		adviceFor(new QueueError('rejected', message, { httpStatus: 422, ...facts }));
	const facts = { requestId: 'id1', type: 'string_too_long', field: 'duration' };
	expect(described('Too long', facts)).toMatch(
		/^Change duration, which fal names,.+ fal calls it string_too_long\. Request: id1\.$/,
	);
	expect(described('Too long (id1)', facts)).not.toContain('Request: id1');
	expect(described('Too long', { gateway: 'gate.example', type: 'bad' })).toMatch(
		/Change what gate\.example names.+ gate\.example calls it bad\.$/,
	);
	expect(described('Too long', {})).not.toContain('calls it');
});

test.each([
	[
		'fal, of a prompt',
		{ type: 'content_policy_violation' },
		/refused again\. fal may bill a request/,
	],
	['fal, of an input', { type: 'string_too_long' }, /refused again\. fal may bill a request/],
	['a gateway', { gateway: 'gate.example' }, /refused again\. Ask gate\.example whether it bills/],
])('what a refusal costs is said: %s', (_, facts, told) => {
	const refused = (more: QueueErrorFacts) =>
		adviceFor(new QueueError('rejected', 'No', { httpStatus: 422, ...facts, ...more }));
	expect(refused({ requestId: 'id1' })).toMatch(told);
	// Turned away at the submission: no request exists.
	expect(refused({})).not.toMatch(/bill/);
});

test.each(['maker', 'agent'] as const)(
	'a finished video whose result cannot be fetched: %s is not told that running again is free',
	(advised) => {
		const text = adviceFor(
			new QueueError('unavailable', 'It went wrong', { requestId: 'id1', lastFault: 'HTTP 504' }),
			advised,
		);
		expect(text).toContain('The last problem was: HTTP 504.');
		expect(text).toContain('Request > Get Result');
		expect(text).not.toContain('costs nothing');
	},
);

test('a list of requests that a host does not have goes on nowhere, and is not billed', () => {
	const text = adviceFor(
		new QueueError('not-offered', 'No list', { gateway: 'gate.example' }),
		'asker',
	);
	expect(text).toContain('dashboard of gate.example');
	expect(text).not.toContain('billed');
});

test('a failed request that was asked for by its ID is submitted again elsewhere', () => {
	const refused = (advised: Advised) =>
		adviceFor(
			new QueueError('rejected', 'Too long', { requestId: 'id1', httpStatus: 422 }),
			advised,
		);
	expect(refused('asker')).toContain('submit it again with Generate');
	expect(refused('maker')).toContain('then run again');
});

test('a request that is cancelled may be billed all the same', () => {
	expect(advice('cancelled', 'maker')).toContain('may be billed all the same');
	expect(advice('stopped', 'maker')).toContain('may be billed all the same');
});
