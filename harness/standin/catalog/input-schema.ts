import type { JsonObject } from '../json';
import type { InputFacts } from './endpoints';

/** The schemas that an input's own refers to, by their names. */
export type Components = Record<string, JsonObject>;

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const orNull = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: 'null' }] });

/** As fal titles an input: `num_frames` is "Num Frames". */
export function titleOf(name: string): string {
	return name
		.split('_')
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join(' ');
}

/**
 * Limits of numbers by their names. A guess, each of them: of a model's limits nothing is known here;
 * what is known is that fal's documents have such.
 */
const limits: Array<{ name: RegExp; limits: JsonObject }> = [
	{ name: /^seed$/, limits: { minimum: 0, maximum: 2147483647 } },
	{ name: /^cfg_scale$/, limits: { minimum: 0, maximum: 1 } },
	{ name: /(^|_)steps$/, limits: { minimum: 1, maximum: 60 } },
	{ name: /frames_per_second|^fps$|_fps$|frame_rate/, limits: { minimum: 1, maximum: 60 } },
	{ name: /^num_frames$/, limits: { minimum: 9, maximum: 481 } },
	{ name: /^duration$/, limits: { minimum: 1, maximum: 30 } },
	{ name: /_strength$/, limits: { minimum: 0, maximum: 1 } },
	// Above nothing, rather than from it on.
	{ name: /guidance_scale/, limits: { exclusiveMinimum: 0, maximum: 20 } },
];

/** Texts may be as long as this, by the first words of an endpoint's id. A guess but for Kling's. */
const lengths: Array<{ id: RegExp; longest: number }> = [
	{ id: /kling/, longest: 2500 },
	{ id: /minimax|hailuo/, longest: 2000 },
	{ id: /pixverse/, longest: 2048 },
	{ id: /wan/, longest: 800 },
];

const fractions = /scale|strength|gamma|factor|ratio|cond_aug|tau_video|shift/;

/** Whether an input takes numbers with a fraction. The facts do not tell: by its name, a guess. */
function isFraction({ name, default: usual }: InputFacts): boolean {
	return fractions.test(name) || (typeof usual === 'number' && !Number.isInteger(usual));
}

const sizes = [
	'square_hd',
	'square',
	'portrait_4_3',
	'portrait_16_9',
	'landscape_4_3',
	'landscape_16_9',
];

// The forms that fal's documents have for these; which of a model's inputs has which is a guess.
const side = (usual: number): JsonObject => ({
	type: 'integer',
	exclusiveMinimum: 0,
	maximum: 14142,
	default: usual,
});

const components = {
	ImageSize: {
		type: 'object',
		title: 'ImageSize',
		properties: { width: side(512), height: side(512) },
		'x-fal-order-properties': ['width', 'height'],
	},
	LoRAInput: {
		type: 'object',
		title: 'LoRAInput',
		required: ['path'],
		properties: {
			path: { type: 'string', title: 'Path', description: 'URL or path to the LoRA weights.' },
			scale: { type: 'number', title: 'Scale', minimum: 0, maximum: 4, default: 1 },
			transformer: orNull({ type: 'string', enum: ['high', 'low', 'both'] }),
		},
	},
	KlingV3MultiPromptElement: {
		type: 'object',
		title: 'KlingV3MultiPromptElement',
		required: ['prompt'],
		properties: {
			prompt: { type: 'string', title: 'Prompt', maxLength: 512 },
			duration: {
				type: 'string',
				default: '5',
				enum: Array.from({ length: 15 }, (_, index) => String(index + 1)),
			},
		},
	},
	KlingV3ComboElementInput: {
		type: 'object',
		title: 'KlingV3ComboElementInput',
		properties: {
			frontal_image_url: orNull({ type: 'string' }),
			reference_image_urls: orNull({ type: 'array', items: { type: 'string' } }),
		},
	},
	Trajectory: {
		type: 'object',
		title: 'Trajectory',
		required: ['x', 'y'],
		properties: { x: { type: 'integer' }, y: { type: 'integer' } },
	},
	DynamicMask: {
		type: 'object',
		title: 'DynamicMask',
		required: ['mask_url'],
		properties: {
			mask_url: { type: 'string' },
			trajectories: orNull({ type: 'array', items: reference('Trajectory') }),
		},
	},
	CameraControl: {
		type: 'object',
		title: 'CameraControl',
		required: ['movement_type', 'movement_value'],
		properties: {
			movement_type: {
				type: 'string',
				enum: ['horizontal', 'vertical', 'pan', 'tilt', 'roll', 'zoom'],
			},
			movement_value: { type: 'integer', minimum: -10, maximum: 10 },
		},
	},
	AvatarBackground: {
		type: 'object',
		title: 'AvatarBackground',
		properties: { type: { type: 'string' }, value: { type: 'string' } },
	},
} satisfies Components;

