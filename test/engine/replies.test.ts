import { FalEngine, type Given } from '../../harness/engine/fal-engine';
import type { Outcome } from '../../harness/engine/outcome';
import type { Fault } from '../../harness/standin/faults';
import { isJsonObject, type JsonValue, parseJson } from '../../harness/standin/json';
import { isBilled, type Submission } from '../../harness/standin/submission';
import { containing } from '../matchers';
import { replies } from '../replies/replies';
import { type ReadRow, REQUEST_ID, type SubmitRow } from '../replies/reply-row';

let bench: FalEngine;

beforeAll(async () => {
	bench = await FalEngine.start();
});
afterAll(async () => await bench.close());

const prompts = (rows: unknown[]) => rows.map((_, n) => ({ prompt: `A boat, take ${n}` }));

/** One execution of all items, in which each meets the reply of one row, once. */
async function runWith(items: unknown[], given: Given): Promise<Outcome> {
	const outcome = await bench.generate({
		items: prompts(items),
		...given,
		options: { maxWaitSeconds: 60 },
		node: { onError: 'continueErrorOutput' },
	});
	expect(outcome.error()).toBeUndefined();
	return outcome;
}

/** The reply of a row. */
function faultOf(row: SubmitRow | ReadRow): Fault {
	const { status, headers, body } = row;
	return {
		type: 'http',
		status,
		...(headers ? { headers } : {}),
		...(body === undefined ? {} : { body }),
	};
}

/** What became of the item with that prompt. */
function endOf(outcome: Outcome, prompt: JsonValue | undefined, submission?: Submission) {
	const video = outcome
		.items('Out')
		.find(({ json }) => json.request_id === submission?.requestId && submission);
	const error = outcome.items('Errors').find(({ json }) => json.prompt === prompt);
	const details = (error?.json.details ?? {}) as {
		request_id?: string;
		type?: string;
		http_code?: string;
		description?: string;
	};
	return { video, error: error?.json.error as string | undefined, details };
}

describe('a reply to the POST', () => {
	// URLs below a path belong to a base URL with that path.
	const allRows = replies.filter(
		(row): row is SubmitRow =>
			row.where === 'submit' && row.name !== 'taken, URLs on a host below a path',
	);
	// A locked account ends what the others of its run still have to send: each such row has its own run.
	const ofAccount = allRows.filter(({ expect: { outcome } }) => outcome === 'account');
	const rows = allRows.filter((row) => !ofAccount.includes(row));
	let outcome: Outcome;

	beforeAll(async () => {
		bench.fal.reset();
		// A host that names the documented URLs serves them.
		bench.fal.options.urls = 'documented';
		rows.forEach((row, requestIndex) => {
			const right = faultOf(row);
			const isAccepted = ['accepted', 'maybe-submitted'].includes(row.expect.outcome);
			// The id that a row names becomes that of the request: it is known when the reply is sent.
			const fault: Fault = {
				...right,
				type: 'http',
				status: row.status,
				get body() {
					const id = bench.fal.submissions.at(-1)?.requestId ?? '';
					const { body } = row;
					if (!isAccepted || body === undefined) return body;
					if (typeof body === 'string') return body.replaceAll(REQUEST_ID, id);
					return parseJson(JSON.stringify(body).replaceAll(REQUEST_ID, id));
				},
			};
			bench.fal.order({ on: 'submit', requestIndex, accepted: isAccepted, fault });
		});
		outcome = await runWith(rows, {});
	});

	/** The item whose first POST met that row. */
	function itemOf(index: number) {
		const attempts = bench.fal.log.filter(({ kind }) => kind === 'submit');
		const promptOf = (body: JsonValue | undefined) =>
			isJsonObject(body) ? body.prompt : undefined;
		const prompt = promptOf(attempts[index]?.body);
		return {
			prompt,
			attempts: attempts.filter(({ body }) => promptOf(body) === prompt).length,
			accepted: bench.fal.submissions.filter(({ body }) => body.prompt === prompt),
		};
	}

	test.each(rows.map((row, index) => ({ ...row, index })))('$name', ({ index, expect: said }) => {
		const { prompt, attempts, accepted } = itemOf(index);
		const { video, error, details } = endOf(outcome, prompt, accepted[0]);
		const goesOn = said.outcome === 'accepted' || said.outcome === 'not-accepted';
		expect({ hasVideo: video !== undefined, error: error ?? '' }).toEqual({
			hasVideo: goesOn,
			error: goesOn ? '' : containing(said.message ?? ' '),
		});
		expect(attempts).toBe(said.outcome === 'not-accepted' ? 2 : 1);
		if (said.billed !== undefined) expect(accepted.filter(isBilled)).toHaveLength(said.billed);
		const words: Partial<Record<typeof said.outcome, string>> = {
			'maybe-submitted': 'may be running',
			rejected: 'rejected the request',
			unauthorized: 'refused the key',
			'wrong-host': 'is not a queue at this address',
		};
		expect(error ?? '').toContain(words[said.outcome] ?? '');
		if (!goesOn && said.type !== undefined) expect(details.type).toBe(said.type);
	});

	test.each(ofAccount)('$name', async (row) => {
		bench.fal.reset();
		bench.fal.order({ on: 'submit', fault: faultOf(row) });
		const { prompt = '' } = prompts([row])[0] ?? {};
		const { error, details } = endOf(await runWith([row], {}), prompt);
		expect(error).toContain('refused the account, not the key');
		expect(error).toContain(row.expect.message ?? '');
		if (row.expect.type !== undefined) expect(details.type).toBe(row.expect.type);
		expect(bench.fal.count('submit')).toBe(1);
		expect(bench.fal.billed()).toBe(0);
	});
});

