import type { LogEntry } from '../../../harness/standin/request-log';
import { jsonsOf } from '../../../harness/engine/fal-engine';
import { logged } from './logged';
import { useFalEngine } from '../use-fal-engine';

const bench = useFalEngine({}, { clockSpeed: 5 });

const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const threeStuck = [
	{ prompt: '[stuck] one' },
	{ prompt: '[stuck] two' },
	{ prompt: '[stuck] three' },
];

/** Resolves when each of the requests has been asked about. */
async function polled(count: number): Promise<void> {
	const asked = () =>
		new Set(bench.fal.log.filter(({ kind }) => kind === 'status').map((entry) => entry.requestId));
	await bench.fal.waitUntil(() => asked().size === count);
}

/** What arrived after a kind of request had been seen for the last time. */
function after(kind: LogEntry['kind']): LogEntry[] {
	return bench.fal.log.slice(bench.fal.log.findLastIndex((entry) => entry.kind === kind) + 1);
}

describe('a stop with three requests running', () => {
	test('cancels each once, and asks nothing more', async () => {
		const run = bench.start({ items: threeStuck });
		await polled(3);
		run.stop();
		const outcome = await run.finished;
		expect(outcome.status).toBe('canceled');
		await bench.fal.waitForState(2, 'COMPLETED');
		expect(bench.fal.submissions.map(({ cancelled }) => cancelled)).toEqual(
			Array(3).fill('IN_PROGRESS'),
		);
		expect(bench.fal.count('cancel')).toBe(3);
		expect(after('cancel')).toEqual([]);
	});

	test('leaves them alone without Cancel on Stop, and asks nothing more', async () => {
		const run = bench.start({ items: threeStuck, options: { cancelOnStop: false } });
		await polled(3);
		run.stop();
		await run.finished;
		const before = bench.fal.log.length;
		// Time for a poll that should not come.
		await new Promise((resolve) => setTimeout(resolve, 600));
		expect(bench.fal.log).toHaveLength(before);
		expect(bench.fal.count('cancel')).toBe(0);
	});

	test('does so between two polls that are far apart', async () => {
		const run = bench.start({ items: threeStuck, options: { pollIntervalSeconds: 3600 } });
		await bench.fal.waitForState(2, 'IN_PROGRESS');
		for (const { requestId } of bench.fal.submissions) {
			await logged(bench.engine, `Request ${requestId}: submitted`);
		}
		run.stop();
		await run.finished;
		expect(bench.fal.count('cancel')).toBe(3);
		expect(bench.fal.count('status')).toBe(0);
	});

	test('submits nothing more with Retry On Fail, and cancels each once', async () => {
		const run = bench.start({ items: threeStuck, node: retryOnFail });
		await polled(3);
		run.stop();
		await run.finished;
		expect(bench.fal.count('submit')).toBe(3);
		expect(bench.fal.count('cancel')).toBe(3);
		expect(after('cancel')).toEqual([]);
	});

	test('cancels those that continue on errors too', async () => {
		const run = bench.start({ items: threeStuck, node: { onError: 'continueErrorOutput' } });
		await polled(3);
		run.stop();
		expect((await run.finished).status).toBe('canceled');
		expect(bench.fal.count('cancel')).toBe(3);
		expect(after('cancel')).toEqual([]);
	});
});

describe('a stop while requests are being sent', () => {
	test('cancels one whose answer was under way, as soon as its ID is known', async () => {
		bench.fal.order({ on: 'submit', requestIndex: 0, fault: { type: 'drip', ms: 1 } });
		const run = bench.start({ items: [{ prompt: '[stuck] A boat' }] });
		await bench.fal.waitForState(0, 'IN_PROGRESS');
		run.stop();
		await run.finished;
		await bench.fal.waitForState(0, 'COMPLETED');
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit', 'cancel']);
	});

	test('the same without waiting for the video', async () => {
		bench.fal.order({ on: 'submit', requestIndex: 0, fault: { type: 'drip', ms: 1 } });
		const run = bench.start({
			items: [{ prompt: '[stuck] A boat' }],
			parameters: { waitUntilComplete: false },
		});
		await bench.fal.waitForState(0, 'IN_PROGRESS');
		run.stop();
		await run.finished;
		await bench.fal.waitForState(0, 'COMPLETED');
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit', 'cancel']);
	});

	test('ends the pause before the next attempt, and nothing is sent any more', async () => {
		const headers = { 'retry-after': '60' };
		bench.fal.order({ on: 'submit', fault: { type: 'http', status: 503, headers } });
		const run = bench.start();
		await bench.fal.waitFor(({ answered }) => answered === 503);
		run.stop();
		await run.finished;
		expect(bench.fal.count('submit')).toBe(1);
		expect(bench.fal.submissions).toEqual([]);
	});

	test('with batching: what has not been sent is not', async () => {
		const run = bench.start({
			items: threeStuck,
			parameters: {
				requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 1000 } } },
			},
		});
		await bench.fal.waitForState(0, 'IN_PROGRESS');
		run.stop();
		await run.finished;
		expect(bench.fal.count('submit')).toBe(1);
		expect(bench.fal.count('cancel')).toBe(1);
	});
});

