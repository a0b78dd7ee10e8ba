import type { INodeParameters } from 'n8n-workflow';
import type { JsonObject } from '../../harness/standin/json';
import { jsonsOf } from '../../harness/engine/fal-engine';
import endpoints from '../fixtures/kling-endpoints.json';
import { containing } from '../matchers';
import { useFalEngine } from './use-fal-engine';

// What each model is sent, held against what fal says it takes (test/fixtures).

type Facts = Record<string, { type: string; enum?: string[]; default?: unknown }>;

const shape = { type: 'string', enum: ['16:9', '9:16', '1:1'], default: '16:9' };

/** The endpoints of the data, and Kling 4, which is newer. */
const textToVideo: Array<[string, Facts]> = [
	...Object.entries(endpoints as Record<string, Facts>).filter(([id]) =>
		id.endsWith('/text-to-video'),
	),
	[
		'kling/v4/text-to-video',
		{
			prompt: { type: 'string' },
			multi_prompt: { type: 'json' },
			duration: { type: 'integer', default: 5 },
			resolution: { type: 'string', enum: ['720p', '1080p'] },
			aspect_ratio: shape,
		},
	],
];

/** What stands in the node's fields, whichever model is chosen: n8n keeps it when that is switched. */
const everything: INodeParameters = {
	promptSource: 'shots',
	shots: {
		shot: [
			{ prompt: 'A boat', seconds: 4 },
			{ prompt: 'A lighthouse', seconds: 6 },
		],
	},
	shotType: 'intelligent',
	duration: '10',
	resolution: '1080p',
	aspectRatio: '9:16',
	negativePrompt: 'text',
	cfgScale: 0.7,
	generateAudio: 'on',
	cameraControl: 'forward_up',
};

/** The same, as fal's names and values. */
const sent: JsonObject = {
	multi_prompt: [
		{ prompt: 'A boat', duration: '4' },
		{ prompt: 'A lighthouse', duration: '6' },
	],
	shot_type: 'intelligent',
	duration: '10',
	resolution: '1080p',
	aspect_ratio: '9:16',
	negative_prompt: 'text',
	cfg_scale: 0.7,
	generate_audio: true,
	camera_control: 'forward_up',
};

/** Of a full body, what a model takes. */
function takenBy(facts: Facts, body: JsonObject): JsonObject {
	const taken = Object.entries(body).filter(([name]) => name in facts);
	const isNumber = facts.duration?.type === 'integer';
	return {
		...Object.fromEntries(taken),
		duration: isNumber ? Number(body.duration) : (body.duration ?? null),
		...(facts.multi_prompt && body.multi_prompt ? {} : { prompt: 'A paper boat' }),
	};
}

const bench = useFalEngine({}, { clockSpeed: 5 });

describe.each(textToVideo)('%s', (model, facts) => {
	test('with its fields as they come, is sent fal’s own defaults and the prompt', async () => {
		const outcome = await bench.generate({ parameters: { model } });
		expect(outcome.error()).toBeUndefined();
		expect(jsonsOf(outcome)).toMatchObject([{ model, status: 'COMPLETED' }]);
		const { body = {}, endpoint } = bench.fal.submissions[0] ?? {};
		expect(endpoint).toBe(model);
		const { prompt, ...rest } = body;
		expect(prompt).toBe('A paper boat');
		expect(rest).toMatchObject({ duration: facts.duration?.default });
		for (const [name, value] of Object.entries(rest)) {
			expect([name, value]).toEqual([name, facts[name]?.default]);
		}
	});

	test.each([
		['chosen', model],
		['given by an expression', `={{ "${model}" }}`],
	])('%s, is sent what it takes of all fields, and no more', async (_, choice) => {
		const outcome = await bench.generate({ parameters: { ...everything, model: choice } });
		expect(outcome.error()).toBeUndefined();
		expect(bench.fal.submissions.map(({ endpoint }) => endpoint)).toEqual([model]);
		expect(bench.fal.submissions[0]?.body).toEqual(takenBy(facts, sent));
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED' }]);
		expect(bench.fal.billed()).toBe(1);
	});
});

