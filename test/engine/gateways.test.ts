import { FalEngine, jsonsOf } from '../../harness/engine/fal-engine';
import type { KindName } from '../../harness/standin/kind';
import { kindNames, kinds } from '../../harness/standin/kinds';
import { anyOf, including } from '../matchers';
import { useFalEngine } from './use-fal-engine';

const gateways = kindNames.filter((kind) => kind !== 'fal');
const MODEL = 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video';

describe.each(gateways)('at a gateway of the kind %s', (kind: KindName) => {
	const bench = useFalEngine({ kind, durationMs: 300 }, { clockSpeed: 5 });
	/** What texts call the host. */
	let host: string;

	beforeAll(() => {
		host = new URL(bench.fal.url).host;
	});

	const onlyId = () => bench.fal.submissions[0]?.requestId ?? '';
	const operate = async (operation: string, parameters = {}) =>
		await bench.generate({
			parameters: {
				resource: 'request',
				operation,
				requestId: onlyId(),
				model: MODEL,
				...parameters,
			},
		});

	test('ten items become ten videos, each billed once, in order, with their files', async () => {
		const prompts = Array.from({ length: 10 }, (_, n) => `A boat, take ${n}`);
		const outcome = await bench.generate({
			items: prompts.map((prompt) => ({ prompt })),
			parameters: { downloadVideo: true },
			options: { pollIntervalSeconds: 1 },
		});
		expect(outcome.error()).toBeUndefined();
		expect(jsonsOf(outcome).map(({ request_id }) => request_id)).toEqual(
			prompts.map((prompt) => bench.submissionOf(prompt).requestId),
		);
		expect(jsonsOf(outcome)).toEqual(
			prompts.map(() =>
				including({ status: 'COMPLETED', video: including({ url: anyOf(String) }) }),
			),
		);
		expect(outcome.items('Out').every(({ binary }) => binary?.data !== undefined)).toBe(true);
		expect(bench.fal.billed()).toBe(10);
	});

	test('a video is found by the learned moments, too', async () => {
		const outcome = await bench.generate({ options: { pollIntervalSeconds: undefined } });
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED' }]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('a blocked prompt ends at once, with the reason, and the host named instead of fal', async () => {
		const outcome = await bench.generate({ items: [{ prompt: 'A boat [blocked]' }] });
		expect(outcome.error()?.message).toContain('flagged by a content checker');
		expect(outcome.error()?.description).toContain(onlyId());
		expect(outcome.error()?.description).not.toMatch(/\bfal\b/);
		expect(bench.fal.billed()).toBe(1);
	});

	test('Get Status and Get Result work by id', async () => {
		await bench.generate({
			items: [{ prompt: 'A boat [slow=2]' }],
			parameters: { waitUntilComplete: false },
		});
		const early = await operate('getStatus', { options: {} });
		expect(jsonsOf(early)).toMatchObject([{ request_id: onlyId(), status: anyOf(String) }]);
		expect(jsonsOf(early)[0]?.status).not.toBe('COMPLETED');
		const outcome = await operate('getResult');
		expect(jsonsOf(outcome)).toMatchObject([{ status: 'COMPLETED', request_id: onlyId() }]);
		const late = await operate('getStatus', { options: {} });
		expect(jsonsOf(late)).toMatchObject([{ status: 'COMPLETED' }]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('a request that is not there is an error that says so, soon', async () => {
		const outcome = await bench.generate({
			parameters: {
				resource: 'request',
				operation: 'getResult',
				requestId: '00000000-0000-4000-8000-000000000000',
				model: MODEL,
			},
		});
		expect(outcome.error()?.message).toContain('00000000-0000-4000-8000-000000000000');
		expect(outcome.error()?.message).toContain(host);
	});

	test('a cancel is carried out, or said not to be offered', async () => {
		await bench.generate({
			items: [{ prompt: 'A boat [stuck]' }],
			parameters: { waitUntilComplete: false },
		});
		const outcome = await operate('cancel', { options: {} });
		if (kinds[kind].offers.cancel) {
			expect(jsonsOf(outcome)).toMatchObject([{ cancelled: true }]);
		} else {
			expect(outcome.error()?.message).toContain(`${host} has no way to cancel a request`);
			expect(bench.fal.count('cancel') + bench.fal.count('other')).toBeLessThanOrEqual(2);
		}
	});

	test('a wrong key and an empty account say which of the two it is, and cost nothing', async () => {
		bench.fal.options.account = 'exhausted';
		const empty = await bench.generate();
		bench.fal.options.account = 'ok';
		bench.fal.options.keys = ['another'];
		const wrong = await bench.generate();
		expect(empty.error()?.message).toContain(`${host} refused the account, not the key`);
		expect(empty.error()?.description).not.toContain('fal.ai');
		expect(wrong.error()?.message).toContain(`${host} refused the key`);
		expect(bench.fal.billed()).toBe(0);
	});
});

test('fal itself gets a status request and a result, and nothing else, for a video that is there', async () => {
	const bench = await FalEngine.start({ durationMs: 0 });
	await bench.generate();
	expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['submit', 'status', 'result']);
	await bench.close();
});
