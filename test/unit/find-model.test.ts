import { videoModels } from '../../nodes/FalVideo/resources/models';
import { findAnyModel, findModel } from '../../nodes/FalVideo/resources/models/find-model';

test.each(videoModels)('$id is found by its id and its name, in any case', (model) => {
	for (const text of [model.id, ` ${model.id} `, model.name, model.name.toLowerCase()]) {
		expect([text, findModel(text, model.from)]).toEqual([text, { model }]);
	}
	expect(findAnyModel(model.id)).toBe(model);
});

test.each([
	['kling 3 pro', 'v3/pro'],
	['Kling v3 Pro', 'v3/pro'],
	['kling-3.0-pro', 'v3/pro'],
	['v3/pro', 'v3/pro'],
	['kling-video/v2.6/pro', 'v2.6/pro'],
	['kling 2.6', 'v2.6/pro'],
	['kling v2.5 turbo', 'v2.5-turbo/pro'],
	['fal-ai/kling-video/v2.5-turbo/pro', 'v2.5-turbo/pro'],
	['kling 2.1', 'v2.1/master'],
	['kling o3 standard', 'o3/standard'],
	['kling turbo 3 pro', 'v3/turbo/pro'],
	['kling 3 4K', 'v3/4k'],
	['kling 1', 'v1/standard'],
])('"%s" is short for %s', (text, version) => {
	expect(findModel(text, 'text')).toMatchObject({
		model: { id: `fal-ai/kling-video/${version}/text-to-video` },
	});
});

test.each([
	'kling',
	'kling 3',
	'kling turbo',
	'kling pro',
	'pro',
	'a video',
	'veo3',
	'7',
	'😀',
	'sora 2 pro',
])('"%s" is no model, and three are named', (text) => {
	const found = findModel(text, 'text');
	expect('nearest' in found && found.nearest).toHaveLength(3);
});

test('the nearest come first', () => {
	const found = findModel('kling 3 proo', 'text');
	expect('nearest' in found && found.nearest[0]?.name).toBe('Kling 3 Pro');
});

test('a model of the other kind comes with its counterpart', () => {
	expect(findModel('fal-ai/kling-video/v3/pro/text-to-video', 'image')).toMatchObject({
		otherKind: { id: 'fal-ai/kling-video/v3/pro/text-to-video' },
		counterpart: { id: 'fal-ai/kling-video/v3/pro/image-to-video' },
	});
	expect(findModel('kling 3 pro image to video', 'text')).toMatchObject({
		counterpart: { id: 'fal-ai/kling-video/v3/pro/text-to-video' },
	});
	const onlyText = findModel('kling/v4/text-to-video', 'image');
	expect('otherKind' in onlyText && onlyText.counterpart).toBeUndefined();
});