describe('a stop without waiting for the videos', () => {
	const parameters = { waitUntilComplete: false };
	const sixtyStuck = Array.from({ length: 60 }, (_, index) => ({ prompt: `[stuck] ${index}` }));

	test('cancels all that were submitted, not only those that are being sent', async () => {
		bench.fal.options.submitMs = 100;
		const run = bench.start({ items: sixtyStuck, parameters });
		await bench.fal.waitForState(39, 'IN_PROGRESS');
		run.stop();
		expect((await run.finished).status).toBe('canceled');
		const { submissions } = bench.fal;
		await bench.fal.waitUntil(() => submissions.every(({ state }) => state === 'COMPLETED'));
		expect(submissions.every(({ cancelled }) => cancelled !== false)).toBe(true);
		expect(submissions.length).toBeLessThan(60);
		expect(bench.fal.count('cancel')).toBe(submissions.length);
	});

	test('leaves them alone without Cancel on Stop', async () => {
		bench.fal.options.submitMs = 100;
		const run = bench.start({ items: sixtyStuck, parameters, options: { cancelOnStop: false } });
		await bench.fal.waitForState(39, 'IN_PROGRESS');
		run.stop();
		await run.finished;
		expect(bench.fal.count('cancel')).toBe(0);
	});

	test('with batching: those of the groups before are cancelled, too', async () => {
		const batch = { batchSize: 2, batchInterval: 1000 };
		const run = bench.start({
			items: sixtyStuck.slice(0, 6),
			parameters: { ...parameters, requestOptions: { batching: { batch } } },
		});
		await bench.fal.waitForState(3, 'IN_PROGRESS');
		run.stop();
		await run.finished;
		await bench.fal.waitUntil(() => bench.fal.count('cancel') === 4);
		expect(bench.fal.submissions).toHaveLength(4);
	});

	describe('by the time limit, and a retry', () => {
		test('pays for no video again that was done before the cancel came', async () => {
			const batch = { batchSize: 1, batchInterval: 2000 };
			const run = bench.start({
				items: [{ prompt: 'done' }, { prompt: '[stuck] not sent yet' }],
				parameters: { ...parameters, requestOptions: { batching: { batch } } },
			});
			await bench.fal.waitForState(0, 'COMPLETED');
			// A host may take a cancel that comes too late.
			const body = { status: 'CANCELLATION_REQUESTED' };
			bench.fal.order({ on: 'cancel', fault: { type: 'http', status: 202, body } });
			run.stop('timeout-late');
			const first = await run.finished;
			await bench.fal.waitUntil(() => bench.fal.count('cancel') > 0);

			const second = await bench.engine.retry(first).finished;
			const done = bench.fal.submissions.filter(({ body }) => body.prompt === 'done');
			expect(done).toHaveLength(1);
			expect(jsonsOf(second)).toMatchObject([
				{ request_id: done[0]?.requestId },
				{ request_id: bench.submissionOf('[stuck] not sent yet').requestId },
			]);
		});

		test('sends anew what was cancelled, and hands none of that on', async () => {
			bench.fal.options.submitMs = 300;
			const run = bench.start({ items: sixtyStuck.slice(0, 2), parameters });
			await bench.fal.waitForState(0, 'IN_PROGRESS');
			run.stop('timeout-late');
			const first = await run.finished;
			const { submissions } = bench.fal;
			await bench.fal.waitUntil(() => submissions.every(({ state }) => state === 'COMPLETED'));
			const earlier = submissions.map(({ requestId }) => requestId);

			const second = await bench.engine.retry(first).finished;
			const ids = jsonsOf(second).map(({ request_id }) => request_id);
			expect(ids).toHaveLength(2);
			expect(ids.filter((id) => earlier.includes(id as string))).toEqual([]);
		});
	});

	test('what was handed on to the next node goes on', async () => {
		const outcome = await bench.generate({ items: sixtyStuck.slice(0, 3), parameters });
		expect(outcome.status).toBe('success');
		expect(bench.fal.count('cancel')).toBe(0);
	});
});

test('a stop between two tries cancels what the first one left running', async () => {
	const from = (await bench.engine.logs()).length;
	const run = bench.start({
		items: [{ prompt: '[stuck] A boat' }],
		options: { maxWaitSeconds: 1 },
		node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 2000 },
	});
	await logged(bench.engine, 'was not complete within Max Wait', from);
	run.stop();
	await run.finished;
	expect(bench.fal.count('submit')).toBe(1);
	expect(bench.fal.count('cancel')).toBe(1);
	expect(after('cancel')).toEqual([]);
});

