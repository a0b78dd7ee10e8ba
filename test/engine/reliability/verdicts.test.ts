import type { Fault } from '../../../harness/standin/faults';
import { outcomeOfPrompt } from '../../../harness/standin/markers';
import type { RequestKind } from '../../../harness/standin/request-log';
import { jsonsOf } from '../../../harness/engine/fal-engine';
import type { Outcome } from '../../../harness/engine/outcome';
import { useFalEngine } from '../use-fal-engine';

interface Row {
	/** How often the result is asked for. @default 1 */
	results?: number;
	name: string;
	/** The last thing that is asked about the request. */
	last: 'status' | 'result';
	/** What is answered instead. */
	fault?: Fault;
	/** How the request ends, as a prompt with this marker would. */
	marker?: string;
	says: string;
	httpCode: string;
}

const refusals: Row[] = (['status', 'result'] as const).flatMap((last) => [
	{
		name: `401 to the ${last}`,
		last,
		fault: { type: 'http', status: 401, body: { detail: 'No user found' } },
		says: 'fal refused the key: No user found',
		httpCode: '401',
	},
	{
		name: `403 to the ${last} for want of a permission`,
		last,
		fault: { type: 'http', status: 403, body: { detail: 'You may not use this application' } },
		says: 'fal refused the account, not the key: You may not use this application',
		httpCode: '403',
	},
	{
		name: `410 to the ${last}`,
		last,
		fault: { type: 'http', status: 410, body: { detail: 'Request has expired' } },
		says: 'fal does not keep request',
		httpCode: '410',
	},
]);

const verdicts: Row[] = [
	{
		name: '422 with details',
		last: 'result',
		marker: '[blocked]',
		says: 'flagged by a content checker',
		httpCode: '422',
	},
	{
		name: '500 with details',
		last: 'result',
		marker: '[downstream]',
		says: 'Downstream service unavailable',
		httpCode: '500',
	},
	{
		name: '504 with details',
		last: 'result',
		marker: '[gen-timeout]',
		says: 'Generation timeout',
		httpCode: '504',
	},
	{
		name: '503 with an error type',
		last: 'result',
		marker: '[runner]',
		says: 'Runner disconnected',
		httpCode: '503',
	},
	{
		name: '500 with nothing of fal’s but X-Fal-Retryable',
		last: 'result',
		fault: {
			type: 'http',
			status: 500,
			headers: { 'x-fal-retryable': 'true' },
			body: { detail: 'Broken' },
		},
		says: 'Broken',
		httpCode: '500',
	},
	{
		name: '400 with a reason',
		last: 'result',
		fault: { type: 'http', status: 400, body: { detail: 'Not this' } },
		says: 'Not this',
		httpCode: '400',
		// Words without a mark of fal's are believed when they are repeated.
		results: 3,
	},
	{
		name: 'a result without a video',
		last: 'result',
		marker: '[no-video]',
		// It may come a moment later.
		results: 3,
		says: 'which the model is said to return',
		httpCode: '200',
	},
];

const rows = [...refusals, ...verdicts];

const bench = useFalEngine(
	{ outcome: (_, index) => outcomeOfPrompt(rows[index]?.marker ?? '') },
	{ keepsLog: true, clockSpeed: 5 },
);
let outcome: Outcome;

// One item for each row, all at once: the nth accepted request meets the nth row.
beforeAll(async () => {
	rows.forEach(({ last, fault }, requestIndex) => {
		if (fault) bench.fal.order({ on: last, fault, requestIndex, times: Infinity });
	});
	outcome = await bench.generate({
		items: rows.map((_, n) => ({ prompt: `A boat, take ${n}` })),
		options: { maxWaitSeconds: 10 },
		node: { onError: 'continueErrorOutput' },
	});
});

test.each(rows.map((row, index) => ({ ...row, index })))(
	'$name is final: the item fails with fal’s reason, and nothing more is asked',
	({ index, last, results = 1, says, httpCode }) => {
		const { requestId } = bench.fal.submissions[index] ?? {};
		const asked: RequestKind[] = bench.fal.log
			.filter((entry) => entry.requestId === requestId)
			.map(({ kind }) => kind);
		const resultsAsked = asked.filter((kind) => kind === 'result').length;
		if (results > 1) expect(resultsAsked).toBeGreaterThanOrEqual(results);
		else expect(resultsAsked).toBe(last === 'result' ? 1 : 0);
		expect(asked).toEqual(['submit', 'status', ...Array<RequestKind>(resultsAsked).fill('result')]);
		const errors = outcome.items('Errors').filter(({ json }) => {
			const details = json.details as { request_id?: string };
			return details.request_id === requestId;
		});
		expect(errors).toHaveLength(1);
		expect(errors[0]?.json).toMatchObject({
			prompt: expect.stringContaining('A boat') as string,
			error: expect.stringContaining(says) as string,
			details: { http_code: httpCode },
		});
	},
);

test('no video comes of any of them, and none is sent a second time', () => {
	expect(jsonsOf(outcome)).toEqual([]);
	expect(bench.fal.count('submit')).toBe(rows.length);
});
