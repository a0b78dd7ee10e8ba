import { draw } from '../harness/standin/draw';

/** A value as an expression gives it, and what must become of it. */
export interface Arrived {
	value: unknown;
	/** What is sent; `undefined` where nothing is, since it is the model's default; or an error. */
	sent?: unknown;
	refused?: true;
}

/** How a field takes what comes. */
export interface FieldCase {
	/** The parameter's name. */
	parameter: string;
	/** fal's name. */
	property: string;
	/** What errors call it. */
	label: string;
	/** A model that has it. */
	model: string;
	/** The values for a name to draw by. */
	draw: (name: string) => Arrived;
}

const SEED = 2511;

const number = (name: string, below: number) => Math.floor(draw(SEED, name) * below);

const pick = <One>(list: readonly One[], name: string): One =>
	list[number(name, list.length)] as One;

const empties = [undefined, null, '', ' ', '\n\t', [], [''], [null]];

const nonsense = [
	'abc',
	'-',
	'{}',
	{},
	{ a: 1 },
	{ value: '5' },
	['a', 'b'],
	NaN,
	'16:10',
	'::',
	'😀',
];

/** Characters that values are made of at random. */
const letters = [...'0159.,:x/s -(\'"`t😀'];

const scrambled = (name: string) =>
	Array.from({ length: 1 + number(`${name}/n`, 6) }, (_, at) =>
		pick(letters, `${name}/${at}`),
	).join('');

const anyCase = (text: string, name: string) =>
	pick([text, text.toUpperCase(), text.charAt(0).toUpperCase() + text.slice(1)], `${name}/case`);

/** Text with blanks around it, or as a list of one. */
const wrapped = (value: string, name: string): unknown =>
	pick([value, ` ${value} `, `${value}\n`, [value]], `${name}/wrap`);

/** Half of the values are meant, the others empty, nonsense or made of random characters. */
function drawn(
	name: string,
	meant: () => Arrived,
	isMeant: (text: string) => boolean,
	refusals: readonly unknown[] = nonsense,
): Arrived {
	const kind = number(`${name}/kind`, 8);
	if (kind < 4) return meant();
	if (kind === 4) return { value: pick(empties, `${name}/empty`) };
	if (kind < 7) return { value: pick(refusals, `${name}/nonsense`), refused: true };
	const value = scrambled(name);
	if (value.trim() === '') return { value };
	// What happens to be meant is left to the others.
	return isMeant(value) ? { value: 'abc', refused: true } : { value, refused: true };
}

const TURBO = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const V3 = 'fal-ai/kling-video/v3/pro/text-to-video';

const forms = ['', 's', ' s', 'sec', ' seconds', ' Seconds', '.0'];

const ofChoices = (
	choices: Readonly<Record<string, unknown>>,
	name: string,
	more: readonly unknown[] = [],
): Arrived =>
	drawn(
		name,
		() => {
			const text = pick(Object.keys(choices), `${name}/choice`);
			return { value: wrapped(anyCase(text, name), name), sent: choices[text] };
		},
		(text) => text.trim().toLowerCase() in choices,
		[...nonsense, ...more],
	);

const onOff = {
	default: undefined,
	on: true,
	off: false,
	true: true,
	false: false,
	yes: true,
	no: false,
	1: true,
	0: false,
};

