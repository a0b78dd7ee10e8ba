import type { INodeParameters } from 'n8n-workflow';
import { anyOf, containing, including } from '../matchers';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { FAL_VIDEO } from '../../harness/engine/workflow';
import { useFalEngine } from './use-fal-engine';

const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const MODEL_V26 = 'fal-ai/kling-video/v2.6/pro/text-to-video';
const MODEL_V3 = 'fal-ai/kling-video/v3/pro/text-to-video';

/** One value that cannot be sent, in the field or the option that it is given for. */
interface Bad {
	what: string;
	/** The parameter that takes the value; `options.` in front for an option. */
	field: string;
	value?: unknown;
	/** A value of the same field that can be sent. */
	good: unknown;
	/** Parameters beside. */
	beside?: INodeParameters;
	/** What the error says: the field, the value, what is allowed. */
	says: string[];
}

const prompt = (what: string, value: unknown, ...says: string[]): Bad => ({
	what: `a prompt that is ${what}`,
	field: 'prompt',
	value,
	good: 'A paper boat',
	says: ['Prompt', ...says],
});

const duration = (value: unknown, shown: string, model = MODEL): Bad => ({
	what: `a duration of ${shown} for ${model}`,
	field: 'duration',
	value,
	good: '5',
	beside: { model },
	says: ['Duration', shown, model === MODEL_V3 ? '"15"' : 'Kling 2.5 Turbo Pro: "5", "10"'],
});

const cfgScale = (value: unknown, shown: string): Bad => ({
	what: `a CFG scale of ${shown}`,
	field: 'cfgScale',
	value,
	good: 0.5,
	says: ['CFG Scale', shown, 'a number from 0 to 1'],
});

const option = (
	name: string,
	field: string,
	value: unknown,
	good: unknown,
	...says: string[]
): Bad => ({
	what: `${name} of ${JSON.stringify(value)}`,
	field: `options.${field}`,
	value,
	good,
	says: [name, ...says],
});

const LIMIT = '2,500 characters';

