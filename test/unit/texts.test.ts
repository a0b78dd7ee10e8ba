import { FalVideo } from '../../nodes/FalVideo/FalVideo.node';

const { description } = new FalVideo();

test('the hint above the output is true whatever the run came to', () => {
	const [hint] = description.hints ?? [];
	expect(hint?.message).toMatch(/^An <b>Execute step<\/b> that makes a video pays/);
	// Not of this output, which may be an error or a request that still runs.
	expect(hint?.message).not.toMatch(/this output|download/i);
});
