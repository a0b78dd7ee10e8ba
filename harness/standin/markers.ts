import { infrastructureError, modelError, video, type Outcome } from './outcome';

interface Marker {
	/** What to write in the prompt. */
	text: string;
	/** What then happens, in words for the table. */
	meaning: string;
	/** Finds the marker in a prompt. */
	pattern: RegExp;
	/** What it changes about how the request ends. */
	outcome: (match: RegExpExecArray, prompt: string) => Partial<Outcome>;
}

/** The markers that a prompt may contain. The class `FalStandIn` shows them in a table. */
export const markers: Marker[] = [
	{
		text: '[blocked]',
		meaning: '422 content_policy_violation, not retryable',
		pattern: /\[blocked\]/,
		outcome: (_match, prompt) =>
			modelError(422, false, {
				loc: ['body', 'prompt'],
				msg: 'The content could not be processed because it contained material flagged by a content checker.',
				type: 'content_policy_violation',
				input: prompt,
			}),
	},
	{
		text: '[downstream]',
		meaning: '500 downstream_service_unavailable, retryable',
		pattern: /\[downstream\]/,
		outcome: () =>
			modelError(500, true, {
				loc: ['body'],
				msg: 'Downstream service unavailable',
				type: 'downstream_service_unavailable',
			}),
	},
	{
		text: '[gen-timeout]',
		meaning: '504 generation_timeout, retryable',
		pattern: /\[gen-timeout\]/,
		outcome: () =>
			modelError(504, true, {
				loc: ['body'],
				msg: 'Generation timeout',
				type: 'generation_timeout',
			}),
	},
	{
		text: '[runner]',
		meaning: '503 runner_disconnected, an error of the machinery',
		pattern: /\[runner\]/,
		outcome: () => infrastructureError(503, 'runner_disconnected', 'Runner disconnected'),
	},
	{
		text: '[no-video]',
		meaning: '200, but there is no video in the result',
		pattern: /\[no-video\]/,
		outcome: () => ({ status: 200, body: {} }),
	},
	{
		text: '[slow=SECONDS]',
		meaning: 'takes that many seconds; goes with any of the others',
		pattern: /\[slow=(\d+(?:\.\d+)?)\]/,
		outcome: (match) => ({ durationMs: Number(match[1]) * 1000 }),
	},
	{
		text: '[stuck]',
		meaning: 'never completes',
		pattern: /\[stuck\]/,
		outcome: () => ({ durationMs: Infinity }),
	},
];

/** How a request with this prompt ends: with a video, unless a marker says otherwise. */
export function outcomeOfPrompt(prompt: string): Outcome {
	let outcome = video();
	for (const marker of markers) {
		const match = marker.pattern.exec(prompt);
		if (match) outcome = { ...outcome, ...marker.outcome(match, prompt) };
	}
	return outcome;
}
