import { Suspensions } from '../../nodes/FalVideo/execution/suspend/suspensions';

let now: number;
let suspensions: Suspensions;

beforeEach(() => {
	now = 0;
	suspensions = new Suspensions(() => now);
});

test('what was handed on stays closed, for callbacks that are at work and for those still to come', () => {
	const atWork = suspensions.of('7', 100);
	suspensions.of('7', 100).close();
	expect(atWork.state).toBe('closed');
	expect(suspensions.of('7', 100).state).toBe('closed');
});

test('a later suspension closes the earlier one, and is open itself', () => {
	const atWork = suspensions.of('7', 100);
	expect(suspensions.of('7', 200).state).toBe('open');
	expect(atWork.state).toBe('closed');
	expect(suspensions.of('7', 100).state).toBe('closed');
	expect(suspensions.of('7', 200).state).toBe('open');
});

test('executions do not disturb one another', () => {
	suspensions.of('7', 100).close();
	expect(suspensions.of('8', 100).state).toBe('open');
});

test('one that n8n could not resume is open again, unless a later one has followed', () => {
	const known = suspensions.of('7', 100);
	known.close();
	suspensions.reopen('7', known);
	expect(suspensions.of('7', 100).state).toBe('open');

	suspensions.of('7', 200);
	suspensions.reopen('7', known);
	expect(known.state).toBe('closed');
});

test('it remembers ten thousand executions, each for a day', () => {
	for (let id = 0; id < 10_000; id++) suspensions.of(String(id), 100).close();
	expect(suspensions.of('0', 100).state).toBe('closed');
	suspensions.of('10000', 100);
	// The one that was heard of longest ago.
	expect(suspensions.of('1', 100).state).toBe('open');
	expect(suspensions.of('2', 100).state).toBe('open');
	expect(suspensions.of('9999', 100).state).toBe('closed');
	now = 86_400_001;
	suspensions.of('another', 100);
	expect(suspensions.of('9999', 100).state).toBe('open');
});

test('what callbacks have learned is kept for a thousand executions', () => {
	const ending = { completed: { status: { status: 'COMPLETED' }, result: {} } };
	const known = suspensions.of('0', 100);
	known.endings.set(0, ending);
	for (let id = 1; id < 1_000; id++) suspensions.of(String(id), 100);
	expect(known.endings.size).toBe(1);
	suspensions.of('1000', 100);
	expect(known.endings.size).toBe(0);
	expect(known.state).toBe('open');
});