test('seventeen models in one run, by an expression, are each sent what they take', async () => {
	const items = textToVideo.map(([model]) => ({ prompt: 'A paper boat', model }));
	const outcome = await bench.generate({
		parameters: { ...everything, promptSource: 'text', model: '={{ $json.model }}' },
		items,
	});
	expect(outcome.error()).toBeUndefined();
	expect(bench.fal.billed()).toBe(17);
	const withPrompt = { ...sent };
	delete withPrompt.multi_prompt;
	delete withPrompt.shot_type;
	for (const [model, facts] of textToVideo) {
		const submission = bench.fal.submissions.find(({ endpoint }) => endpoint === model);
		expect([model, submission?.body]).toEqual([model, takenBy(facts, withPrompt)]);
	}
});

describe('shots', () => {
	const MODEL = 'fal-ai/kling-video/v3/pro/text-to-video';
	const shot = (prompt: unknown, seconds: unknown) => ({ prompt, seconds }) as INodeParameters;
	const withShots = (shots: unknown, more: INodeParameters = {}) => ({
		parameters: {
			model: MODEL,
			promptSource: 'shots',
			prompt: '',
			shots: shots as INodeParameters,
			...more,
		},
	});

	test('add up to the length, whatever Duration says', async () => {
		const shots = { shot: [shot('A boat', 3), shot('A lighthouse', '4')] };
		await bench.generate(withShots(shots, { duration: '15' }));
		expect(bench.fal.submissions[0]?.body).toMatchObject({
			multi_prompt: [
				{ prompt: 'A boat', duration: '3' },
				{ prompt: 'A lighthouse', duration: '4' },
			],
			shot_type: 'customize',
			duration: '7',
		});
	});

	test('of an expression may be a list in Extra Model Inputs, and take the place of the prompt', async () => {
		const outcome = await bench.generate({
			parameters: { model: MODEL },
			options: { extraInput: '={{ { multi_prompt: $json.shots, seed: 7 } }}' },
			items: [{ prompt: 'unused', shots: [{ prompt: 'A boat', seconds: 6 }] }],
		});
		expect(outcome.error()).toBeUndefined();
		const { body = {} } = bench.fal.submissions[0] ?? {};
		expect(body).toMatchObject({
			multi_prompt: [{ prompt: 'A boat', duration: '6' }],
			duration: '6',
			seed: 7,
		});
		expect(body).not.toHaveProperty('prompt');
	});

	test.each([
		{ what: 'none', shots: {}, says: 'Shots is empty; it must be 1 to 6 shots' },
		{
			what: 'seven',
			shots: { shot: Array.from({ length: 7 }, () => shot('A boat', 1)) },
			says: 'Shots is 7 shots; it must be 1 to 6 shots',
		},
		{
			what: 'one without a prompt',
			shots: { shot: [shot('A boat', 5), shot('', 5)] },
			says: 'Prompt of Shots, shot 2 is empty',
		},
		{
			what: 'one of no length',
			shots: { shot: [shot('A boat', 0)] },
			says: 'Seconds of Shots, shot 1 is the number 0; it must be a whole number from 1 to 15',
		},
		{
			what: 'too many seconds',
			shots: { shot: [shot('A boat', 10), shot('A boat', 6)] },
			says: 'Shots add up to 16; for Kling 3 Pro they must come to 3 to 15',
		},
		{
			what: 'too few seconds',
			shots: { shot: [shot('A boat', 2)] },
			says: 'Shots add up to 2; for Kling 3 Pro they must come to 3 to 15',
		},
	])('that are $what are refused before anything is sent', async ({ shots, says }) => {
		const outcome = await bench.generate(withShots(shots));
		expect(outcome.error()).toMatchObject({ message: containing(says) });
		expect(bench.fal.log).toEqual([]);
	});

	test('to a model that has none are left out, and the prompt is wanted', async () => {
		const outcome = await bench.generate(
			withShots(
				{ shot: [shot('A boat', 5)] },
				{ model: 'fal-ai/kling-video/v2/master/text-to-video' },
			),
		);
		expect(outcome.error()?.message).toContain('Prompt is empty');
		expect(bench.fal.log).toEqual([]);
	});
});
