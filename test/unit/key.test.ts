import { redactor } from '../../nodes/FalVideo/execution/transport/key';

const redact = redactor(' key-id:long-secret ');

test.each([
	['The key key-id:long-secret is locked', 'The key [key] is locked'],
	['long-secret', '[key]'],
	[{ detail: [{ msg: 'long-secret?' }] }, { detail: [{ msg: '[key]?' }] }],
	[{ video: { url: 'https://a.test' } }, { video: { url: 'https://a.test' } }],
	[null, null],
	[7, 7],
])('%j becomes %j', (body, cleaned) => {
	expect(redact(body)).toEqual(cleaned);
});

test.each(['"key-id:long-secret"', "'key-id:long-secret'", 'FAL_KEY=key-id:long-secret'])(
	'pasted as %s, it is taken out all the same',
	(pasted) => {
		expect(redactor(pasted)('The key key-id:long-secret is locked')).toBe(
			'The key [key] is locked',
		);
	},
);

test('a key of a few letters is not looked for: it would be found everywhere', () => {
	expect(redactor('a:b')('a bad base')).toBe('a bad base');
});

test('a reply that would not be JSON without the key is kept as a text', () => {
	expect(redactor('"},{"x":"y')([{ a: 1 }, { x: 'y' }])).toBeDefined();
	const odd = redactor('secret\\"quote');
	expect(() => odd({ detail: 'secret\\"quote' })).not.toThrow();
});
