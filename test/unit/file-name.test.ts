import { fileName } from '../../nodes/FalVideo/execution/request/file-name';

test.each([
	['output.mp4', 'output-id1.mp4'],
	['my film (final).MP4', 'my_film_final-id1.mp4'],
	['../../etc/passwd', 'passwd-id1.mp4'],
	['C:\\temp\\clip.mov', 'clip-id1.mov'],
	['.hidden', 'hidden-id1.mp4'],
	['', 'video-id1.mp4'],
	[null, 'video-id1.mp4'],
	['ünïcode.mp4', 'n_code-id1.mp4'],
	['a'.repeat(500) + '.mp4', `${'a'.repeat(60)}-id1.mp4`],
	['x.mp4; rm -rf', 'x-id1.mp4'],
])('%j is stored as %j', (name, stored) => {
	expect(fileName({ given: name, requestId: 'id1', mimeType: 'video/mp4' })).toBe(stored);
});

test('without an extension of its own, a file gets that of its type', () => {
	expect(fileName({ given: 'clip', requestId: 'id1', mimeType: 'video/webm' })).toBe(
		'clip-id1.webm',
	);
});

test.each([
	['A paper boat sails down a rainy street at dusk', 'A_paper_boat_sails_down_a-id1.mp4'],
	['  "Été": l\'eau/../etc  ', 'Été_l_eau_etc-id1.mp4'],
	['一只纸船', '一只纸船-id1.mp4'],
	['x'.repeat(500), `${'x'.repeat(40)}-id1.mp4`],
	[`A ${'x'.repeat(500)}`, 'A-id1.mp4'],
	['…!?', 'output-id1.mp4'],
	['', 'output-id1.mp4'],
	[undefined, 'output-id1.mp4'],
])('of the prompt %j the first words are the name: %j', (prompt, stored) => {
	expect(fileName({ given: 'output.mp4', requestId: 'id1', mimeType: 'video/mp4', prompt })).toBe(
		stored,
	);
});

test.each([
	['a picture', 'frame.png', 'image/png', undefined, 'frame-id1.png'],
	['a file without an extension', 'sound', 'audio/mpeg', undefined, 'sound-id1.mp3'],
	[
		'what a computer would run',
		'setup.exe',
		'application/octet-stream',
		undefined,
		'setup-id1.bin',
	],
	['the second of a result', 'output.png', 'image/png', 1, 'output-id1_1.png'],
])('%s keeps the extension of its kind', (_, given, mimeType, index, stored) => {
	expect(fileName({ given, requestId: 'id1', mimeType, index })).toBe(stored);
});