const bads: Bad[] = [
	prompt('empty', '', 'empty', LIMIT),
	prompt('blank', ' \n\t', 'empty', LIMIT),
	prompt('missing', undefined, 'empty', LIMIT),
	prompt('null', null, 'empty', LIMIT),
	prompt(
		'an object',
		{ text: 'A boat' },
		'an object, {"text":"A boat"}',
		LIMIT,
		'Write {{ $json.value.text }}',
	),
	prompt('a list', ['A boat'], 'a list, ["A boat"]', LIMIT, 'Write {{ $json.value[0] }}'),
	prompt(
		'a chat model’s reply',
		{ message: { role: 'assistant', content: 'A boat' } },
		'Write one of its texts, such as {{ $json.value.message.content }}',
	),
	prompt('an object without a text', { n: 7 }, 'Write an expression that gives a text'),
	prompt('an object within a text', 'Film: [object Object]', 'an object stands for a text'),
	prompt('an empty code fence', '```\n```', 'empty'),
	prompt('a number', 7, 'the number 7', LIMIT),
	prompt('true', true, 'the boolean true', LIMIT),
	prompt(
		'too long',
		`Boats ${'x'.repeat(2495)}`,
		'2,501 characters',
		'at most 2,500',
		'"Boats xxx',
	),
	// n8n looks for the names of system errors, here EEXIST, in an error's text, and then replaces it.
	prompt('too long and preexisting', `preexisting ${'x'.repeat(2489)}`, '2,501 characters'),
	prompt('too long in emoji', '🚤'.repeat(2501), '2,501 characters', 'at most 2,500'),
	{
		what: 'a negative prompt that is too long',
		field: 'negativePrompt',
		value: 'y'.repeat(3000),
		good: 'text',
		says: ['Negative Prompt', '3,000 characters', 'at most 2,500'],
	},
	{
		what: 'a negative prompt that is a list',
		field: 'negativePrompt',
		value: ['blur'],
		good: 'text',
		says: ['Negative Prompt', 'a list, ["blur"]', LIMIT],
	},

	duration(7, '"7"'.replaceAll('"', '')),
	duration('7', '"7"'),
	duration('abc', '"abc"'),
	duration('8s', '"8s"'),
	duration('5 minutes', '"5 minutes"'),
	duration('5.5', '"5.5"'),
	duration([5, 10], 'a list, [5,10]'),
	duration({ seconds: 5 }, 'an object'),
	duration(16, '16', MODEL_V3),
	duration('2', '"2"', MODEL_V3),
	{
		what: 'an aspect ratio that no model has',
		field: 'aspectRatio',
		value: '4:3',
		good: '16:9',
		says: ['Aspect Ratio', '"4:3"', '"16:9", "9:16", "1:1"'],
	},
	{
		what: 'an aspect ratio that contradicts itself',
		field: 'aspectRatio',
		value: '16:9 (Portrait)',
		good: 'portrait',
		says: ['Aspect Ratio', '"16:9 (Portrait)"', '"16:9", "9:16", "1:1"'],
	},
	cfgScale(1.5, '1.5'),
	cfgScale('1.5', '"1.5"'),
	cfgScale(-0.1, '-0.1'),
	cfgScale('abc', '"abc"'),
	cfgScale(NaN, 'NaN'),
	cfgScale('0,7,1', '"0,7,1"'),
	cfgScale(true, 'true'),
	cfgScale([0.5, 0.7], '[0.5,0.7]'),
	{
		what: 'a sound setting that is neither yes nor no',
		field: 'generateAudio',
		value: 'maybe',
		good: true,
		beside: { model: MODEL_V26 },
		says: ['Generate Audio', '"maybe"', '"default", "on", "off"'],
	},

	{
		what: 'a model that is not there',
		field: 'model',
		value: 'fal-ai/kling-video/v2.7/pro/text-to-video',
		good: 'kling 3 pro',
		says: [
			'Model',
			'"fal-ai/kling-video/v2.7/pro/text-to-video"',
			'The nearest are Kling 2.6 Pro ("fal-ai/kling-video/v2.6/pro/text-to-video"),',
			'Other Model',
		],
	},
	{
		what: 'a model that could be several',
		field: 'model',
		value: 'kling 3',
		good: 'Kling 2.5 Turbo Pro',
		says: ['Model', '"kling 3"', 'The nearest are', 'Kling 3 Pro (', 'Kling 3 4K ('],
	},
	{
		what: 'a model of the other kind',
		field: 'model',
		value: 'fal-ai/kling-video/v3/pro/image-to-video',
		good: 'v3/pro',
		says: [
			'Model',
			'which makes video from an image',
			'is Kling 3 Pro ("fal-ai/kling-video/v3/pro/text-to-video")',
		],
	},
	{
		what: 'a model of the other kind, which this one does not have',
		field: 'model',
		value: 'kling o1',
		good: 'kling o3 pro',
		says: ['Model', 'which makes video from an image', 'There is none of that name from text'],
	},
	{ what: 'a model that is missing', field: 'model', good: MODEL, says: ['Model', `"${MODEL}"`] },
	...[
		{ what: 'empty', value: '', shown: '""' },
		{ what: 'one word', value: 'kling', shown: '"kling"' },
		{ what: 'an address', value: 'https://fal.ai/x', shown: '"https://fal.ai/x"' },
		{ what: 'a path upwards', value: 'fal-ai/../admin', shown: '"fal-ai/../admin"' },
		{ what: 'one with a query', value: 'fal-ai/x?fal_webhook=y', shown: '?fal_webhook=y"' },
	].map(({ what, value, shown }) => ({
		what: `a custom model that is ${what}`,
		field: 'customModel',
		value,
		good: 'fal-ai/some-model/fast',
		beside: { model: 'custom' },
		says: ['Other Model', shown, 'a fal endpoint ID such as "fal-ai/'],
	})),

	{
		what: 'a switch that is neither yes nor no',
		field: 'waitUntilComplete',
		value: 'maybe',
		good: 'false',
		says: ['Wait Until Complete', '"maybe"', 'true or false'],
	},
	{
		what: 'a download that is neither yes nor no',
		field: 'downloadVideo',
		value: 'perhaps',
		good: 'false',
		beside: { waitUntilComplete: '={{ false }}' },
		says: ['Download Video', '"perhaps"', 'true or false'],
	},

	option(
		'Extra Model Inputs',
		'extraInput',
		'{"seed": ',
		'{"seed": 7}',
		'"{"seed": "',
		'a JSON object',
	),
	option('Extra Model Inputs', 'extraInput', '[7]', '{"seed": 7}', '"[7]"', 'a JSON object'),
	option('Extra Model Inputs', 'extraInput', 7, { seed: 7 }, 'the number 7', 'a JSON object'),
	option(
		'Extra Model Inputs',
		'extraInput',
		'{"duration": "10"}',
		'{}',
		'"duration"',
		'without a field',
	),
	option(
		'Extra Model Inputs',
		'extraInput',
		'{"prompt": "A"}',
		'{}',
		'"prompt"',
		'without a field',
	),
	option(
		'Extra Model Inputs',
		'extraInput',
		'{"__proto__": {"seed": 7}}',
		'{"seed": 7}',
		'"__proto__"',
		'no input of a model',
	),
	option(
		'Extra Model Inputs',
		'extraInput',
		'{"camera": [{"constructor": 7}]}',
		'{"seed": 7}',
		'"constructor"',
		'no input of a model',
	),
	option(
		'Put Output File in Field',
		'binaryPropertyName',
		'my file',
		'data',
		'"my file"',
		'letters',
	),
	option('Put Output File in Field', 'binaryPropertyName', '', 'data', '""', 'letters'),
	option('Check Every', 'pollIntervalSeconds', 0, 2, 'the number 0', 'from 0.5 to 3600 seconds'),
	option('Check Every', 'pollIntervalSeconds', 'fast', 2, '"fast"', 'from 0.5 to 3600 seconds'),
	option('Max Wait', 'maxWaitSeconds', -1, 60, 'the number -1', 'from 1 to', 'seconds'),
	option('Max Wait', 'maxWaitSeconds', '0.5', 60, '"0.5"', 'from 1 to', 'seconds'),
	option('On Timeout', 'onTimeout', 'explode', 'fail', '"explode"', '"returnPending"'),
	option('Cancel on Stop', 'cancelOnStop', 'maybe', 'no', '"maybe"', 'true or false'),
	option('Priority', 'priority', 'urgent', 'low', '"urgent"', '"low"'),
	option('Give Up If Not Started', 'startTimeoutSeconds', 'soon', 60, '"soon"', 'seconds'),
	option('Give Up If Not Started', 'startTimeoutSeconds', -5, 60, '-5', 'seconds'),
	option(
		'Webhook URL',
		'webhookUrl',
		'example.com',
		'http://127.0.0.1:1/',
		'"example.com"',
		'http',
	),
];

