import type { IDataObject } from 'n8n-workflow';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { draw } from '../../harness/standin/draw';
import type { FaultOrder } from '../../harness/standin/faults';
import { useFalEngine } from './use-fal-engine';

const bench = useFalEngine(
	{ durationMs: 300, listsRequests: true },
	{ clockSpeed: 20, keepsLog: true },
);

/** What may befall a POST, and what it means. */
const happenings: Array<Omit<FaultOrder, 'on' | 'requestIndex'> | undefined> = [
	undefined,
	undefined,
	// Accepted, and the answer lost.
	{ accepted: true, fault: { type: 'reset' } },
	{ accepted: true, fault: { type: 'html', status: 502 } },
	{ accepted: true, fault: { type: 'empty', status: 200 } },
	{ fault: { type: 'truncate', bytes: 20 } },
	// Not accepted, and the host says so: it is sent again.
	{ fault: { type: 'http', status: 429, headers: { 'retry-after': '0' } } },
	{ fault: { type: 'http', status: 503, headers: { 'retry-after': '0' } } },
	// Not accepted, which nobody can tell.
	{ accepted: false, fault: { type: 'reset' } },
	{ accepted: false, fault: { type: 'html', status: 502 } },
];

/** What fal's list of requests is like. */
const lists: Array<[string, () => void]> = [
	['at once', () => {}],
	['after 20 s', () => void (bench.fal.options.listedAfter = 1_000)],
	['only when they have ended', () => void (bench.fal.options.listedAfter = 'ended')],
	['not for this key', () => void (bench.fal.options.listsRequests = false)],
	[
		'behind a page',
		() => {
			const fault = { type: 'html', status: 502 } as const;
			bench.fal.order({ on: 'requests', times: Infinity, fault });
		},
	],
];

const seedsPerList = 20;

describe.each(lists)('fal lists requests %s', (_, arrange) => {
	test.each(Array.from({ length: seedsPerList }, (__, index) => index + 1))(
		'seed %i: what is billed is delivered, or said to be lost',
		async (seed) => {
			bench.fal.reset();
			arrange();
			const choose = (name: string, from: number) => Math.floor(draw(seed, name) * from);
			const count = 1 + choose('count', 12);
			const items = Array.from({ length: count }, (__, index) => ({
				prompt: `Boat ${choose(`prompt ${index}`, 4)}`,
			}));
			const untold = items.flatMap((__, requestIndex) => {
				const one = happenings[choose(`POST ${requestIndex}`, happenings.length)];
				if (one === undefined) return [];
				const placed = bench.fal.order({ ...one, on: 'submit', requestIndex });
				return one.accepted === false ? [placed] : [];
			});
			const outcome = await bench.generate({ items, node: { onError: 'continueErrorOutput' } });
			const delivered = jsonsOf(outcome);
			const failed = jsonsOf(outcome, 'Errors');
			const billed = bench.fal.billed();

			expect(delivered.length + failed.length).toBe(count);
			expect(failed.filter((one) => !saidToBeLost(one))).toEqual([]);
			// Each its own video, and of its own prompt.
			expect(new Set(delivered.map(({ request_id: id }) => id)).size).toBe(delivered.length);
			for (const { request_id: id, prompt } of delivered) {
				const made = bench.fal.submissions.find(({ requestId }) => requestId === id);
				expect(made?.body.prompt).toBe(prompt);
			}
			// Of what is said to be lost, that is not there which fal did not accept.
			const neverThere = untold.reduce((sum, { used }) => sum + used, 0);
			expect(billed).toBe(delivered.length + failed.length - neverThere);
			expect(billed).toBeLessThanOrEqual(count);
		},
	);
});

function saidToBeLost({ error }: IDataObject): boolean {
	return typeof error === 'string' && error.includes('may be running');
}
