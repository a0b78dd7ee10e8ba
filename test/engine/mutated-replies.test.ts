import { draw } from '../../harness/standin/draw';
import type { Fault } from '../../harness/standin/faults';
import type { JsonObject, JsonValue } from '../../harness/standin/json';
import { useFalEngine } from './use-fal-engine';

const SEED = 2611;
const ITEMS = 50;
/** The longest that an item may take, in milliseconds. */
const LONGEST_MS = 45_000;

const PAGE = '<html><head><title>Sign in</title></head><body></body></html>';
const others: JsonValue[] = [null, 7, 'odd', [], ['odd'], {}, { odd: 1 }];
/** The code of a reply to a POST says whether there is a request: only another that says so. */
const codes = {
	submit: [201, 202, 203, 206],
	other: [
		201, 202, 204, 206, 301, 400, 401, 402, 403, 404, 405, 409, 410, 422, 425, 429, 499, 500, 501,
		502, 503, 504,
	],
};

type Endpoint = 'submit' | 'status' | 'result';

interface Mutated {
	status: number;
	body?: JsonValue;
}

/** Draws one of several, always the same for the same name. */
function pick<One>(list: readonly One[], name: string): One {
	return list[Math.floor(draw(SEED, name) * list.length)] as One;
}

/** The right reply without one of its fields. */
function drop(right: JsonObject, endpoint: Endpoint, name: string): JsonObject {
	const field = pick(fieldsOf(right, endpoint), `${name}/field`);
	return Object.fromEntries(Object.entries(right).filter(([key]) => key !== field));
}

/** The right reply with one of its fields of another type. */
function retype(right: JsonObject, endpoint: Endpoint, name: string): JsonObject {
	const field = pick(fieldsOf(right, endpoint), `${name}/field`);
	return { ...right, [field]: pick(others, `${name}/type`) };
}

/** Another code than 200. */
function code(endpoint: Endpoint, name: string): number {
	return pick(endpoint === 'submit' ? codes.submit : codes.other, `${name}/code`);
}

type Mutation = (right: JsonObject, endpoint: Endpoint, name: string) => Mutated;

/** What makes a wrong reply out of the right one, and leaves its id in it. */
const withId: Mutation[] = [
	(...right) => ({ status: 200, body: drop(...right) }),
	(...right) => ({ status: 200, body: retype(...right) }),
	(right) => ({ status: 200, body: { data: right } }),
	(right) => ({ status: 200, body: [right] }),
	(right) => ({ status: 200, body: JSON.stringify(right) }),
	(right, endpoint, name) => ({ status: code(endpoint, name), body: right }),
	(...right) => ({ status: code(right[1], right[2]), body: drop(...right) }),
	(...right) => ({ status: code(right[1], right[2]), body: retype(...right) }),
];

/** Beside these, what leaves nothing of it. */
const mutations: Mutation[] = [
	...withId,
	() => ({ status: 200, body: PAGE }),
	() => ({ status: 200 }),
	(_right, endpoint, name) => ({ status: code(endpoint, name), body: PAGE }),
	(_right, endpoint, name) => ({ status: code(endpoint, name) }),
];

function fieldsOf(right: JsonObject, endpoint: Endpoint): string[] {
	return Object.keys(right).filter((key) => endpoint !== 'submit' || key !== 'request_id');
}

/** The right reply about a request that is complete, or was taken just now. */
function rightReply(bench: FalEngine, endpoint: Endpoint, { requestId }: Submission): JsonObject {
	const url = `${bench.fal.baseUrl}/fal-ai/kling-video/requests/${requestId}`;
	const urls = { response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
	const rest = { request_id: requestId, ...urls, logs: null, metrics: {} };
	switch (endpoint) {
		case 'submit':
			return { status: 'IN_QUEUE', ...rest, queue_position: 0 };
		case 'status':
			return { status: 'COMPLETED', ...rest };
		case 'result': {
			const file = `${bench.fal.mediaUrl}/files/${requestId}.mp4`;
			const names = { content_type: 'video/mp4', file_name: 'output.mp4', file_size: 11_377 };
			return { video: { url: file, ...names }, seed: 7 };
		}
	}
}

describe.each([
	{ kind: 'fal', endpoint: 'status' },
	{ kind: 'fal', endpoint: 'result' },
	{ kind: 'reseller', endpoint: 'result' },
] as const)(
	'fifty changed replies to the $endpoint, at a host of the kind $kind',
	({ kind, endpoint }) => {
		const bench = useFalEngine({ kind, durationMs: 300 }, { clockSpeed: 5 });

	test.each(['submit', 'status', 'result'] as const)(
		'fifty items whose reply to the %s is off: none lost, none sent twice, none kept long',
		async (endpoint) => {
			const placed = Array.from({ length: ITEMS }, (_, requestIndex) =>
				bench.fal.order({
					on: endpoint,
					requestIndex,
					accepted: true,
					fault: mutatedReply(endpoint, requestIndex),
				}),
			);
			const outcome = await bench.generate({
				items: Array.from({ length: ITEMS }, (_, n) => ({ prompt: `A boat, take ${n}` })),
				parameters: { requestOptions: { timeout: 1500 } },
				options: { maxWaitSeconds: 60 },
				node: { onError: 'continueErrorOutput' },
			});

			// A host without a status is asked for it only until that is known.
			if (kind === 'fal' || endpoint !== 'status') {
				expect(placed.filter(({ used }) => used === 0)).toEqual([]);
			}
			// Nearly all of them are faults that pass; what a host says to be the end is one.
			expect(videos.length).toBeGreaterThan(COUNT * 0.8);
			expect(errors.filter(({ error }) => (error as string).includes('within Max Wait'))).toEqual(
				[],
			);
			// Every fault was met.
			const met = bench.fal.log.filter(
				({ kind, fault }) => kind === endpoint && fault !== undefined,
			);
			// Most of what is off says nothing of how the request ended.
			expect(videos.length).toBeGreaterThan(ITEMS / 2);

describe('changed replies to the POST, of which the id is left', () => {
	const bench = useFalEngine({ durationMs: 300 }, { clockSpeed: 5 });

	test.each<[string, Partial<typeof bench.fal.options>]>([
		['URLs as fal’s documentation prints them', { urls: 'documented' }],
		['URLs of another host', { publicUrl: 'https://somewhere.example/else' }],
		['URLs that are none', { publicUrl: 'no address' }],
	])('%s: the videos come, each billed once', async (_what, options) => {
		bench.fal.reset();
		Object.assign(bench.fal.options, options);
		const outcome = await bench.generate({ items: [{ prompt: 'one' }, { prompt: 'two' }] });
		expect(outcome.items('Out').map(({ json }) => json)).toMatchObject([
			{ status: 'COMPLETED' },
			{ status: 'COMPLETED' },
		]);
		expect(bench.fal.count('submit')).toBe(2);
		expect(bench.fal.billed()).toBe(2);
	});
});