/** The parameters in which the field takes its value from the item. */
function parametersOf({ field, beside = {} }: Bad) {
	const fromItem = '={{ $json.value }}';
	const name = field.replace('options.', '');
	return {
		parameters: {
			prompt: 'A paper boat',
			waitUntilComplete: false,
			...beside,
			...(name === field ? { [name]: fromItem } : {}),
		},
		options: name === field ? {} : { [name]: fromItem },
	};
}

const bench = useFalEngine(
	{},
	{
		clockSpeed: 5,
		credentials: () => ({
			'no-scheme': { baseUrl: 'queue.fal.run' },
			'with-query': { baseUrl: 'https://queue.fal.run/?x=1' },
			empty: { baseUrl: '' },
			'with-user': { baseUrl: 'https://me:hidden@queue.fal.run' },
			'with-odd-password': { baseUrl: 'https://me:/hidden@queue.fal.run' },
			'user-alone': { baseUrl: 'me:hidden@queue.fal.run' },
		}),
	},
);

describe.each(bads)('$what', (bad) => {
	const { value, good, says } = bad;

	test('is named with what is allowed, and nothing is sent for that item', async () => {
		const outcome = await bench.generate({
			...parametersOf(bad),
			items: [
				{ n: 0, value: good as never },
				{ n: 1, value: value as never },
				{ n: 2, value: good as never },
			],
			node: { onError: 'continueErrorOutput' },
		});
		expect(outcome.error()).toBeUndefined();
		expect(outcome.items(FAL_VIDEO).map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 2 },
		]);
		expect(jsonsOf(outcome, 'Errors')).toEqual([
			including({
				n: 1,
				// What n8n keeps of items is JSON.
				...(value === undefined ? {} : { value: Number.isNaN(value) ? null : value }),
				error: anyOf(String),
				details: including({ description: containing('Nothing was sent for item 1') }),
			}),
		]);
		const [{ error } = {}] = jsonsOf(outcome, 'Errors');
		for (const part of says) expect(error).toContain(part);
		// What fal heard of is the other two, and only these.
		expect(bench.fal.log.map(({ kind, requestId }) => [kind, requestId]).sort()).toEqual(
			jsonsOf(outcome)
				.map((json) => ['submit', json.request_id])
				.sort(),
		);
		expect(bench.fal.log).toHaveLength(2);
	});

	test('ends the execution, and the error names the item', async () => {
		const outcome = await bench.generate({
			...parametersOf(bad),
			items: [{ value: good as never }, { value: value as never }],
		});
		const error = outcome.error();
		expect(outcome.status).toBe('error');
		expect(error).toMatchObject({ context: { itemIndex: 1 } });
		expect(error?.description).toContain('Nothing was sent for item 1, and nothing is billed');
		for (const part of says) expect(error?.message).toContain(part);
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit']);
	});
});

