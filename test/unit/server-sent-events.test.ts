import { eventReader } from '../../nodes/FalVideo/execution/transport/server-sent-events';

function read(...pieces: string[]): string[] {
	const data: string[] = [];
	const take = eventReader((one) => data.push(one));
	for (const piece of pieces) take(piece);
	return data;
}

test.each([
	['one at a time', ['data: {"a":1}\n\n', 'data: {"a":2}\n\n']],
	['two at once', ['data: {"a":1}\n\ndata: {"a":2}\n\n']],
	['in pieces', ['da', 'ta: {"a"', ':1}', '\n', '\ndata:{"a":2}\n\n']],
	['with other ends of lines', ['data: {"a":1}\r\n\r\nda', 'ta: {"a":2}\r', '\n\r\n']],
	[
		'among comments and names',
		[': ping\n\nevent: status\nid: 7\ndata: {"a":1}\n\ndata: {"a":2}\n\n'],
	],
])('events are read %s', (_name, pieces) => {
	expect(read(...pieces)).toEqual(['{"a":1}', '{"a":2}']);
});

test('an event without an end is told only when it has come whole', () => {
	expect(read('data: {"a":1}')).toEqual([]);
});

test('what has no end is none', () => {
	expect(() => read('x'.repeat(2_000_000))).toThrow('no end');
});
