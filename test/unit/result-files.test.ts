import { filesOf } from '../../nodes/FalVideo/execution/request/result-files';

const url = (name: string) => `https://media.test/${name}`;

const names = (...given: Parameters<typeof filesOf>) => filesOf(...given).map((file) => file.url);

test('of a model that makes videos, the video alone is a file', () => {
	const result = { video: { url: url('a.mp4') }, thumbnail: { url: url('a.jpg') } };
	expect(names(result, true)).toEqual([url('a.mp4')]);
	expect(names({ thumbnail: { url: url('a.jpg') } }, true)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string[]]>([
	['a video', { video: { url: url('a.mp4') } }, ['a.mp4']],
	[
		'several videos',
		{ videos: [{ url: url('a.mp4') }, { url: url('b.mp4') }] },
		['a.mp4', 'b.mp4'],
	],
	['an address alone', { video_url: url('a.mp4'), seed: 7 }, ['a.mp4']],
	['addresses in a list', { image_urls: [url('a.png'), url('b.png')] }, ['a.png', 'b.png']],
	['nested ones', { output: { clip: { video: { url: url('a.mp4') } } } }, ['a.mp4']],
	['a sound', { audio: { url: url('a.mp3'), content_type: 'audio/mpeg' } }, ['a.mp3']],
	[
		'a video after pictures comes first',
		{ images: [{ url: url('a.png') }], video: { url: url('a.mp4') } },
		['a.mp4', 'a.png'],
	],
	[
		'the same file twice is one',
		{ video: { url: url('a.mp4') }, videos: [{ url: url('a.mp4') }] },
		['a.mp4'],
	],
	['a picture as it is', { images: [{ url: 'data:image/png;base64,AAAA' }] }, []],
	['a text that speaks of an address', { prompt: url('a.mp4'), text: 'see url' }, []],
	['the addresses of the request', { status_url: url('s'), response_url: url('r') }, []],
	['what is no address', { video: { url: 'soon' }, image_url: 7 }, []],
])('of another model, %s', (_, result, expected) => {
	const found = names(result, false).filter((one) => !one.startsWith('data:'));
	expect(found).toEqual(expected.map(url));
});

test('a picture that stands in the result itself is a file', () => {
	expect(names({ images: [{ url: 'data:image/png;base64,AAAA' }] }, false)).toHaveLength(1);
});

test('what the request sent is no file of its result', () => {
	const result = { image_url: url('sent.png'), video: { url: url('a.mp4') } };
	expect(names(result, false, new Set([url('sent.png')]))).toEqual([url('a.mp4')]);
});

test('only what can be nothing else must be a video', () => {
	const result = {
		video: { url: url('a.mp4') },
		preview_video: { url: url('b.webm') },
		exr_file: { url: url('c.exr'), content_type: 'image/x-exr' },
	};
	expect(filesOf(result, false).map((file) => file.isVideo)).toEqual([true, true, false]);
});