describe('a base URL', () => {
	test.each([
		{ credential: 'no-scheme', shown: '"queue.fal.run"' },
		{ credential: 'with-query', shown: '"https://queue.fal.run/?x=1"' },
		{ credential: 'empty', shown: '""' },
		{ credential: 'with-user', shown: '"https://[user]@queue.fal.run"' },
		{ credential: 'with-odd-password', shown: '"https://[user]@queue.fal.run"' },
		{ credential: 'user-alone', shown: '"[user]@queue.fal.run"' },
	])('that is none is named: $credential', async ({ credential, shown }) => {
		const outcome = await bench.generate({ credential });
		expect(outcome.error()).toMatchObject({
			message: containing('Base URL in the credential'),
			context: { itemIndex: 0 },
		});
		expect(outcome.error()?.message).toContain(shown);
		expect(outcome.error()?.message).toContain('"https://queue.fal.run"');
		expect(JSON.stringify(outcome.error())).not.toContain('hidden');
		expect(bench.fal.log).toEqual([]);
	});
});

test('a bad item costs nothing while its neighbours are waited for', async () => {
	const outcome = await bench.generate({
		items: [{ prompt: 'A' }, { prompt: '' }, { prompt: 'C' }],
		node: { onError: 'continueRegularOutput' },
	});
	expect(jsonsOf(outcome)).toEqual([
		including({ status: 'COMPLETED' }),
		including({ prompt: '', error: containing('Prompt is empty') }),
		including({ status: 'COMPLETED' }),
	]);
	expect(bench.fal.submissions.map(({ body }) => body.prompt).sort()).toEqual(['A', 'C']);
	expect(bench.fal.billed()).toBe(2);
});

test('a field that is left empty in the editor stops the workflow before anything is sent', async () => {
	const outcome = await bench.generate({ parameters: { prompt: '' } });
	expect(outcome.error()?.message).toContain('Prompt is empty');
	expect(bench.fal.log).toEqual([]);
});
