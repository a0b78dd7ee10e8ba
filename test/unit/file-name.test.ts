import { videoFileName } from '../../nodes/FalVideo/execution/request/download';

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
	expect(videoFileName(name, 'id1', 'video/mp4')).toBe(stored);
});

test('without an extension of its own, a file gets that of its type', () => {
	expect(videoFileName('clip', 'id1', 'video/webm')).toBe('clip-id1.webm');
});