type ComponentName = keyof typeof components;

const needs: Partial<Record<ComponentName, ComponentName[]>> = { DynamicMask: ['Trajectory'] };

/** The forms of the inputs that are lists and objects. */
function jsonSchema({ name, default: usual }: InputFacts): {
	schema: JsonObject;
	uses: ComponentName[];
} {
	const list = (of: ComponentName, more: JsonObject = {}) => ({
		schema: { type: 'array', items: reference(of), ...more },
		uses: [of],
	});
	const size = () => {
		const named = usual === 'auto' ? ['auto', ...sizes] : sizes;
		return {
			schema: { anyOf: [reference('ImageSize'), { type: 'string', enum: named }] },
			uses: ['ImageSize' as const],
		};
	};
	const forms: Record<string, () => { schema: JsonObject; uses: ComponentName[] }> = {
		video_size: size,
		image_size: size,
		resolution: size,
		loras: () => list('LoRAInput', { minItems: 1, maxItems: 3 }),
		multi_prompt: () => list('KlingV3MultiPromptElement', { minItems: 1, maxItems: 6 }),
		elements: () => list('KlingV3ComboElementInput'),
		dynamic_masks: () => list('DynamicMask'),
		// As documents of an older form have it.
		advanced_camera_control: () => ({
			schema: { allOf: [reference('CameraControl')] },
			uses: ['CameraControl'],
		}),
		background: () => ({ schema: reference('AvatarBackground'), uses: ['AvatarBackground'] }),
		voice_ids: () => ({ schema: { type: 'array', items: { type: 'string' } }, uses: [] }),
		keyframes: () => ({ schema: { type: 'array', items: { type: 'string' } }, uses: [] }),
		keyframe_indexes: () => ({ schema: { type: 'array', items: { type: 'integer' } }, uses: [] }),
		motions: () => ({
			schema: {
				type: 'array',
				items: { type: 'string', enum: ['zoom-out', 'zoom-in', 'pan-left', 'pan-right'] },
			},
			uses: [],
		}),
	};
	return forms[name]?.() ?? { schema: { type: 'object' }, uses: [] };
}

function choicesSchema(id: string, input: InputFacts): { schema: JsonObject; own?: Components } {
	const { name, enum: choices = [] } = input;
	const type = typeof choices[0] === 'number' ? 'integer' : 'string';
	const plain: JsonObject = { type, enum: choices };
	// Forms that such documents have, each for the models of one maker.
	if (id.startsWith('fal-ai/pixverse/')) {
		const enumName = `${titleOf(name).replace(/ /g, '')}Enum`;
		return {
			schema: { allOf: [reference(enumName)] },
			own: { [enumName]: { ...plain, title: enumName, description: 'An enumeration.' } },
		};
	}
	if (id.startsWith('xai/')) {
		return { schema: { anyOf: choices.map((choice) => ({ type, const: choice })) } };
	}
	return { schema: plain };
}

/**
 * The schema of an input, in the form that fal's documents have: with a title and a description, and
 * where it may be left out and has no default, beside null. The form is read off published documents
 * of fal's (of `alibaba/happy-horse/image-to-video`, for one); titles follow from names there.
 */
export function inputSchema(
	id: string,
	input: InputFacts,
): { schema: JsonObject; components: Components } {
	const { name, type, required, default: usual } = input;
	const used: Components = {};
	let schema: JsonObject;
	if (input.enum) {
		const { schema: chosen, own = {} } = choicesSchema(id, input);
		schema = chosen;
		Object.assign(used, own);
	} else if (type === 'json') {
		const { schema: given, uses } = jsonSchema(input);
		schema = given;
		for (const one of uses.flatMap((each) => [each, ...(needs[each] ?? [])])) {
			used[one] = components[one];
		}
	} else if (type === 'number') {
		const own = limits.find((row) => row.name.test(name))?.limits ?? {};
		schema = { type: isFraction(input) ? 'number' : 'integer', ...own };
	} else if (type === 'boolean') {
		schema = { type: 'boolean' };
	} else {
		const longest = lengths.find((row) => row.id.test(id))?.longest;
		const isLong = /prompt|^text$/.test(name) && longest !== undefined;
		schema = { type: 'string', ...(isLong ? { maxLength: longest } : {}) };
	}
	const mayBeNull = !required && usual === undefined && !('anyOf' in schema);
	const about: JsonObject = {
		title: titleOf(name),
		// A guess: what fal says of an input is not among the facts.
		description: `What ${titleOf(name)} is, in the words of the model's maker.`,
		...(usual === undefined ? {} : { default: usual }),
		...(type === 'url' ? { examples: ['https://v3.fal.media/files/example.png'] } : {}),
	};
	return {
		schema: { ...about, ...(mayBeNull ? orNull(schema) : schema) },
		components: used,
	};
}