const reads: { where: 'status' | 'result'; output: 'video' | 'any'; given: Given }[] = [
	{ where: 'status', output: 'video', given: {} },
	{ where: 'result', output: 'video', given: {} },
	{
		where: 'result',
		output: 'any',
		given: { parameters: { model: 'custom', customModel: 'fal-ai/some-model' } },
	},
];

describe.each(reads)('a reply to the $where, of which is expected: $output', (read) => {
	const { where, output, given } = read;
	const rows = replies.filter(
		(row): row is ReadRow => row.where === where && (row.output ?? 'video') === output,
	);
	let outcome: Outcome;

	beforeAll(async () => {
		bench.fal.reset();
		// What a row says has failed has failed, and is billed as that: the rest is in its reply.
		bench.fal.options.outcome = (_, index) => {
			const row = rows[index];
			if (row?.expect.outcome !== 'ended') return undefined;
			return { status: row.where === 'status' ? 422 : row.status, body: {} };
		};
		rows.forEach((row, requestIndex) => {
			bench.fal.order({ on: where, requestIndex, fault: faultOf(row) });
		});
		outcome = await runWith(rows, given);
	});

	test.each(rows.map((row, index) => ({ ...row, index })))(
		'$status: $name',
		({ index, status, expect: said }) => {
			const submission = bench.fal.submissions[index];
			const { video, error, details } = endOf(outcome, submission?.body.prompt, submission);
			// What says nothing of the request is asked again, and so is a lag, and a lock: it is paid for.
			const isGone = said.outcome === 'not-found' && status === 410;
			const isFinal = said.outcome === 'ended' || said.outcome === 'unauthorized' || isGone;
			expect({ hasVideo: video !== undefined, hasError: error !== undefined }).toEqual({
				hasVideo: !isFinal,
				hasError: isFinal,
			});
			if (submission && said.billed !== undefined) {
				expect(Number(isBilled(submission))).toBe(said.billed);
			}
			if (!isFinal) return;
			expect(details.request_id).toBe(submission?.requestId);
			expect(`${String(error)} ${String(details.description)}`).toContain(submission?.requestId);
			expect(error).toContain(said.message ?? '');
			if (said.type !== undefined) expect(details.type).toBe(said.type);
		},
	);

	test('no row is sent twice', () => {
		expect(bench.fal.count('submit')).toBe(rows.length);
		expect(bench.fal.submissions).toHaveLength(rows.length);
	});
});
