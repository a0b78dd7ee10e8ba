import { type INodeProperties, NodeHelpers } from 'n8n-workflow';
import { durationsOf, priceHint, modelsFrom } from '../../nodes/FalVideo/resources/models';
import { videoFields } from '../../nodes/FalVideo/resources/video/body';

// Which fields the editor shows for a model.

function shownFor(model: string, promptSource = 'text'): INodeProperties[] {
	const values = { resource: 'video', operation: 'generate', model, promptSource };
	return videoFields.filter(({ type, routing, ...field }) => {
		if (type === 'notice' || routing === undefined) return false;
		return NodeHelpers.displayParameter(values, field as INodeProperties, null, null);
	});
}

const namesFor = (model: string, promptSource?: string) =>
	shownFor(model, promptSource).map(({ name }) => name);

const names: Record<string, string> = {
	prompt: 'prompt',
	multi_prompt: 'shots',
	shot_type: 'shotType',
	duration: 'duration',
	resolution: 'resolution',
	aspect_ratio: 'aspectRatio',
	negative_prompt: 'negativePrompt',
	cfg_scale: 'cfgScale',
	generate_audio: 'generateAudio',
	camera_control: 'cameraControl',
};

test.each(modelsFrom('text'))(
	'$id has a field for each of its inputs, once, and no other',
	(model) => {
		const inputs = Object.keys(model.inputs);
		const expected = inputs.map((input) => names[input]);
		const takesShots = 'multi_prompt' in model.inputs;
		const withText = expected.filter((name) => name !== 'shots' && name !== 'shotType');
		const withShots = expected.filter((name) => name !== 'prompt');
		const source = takesShots ? ['promptSource'] : [];
		expect(namesFor(model.id).sort()).toEqual([...withText, ...source].sort());
		// Left over from another model, the choice hides no prompt.
		expect(namesFor(model.id, 'shots').sort()).toEqual(
			[...(takesShots ? withShots : withText), ...source].sort(),
		);
	},
);

test.each(modelsFrom('text'))(
	'Duration of $id has its lengths, its price, and the default 5',
	(model) => {
		const [duration] = shownFor(model.id).filter(({ name }) => name === 'duration');
		const values = duration?.options?.map((option) => 'value' in option && option.value);
		expect(values).toEqual(durationsOf(model));
		expect(duration?.hint).toBe(priceHint(model));
		expect(duration?.default).toBe('5');
	},
);

test('fields of one name have one default', () => {
	// But for the model, which each kind has its own of.
	const all = new Set(videoFields.map((field) => field.name).filter((name) => name !== 'model'));
	for (const name of all) {
		const defaults = videoFields
			.filter((field) => field.name === name)
			.map((field) => field.default);
		expect([name, new Set(defaults.map((value) => JSON.stringify(value))).size]).toEqual([name, 1]);
	}
});

const pictures: Record<string, string[]> = {
	image_url: ['imageSource', 'imageBinaryField'],
	start_image_url: ['imageSource', 'imageBinaryField'],
	tail_image_url: ['endImageSource'],
	end_image_url: ['endImageSource'],
};

test.each([
	{ operation: 'generateFromImage' },
	{ operation: 'generateAndSuspend', source: 'image' },
])('from an image ($operation), each model has its fields, the pictures among them', (values) => {
	for (const model of modelsFrom('image')) {
		const parameters = {
			resource: 'video',
			promptSource: 'text',
			imageSource: 'binary',
			endImageSource: 'none',
			model: model.id,
			...values,
		};
		const shown = videoFields
			.filter((field) => NodeHelpers.displayParameter(parameters, field, null, null))
			.map(({ name }) => name)
			.filter((name) => name !== 'source' && name !== 'model');
		const expected = Object.keys(model.inputs)
			.flatMap((name) => pictures[name] ?? [names[name] ?? name])
			.filter((name) => name !== 'shots' && name !== 'shotType');
		const shots = model.inputs.multi_prompt ? ['promptSource'] : [];
		expect([model.id, ...shown.sort()]).toEqual([model.id, ...[...expected, ...shots].sort()]);
	}
});

test('another endpoint has the prompt alone', () => {
	expect(namesFor('custom')).toEqual(['prompt']);
});

test('a model that an expression has not given yet has every field, once', () => {
	const shots = ['shots', 'shotType'];
	const expected = [...Object.values(names), 'promptSource'].filter(
		(name) => !shots.includes(name),
	);
	expect(namesFor('').sort()).toEqual(expected.sort());
});
