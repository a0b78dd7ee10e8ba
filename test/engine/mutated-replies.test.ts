import { FalEngine, jsonsOf } from '../../harness/engine/fal-engine';
import { draw } from '../../harness/standin/draw';
import type { Fault } from '../../harness/standin/faults';
import type { JsonObject, JsonValue } from '../../harness/standin/json';
import type { Submission } from '../../harness/standin/submission';

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

describe.each(['fal', 'reseller'] as const)('at a host of the kind %s', (kind) => {
	let bench: FalEngine;
	beforeAll(async () => {
		bench = await FalEngine.start({ kind });
	});
	beforeEach(() => bench.fal.reset());
	afterAll(async () => await bench.close());

	/** A mutated reply, made when it is sent: only then the request has its id. */
	function mutatedReply(endpoint: Endpoint, index: number): Fault {
		const name = `${kind}/${endpoint}/${index}`;
		const mutate = pick(endpoint === 'submit' ? withId : mutations, name);
		const reply = (): Mutated => {
			const { submissions } = bench.fal;
			const submission = endpoint === 'submit' ? submissions.at(-1) : submissions[index];
			if (!submission) throw new Error(`There is nothing to mutate for ${name}`);
			return mutate(rightReply(bench, endpoint, submission), endpoint, name);
		};
		return {
			type: 'http',
			get status() {
				return reply().status;
			},
			get body() {
				return reply().body;
			},
		};
	}

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
			expect(bench.fal.count('submit')).toBe(ITEMS);
			expect(bench.fal.submissions).toHaveLength(ITEMS);

			const videos = jsonsOf(outcome);
			const errors = jsonsOf(outcome, 'Errors');
			expect(videos.filter(({ video }) => typeof video !== 'object')).toEqual([]);
			const idOf = (error: (typeof errors)[number]) =>
				(error.details as { request_id?: string }).request_id ?? '';
			expect(errors.filter((error) => idOf(error) === '')).toEqual([]);
			const ids = [...videos.map(({ request_id }) => request_id), ...errors.map(idOf)];
			expect(ids.toSorted()).toEqual(
				bench.fal.submissions.map(({ requestId }) => requestId).toSorted(),
			);
			// Most of what is off says nothing of how the request ended.
			expect(videos.length).toBeGreaterThan(ITEMS / 2);

			const tookLong = bench.fal.submissions.filter(({ requestId, acceptedAt }) => {
				const last = bench.fal.log.findLast((entry) => entry.requestId === requestId);
				return (last?.at ?? 0) - acceptedAt > LONGEST_MS;
			});
			expect(tookLong).toEqual([]);
			expect(outcome.duration).toBeLessThan(LONGEST_MS);
			expect(await bench.engine.unhandled()).toEqual([]);
		},
	);
});
