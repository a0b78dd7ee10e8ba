import {
	type Form,
	type ModelInput,
	startPicture,
	takesPicture,
} from '../../../nodes/FalVideo/resources/catalog/model-input';

const text: Form = { type: 'text' };

const inputOf = (name: string, forms: Form[] = [text], isRequired = false): ModelInput => ({
	name,
	title: name,
	isRequired,
	forms,
});

test.each([
	'image_url',
	'start_image_url',
	'end_image_url',
	'tail_image_url',
	'first_frame_url',
	'last_frame_image_url',
	'reference_image_urls',
	'image_urls',
	'static_mask_url',
	'mask_image_url',
	'photo_url',
])('%s takes an image', (name) => {
	expect(takesPicture(inputOf(name))).toBe(true);
	expect(takesPicture(inputOf(name, [{ type: 'list', items: text }]))).toBe(true);
	expect(takesPicture(inputOf(name, [{ type: 'integer' }]))).toBe(false);
});

test.each(['video_url', 'audio_url', 'image_size', 'image_strength', 'imagery_url', 'url'])(
	'%s takes none',
	(name) => {
		expect(takesPicture(inputOf(name))).toBe(false);
	},
);

test.each<[ModelInput[], string | undefined]>([
	[[inputOf('end_image_url'), inputOf('image_url')], 'image_url'],
	[[inputOf('tail_image_url'), inputOf('start_image_url')], 'start_image_url'],
	[[inputOf('last_frame_url'), inputOf('first_frame_url')], 'first_frame_url'],
	[[inputOf('mask_url'), inputOf('reference_image_urls', [text], true)], 'reference_image_urls'],
	[[inputOf('reference_image_urls')], 'reference_image_urls'],
	[[inputOf('prompt')], undefined],
])('of %j the video begins with %s', (inputs, name) => {
	expect(startPicture(inputs)?.name).toBe(name);
});
