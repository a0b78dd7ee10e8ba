import type {
	KlingVideoV25TurboProTextToVideoInput,
	KlingVideoV26ProTextToVideoInput,
	KlingVideoV3ProTextToVideoInput,
	KlingVideoV3StandardTextToVideoInput,
} from '@fal-ai/client/endpoints';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
	type AspectRatio,
	aspectRatios,
	type Duration,
	videoModels,
} from '../../nodes/FalVideo/resources/models';
import type { KlingInput } from '../../nodes/FalVideo/resources/video/inputs';

// What fal's own client says of the models is the contract. A new version of it shows here what is
// new: the types when they are checked, the table when the tests run.

/** True if each of the two could stand for the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Compiles only for `true`. */
const holds = <Claim extends true>(claim: Claim) => claim;

type V25 = KlingVideoV25TurboProTextToVideoInput;
type V26 = KlingVideoV26ProTextToVideoInput;
type V3 = KlingVideoV3ProTextToVideoInput;

/** Fields that the node has none of its own for: they go through Extra Input. */
type Extra = 'multi_prompt' | 'shot_type';

/** The same input, for a model with these durations. */
type With<Seconds, Input> = Omit<Input, 'duration'> & { duration?: Seconds };

test('the input of the node is that of fal’s client', () => {
	// No field that fal does not know, and each of fal's type.
	expect(holds<Same<keyof KlingInput, keyof V26>>(true)).toBe(true);
	expect(holds<Same<Exclude<keyof V3, Extra>, keyof KlingInput>>(true)).toBe(true);
	expect(holds<Same<Exclude<keyof KlingInput, 'generate_audio'>, keyof V25>>(true)).toBe(true);

	type Silent = Omit<KlingInput, 'generate_audio'>;
	expect(holds<Same<With<'5' | '10', Silent>, V25>>(true)).toBe(true);
	expect(holds<Same<With<'5' | '10', KlingInput>, V26>>(true)).toBe(true);
	// Kling 3 does without a prompt where there are several.
	type Shots = Omit<V3, Extra> & { prompt: string };
	expect(holds<Same<KlingInput, Shots>>(true)).toBe(true);
	expect(holds<Same<V3, KlingVideoV3StandardTextToVideoInput>>(true)).toBe(true);

	expect(holds<Same<Duration, NonNullable<V3['duration']>>>(true)).toBe(true);
	expect(holds<Same<AspectRatio, NonNullable<V25['aspect_ratio']>>>(true)).toBe(true);
});

const client = dirname(require.resolve('@fal-ai/client/endpoints'));
const types = readFileSync(join(client, 'endpoints.d.ts'), 'utf8');

/** The endpoints of the family, each with the name of its input's type. */
const endpoints = new Map(
	[
		...types.matchAll(
			/"(fal-ai\/kling-video\/(?:[^"]+\/)?text-to-video)": \{\s*input: (?<input>\w+);/g,
		),
	].map(({ 1: id = '', groups }) => [id, groups?.input ?? '']),
);

/** Text-to-video endpoints that the table does without, and why. Each is to be had as `custom`. */
const leftOut: Record<string, string> = {
	'fal-ai/kling-video/lipsync/text-to-video': 'moves the lips in a video that is there already',
	'fal-ai/kling-video/o3/pro/text-to-video': 'another family, with inputs of its own',
	'fal-ai/kling-video/o3/standard/text-to-video': 'another family, with inputs of its own',
	'fal-ai/kling-video/v1/standard/text-to-video': 'has cameras to control, and is superseded',
};

test('every text-to-video endpoint is in the table, or left out for a reason', () => {
	const known = [...videoModels.map(({ id }) => id), ...Object.keys(leftOut)];
	expect([...endpoints.keys()].sort()).toEqual(known.sort());
});

/** The fields of a type with their types as they are written, through its other names. */
function fieldsOf(name: string): Map<string, string> {
	const alias = new RegExp(`export type ${name} = (\\w+);`).exec(types)?.[1];
	if (alias !== undefined) return fieldsOf(alias);
	const body = new RegExp(`export type ${name} = \\{\\n(.*?)\\n\\};`, 's').exec(types)?.[1];
	if (body === undefined) throw new Error(`fal's client has no type ${name}`);
	const fields = [...body.replace(/\/\*.*?\*\//gs, '').matchAll(/^\s*(\w+)\??: (.*);$/gm)];
	return new Map(fields.map(([, field = '', type = '']) => [field, type]));
}

const choices = (type = '') => [...type.matchAll(/"([^"]+)"/g)].map(([, choice]) => choice);

test.each(videoModels)('$id is as the table says', ({ id, durations, audio, multiPrompt }) => {
	const fields = fieldsOf(endpoints.get(id) ?? 'nothing');
	expect(choices(fields.get('duration'))).toEqual(durations);
	expect(choices(fields.get('aspect_ratio')).sort()).toEqual([...aspectRatios].sort());
	expect([...fields.keys()].sort()).toEqual(
		[
			'aspect_ratio',
			'cfg_scale',
			'duration',
			'negative_prompt',
			'prompt',
			...(audio ? ['generate_audio'] : []),
			...(multiPrompt ? ['multi_prompt', 'shot_type'] : []),
		].sort(),
	);
});