/** The fields, each with what comes to it and what must be sent. */
export const fieldCases: FieldCase[] = [
	{
		parameter: 'duration',
		property: 'duration',
		label: 'Duration',
		model: V3,
		draw: (name) =>
			drawn(
				name,
				() => {
					const seconds = number(`${name}/seconds`, 20);
					const text = `${seconds}${pick(forms, `${name}/form`)}`;
					const value = pick<unknown>([seconds, wrapped(text, name)], `${name}/type`);
					const isMade = seconds >= 3 && seconds <= 15;
					return isMade ? { value, sent: String(seconds) } : { value, refused: true };
				},
				(text) => /^\s*\d+([.,]0+)?\s*s?\.?\s*$/.test(text),
				[...nonsense, true, 5.5, '5.5', -5, '5 minutes', '5-10', 'five', [5, 10]],
			),
	},
	{
		parameter: 'aspectRatio',
		property: 'aspect_ratio',
		label: 'Aspect Ratio',
		model: TURBO,
		draw: (name) =>
			ofChoices(
				{
					'16:9': '16:9',
					'9:16': '9:16',
					'1:1': '1:1',
					'16x9': '16:9',
					'9/16': '9:16',
					'16 : 9': '16:9',
					landscape: '16:9',
					portrait: '9:16',
					vertical: '9:16',
					square: '1:1',
					'16:9 (landscape)': '16:9',
					'portrait (9:16)': '9:16',
					'square (1:1)': '1:1',
				},
				name,
				[true, 1.78, 16, '4:3', '16:9:1', '9:16 (landscape)', '(16:9', 'wide'],
			),
	},
	{
		parameter: 'cfgScale',
		property: 'cfg_scale',
		label: 'CFG Scale',
		model: TURBO,
		draw: (name) =>
			drawn(
				name,
				() => {
					const scale = number(`${name}/scale`, 151) / 100;
					const text = String(scale);
					const value = pick<unknown>(
						[scale, wrapped(text, name), wrapped(text.replace('.', ','), name)],
						`${name}/type`,
					);
					return scale <= 1 ? { value, sent: scale } : { value, refused: true };
				},
				(text) => Number(text.replace(',', '.')) >= 0,
				[...nonsense, true, -0.1, '0,5,1', '50%', Infinity],
			),
	},
	{
		parameter: 'generateAudio',
		property: 'generate_audio',
		label: 'Generate Audio',
		model: V3,
		draw: (name) => {
			const plain: Arrived[] = [
				{ value: true, sent: true },
				{ value: false, sent: false },
				{ value: 1, sent: true },
				{ value: 0, sent: false },
			];
			return number(`${name}/plain`, 5) === 0
				? pick(plain, `${name}/of`)
				: ofChoices(onOff, name, [2, 'maybe', 'with sound', [true, false]]);
		},
	},
	{
		parameter: 'resolution',
		property: 'resolution',
		label: 'Resolution',
		model: 'kling/v4/text-to-video',
		draw: (name) =>
			ofChoices(
				{ default: undefined, '720p': '720p', '1080p': '1080p', 720: '720p', '1080 p': '1080p' },
				name,
				['4k', '480p', 'hd', true],
			),
	},
	{
		parameter: 'cameraControl',
		property: 'camera_control',
		label: 'Camera Control',
		model: 'fal-ai/kling-video/v1/standard/text-to-video',
		draw: (name) =>
			ofChoices({ none: undefined, down_back: 'down_back', forward_up: 'forward_up' }, name, [
				'zoom',
				7,
				true,
			]),
	},
	{
		parameter: 'negativePrompt',
		property: 'negative_prompt',
		label: 'Negative Prompt',
		model: TURBO,
		draw: (name) => textCase(name),
	},
	{
		parameter: 'prompt',
		property: 'prompt',
		label: 'Prompt',
		model: TURBO,
		draw: (name) => {
			const arrived = textCase(name);
			// Without a prompt there is no video.
			return arrived.sent === undefined ? { ...arrived, refused: true } : arrived;
		},
	},
];

const sentences = [
	'A paper boat',
	'She says "stop" and runs',
	"It's a dog's life",
	'```js is in the middle``` of it',
	'"Stop," she says, "stop"',
	'“A” or “B”',
	'A ratio of 16:9',
	'Ein Schiff – „leise“ – auf See',
];

/** What may stand around a whole answer, and is not meant. */
const around = [
	(text: string) => text,
	(text: string) => `  ${text}\n`,
	(text: string) => '```\n' + text + '\n```',
	(text: string) => '```text\n' + text + '\n```\n',
];

function textCase(name: string): Arrived {
	const kind = number(`${name}/kind`, 8);
	if (kind === 0) return { value: pick(['', ' ', '\n', null, undefined, []], `${name}/empty`) };
	if (kind === 1) {
		const refused = [{}, { prompt: 'A' }, ['A', 'B'], [{ a: 1 }], 7, true, NaN];
		return {
			value: pick([...refused, 'x'.repeat(2501), '[object Object]'], `${name}/no`),
			refused: true,
		};
	}
	if (kind === 2) {
		const plain = `A boat ${number(name, 1000)}`;
		const [open, close] = pick(
			[...'""\'\'“”„“«»'.matchAll(/../g)].map(([pair]) => [...pair]),
			`${name}/q`,
		);
		return { value: `${open}${plain}${close}`, sent: plain };
	}
	const sentence = pick(sentences, `${name}/sentence`);
	// A fence within a fence is left as it is.
	const ways = sentence.includes('```') ? around.slice(0, 2) : around;
	return { value: pick(ways, `${name}/around`)(sentence), sent: sentence };
}
