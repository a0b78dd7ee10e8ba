import type { INodeParameters, ResourceMapperField } from 'n8n-workflow';
import { categoryOf, endpoints, type InputFacts } from '../../harness/standin/catalog/endpoints';
import { openApiDocument } from '../../harness/standin/catalog/openapi-document';
import type { JsonObject } from '../../harness/standin/json';
import { fieldsOfInputs } from '../../nodes/FalVideo/resources/catalog/mapper-fields';
import { inputsIn } from '../../nodes/FalVideo/resources/catalog/openapi';

/** The facts of an endpoint. */
export function factsOf(id: string) {
	const facts = endpoints[id];
	if (!facts) throw new Error(`There is no endpoint ${id}`);
	return facts;
}

/** The OpenAPI document of an endpoint, as the stand-in gives it. */
export const documentOf = (id: string): JsonObject => openApiDocument(id, factsOf(id));

/** Makes video from an image, rather than from text alone. */
export const isFromImage = (id: string) => categoryOf(id) === 'image-to-video';

/** The mapper's fields of an endpoint, for the operation of its kind. */
export function fieldsFor(
	id: string,
	source: 'text' | 'image' = isFromImage(id) ? 'image' : 'text',
) {
	return fieldsOfInputs(id, inputsIn(documentOf(id), id) ?? [], source);
}

/** The mapper as n8n's editor saves it, with the fields added that have a value. */
export function savedMapper(
	fields: readonly ResourceMapperField[],
	values: Record<string, unknown>,
): INodeParameters {
	return {
		mappingMode: 'defineBelow',
		value: values,
		matchingColumns: [],
		schema: fields.map((field) => ({ ...field, removed: !(field.id in values) })),
		attemptToConvertTypes: false,
		convertFieldsToString: false,
	} as unknown as INodeParameters;
}

/** A model of the catalogue as a workflow has it that was made in the editor. */
export function chosen(id: string, values: Record<string, unknown> = {}): INodeParameters {
	return {
		model: 'custom',
		customModel: { __rl: true, mode: 'list', value: id, cachedResultName: `Model (${id})` },
		modelInputs: savedMapper(fieldsFor(id), values),
	};
}

/** Lists and objects, as somebody types them. */
const json: Record<string, string> = {
	loras: '[{"path": "https://example.com/lora.safetensors", "scale": 0.5}]',
	multi_prompt: '[{"prompt": "A boat", "duration": "5"}]',
	elements: '[{"frontal_image_url": "https://example.com/face.png"}]',
	dynamic_masks:
		'[{"mask_url": "https://example.com/mask.png", "trajectories": [{"x": 1, "y": 2}]}]',
	advanced_camera_control: '{"movement_type": "zoom", "movement_value": 5}',
	background: '{"type": "color", "value": "#ffffff"}',
	voice_ids: '["a", "b"]',
	keyframes: '["https://example.com/a.png"]',
	keyframe_indexes: '[0, 24]',
	motions: '["zoom-in"]',
};

// The field is one of choices: n8n takes an object of an expression alone.
const size = { width: 640, height: 480 };
const sizes = ['video_size', 'image_size', 'resolution'];

const numbers: Record<string, number> = { num_frames: 81, seed: 7 };

/** A value for an input as a user gives it in the editor, and what is sent of it. */
export function filled({ name, type, enum: choices, default: usual }: InputFacts): {
	given: unknown;
	sent: unknown;
} {
	const same = (value: unknown) => ({ given: value, sent: value });
	if (choices) return same(choices.at(-1));
	switch (type) {
		case 'boolean':
			return same(usual !== true);
		case 'number':
			return same(usual ?? numbers[name] ?? 1);
		case 'url':
			return same(`https://example.com/${name}.png`);
		case 'json':
			if (sizes.includes(name)) return { given: `={{ ${JSON.stringify(size)} }}`, sent: size };
			return { given: json[name], sent: JSON.parse(json[name] ?? 'null') };
		case 'string':
			return same(typeof usual === 'string' && usual !== '' ? usual : `A text for ${name}`);
	}
}