describe('a cancel', () => {
	test('that fal refuses, since the video is done, is no error', async () => {
		const run = bench.start({
			items: [{ prompt: '[slow=1] A boat' }],
			options: { pollIntervalSeconds: 60 },
		});
		await bench.fal.waitForState(0, 'COMPLETED');
		run.stop();
		const outcome = await run.finished;
		expect(outcome.status).toBe('canceled');
		const [cancel] = bench.fal.log.filter(({ kind }) => kind === 'cancel');
		expect(cancel?.answered).toBe(400);
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit', 'cancel']);
	});

	test.each([
		{ name: 'a lost connection', fault: { type: 'reset' } as const },
		{ name: '503', fault: { type: 'html', status: 503 } as const },
		{ name: '429', fault: { type: 'empty', status: 429 } as const },
		{ name: 'a 404 page', fault: { type: 'html', status: 404 } as const },
	])('that meets $name is sent again', async ({ fault }) => {
		bench.fal.order({ on: 'cancel', fault });
		const run = bench.start({ items: [{ prompt: '[stuck] A boat' }] });
		await polled(1);
		run.stop();
		await run.finished;
		await bench.fal.waitForState(0, 'COMPLETED');
		expect(bench.fal.count('cancel')).toBe(2);
	});
});

describe('On Timeout: Cancel and Fail', () => {
	const options = { maxWaitSeconds: 1, onTimeout: 'cancelAndFail' };

	test('cancels at fal, and says so', async () => {
		const outcome = await bench.generate({ items: [{ prompt: '[stuck] A boat' }], options });
		expect(outcome.error()?.message).toContain('so it was cancelled');
		expect(bench.fal.submissions[0]?.cancelled).toBe('IN_PROGRESS');
		expect(bench.fal.count('cancel')).toBe(1);
		expect(after('cancel')).toEqual([]);
	});

	test('a request that is complete by then is fetched', async () => {
		// Complete before the cancel, but the last question about it is answered too soon.
		bench.fal.order({
			on: 'status',
			times: Infinity,
			fault: { type: 'status-word', status: 'IN_PROGRESS' },
		});
		const run = bench.start({ items: [{ prompt: 'A boat' }], options });
		await bench.fal.waitFor(({ kind }) => kind === 'cancel');
		bench.fal.clearOrders();
		expect(jsonsOf(await run.finished)).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});
});

describe('the retry of an execution that its time limit ended', () => {
	test('fetches what had been completed, and sends anew what was cancelled', async () => {
		const run = bench.start({
			items: [{ prompt: 'done' }, { prompt: '[slow=2] cancelled' }],
			options: { pollIntervalSeconds: 0.5 },
		});
		await bench.fal.waitFor(
			({ kind, requestId }) =>
				kind === 'result' && requestId === bench.submissionOf('done').requestId,
		);
		await polled(2);
		run.stop('timeout-late');
		const first = await run.finished;
		expect(first.status).toBe('canceled');
		await bench.fal.waitUntil(() => bench.fal.submissions.every((s) => s.state === 'COMPLETED'));

		const second = await bench.engine.retry(first).finished;
		expect(jsonsOf(second)).toHaveLength(2);
		expect(bench.fal.submissions.map(({ body }) => body.prompt)).toEqual([
			...bench.fal.submissions.slice(0, 2).map(({ body }) => body.prompt),
			'[slow=2] cancelled',
		]);
		expect(bench.fal.count('submit')).toBe(3);
	});

	test('fetches a video that was done before the cancel came', async () => {
		const run = bench.start({
			items: [{ prompt: '[slow=1] A boat' }],
			options: { pollIntervalSeconds: 60 },
		});
		await bench.fal.waitForState(0, 'COMPLETED');
		run.stop('timeout-late');
		const first = await run.finished;
		expect(bench.fal.log.find(({ kind }) => kind === 'cancel')?.answered).toBe(400);

		const second = await bench.engine.retry(first).finished;
		expect(jsonsOf(second)).toMatchObject([{ request_id: bench.fal.submissions[0]?.requestId }]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('waits on for what was left running', async () => {
		const run = bench.start({
			items: [{ prompt: '[slow=2] A boat' }],
			options: { cancelOnStop: false },
		});
		await polled(1);
		run.stop('timeout-late');
		const second = await bench.engine.retry(await run.finished).finished;
		expect(jsonsOf(second)).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});
});

test('none of these stops leaves a rejection that nobody handles', async () => {
	expect(await bench.engine.unhandled()).toEqual([]);
});
