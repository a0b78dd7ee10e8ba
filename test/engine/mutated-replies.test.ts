import { draw } from '../../harness/standin/draw';
import type { Fault } from '../../harness/standin/faults';
import type { JsonObject, JsonValue } from '../../harness/standin/json';
import { useFalEngine } from './use-fal-engine';

/** How many replies of each endpoint are changed, one for each request. */
const COUNT = 50;

/** What a fault that passes may take, in seconds; a longer wait ends as one that was too long. */
const PASSING_SECONDS = 45;

type Endpoint = 'status' | 'result';

const bodies: Record<Endpoint, JsonObject> = {
	status: {
		status: 'COMPLETED',
		request_id: 'r',
		response_url: 'https://queue.fal.run/fal-ai/kling-video/requests/r',
		queue_position: 0,
		logs: null,
		metrics: { inference_time: 1.5 },
	},
	result: {
		video: {
			url: 'http://127.0.0.1:1/files/r.mp4',
			content_type: 'video/mp4',
			file_name: 'output.mp4',
			file_size: 11377,
		},
	},
};

const odd: JsonValue[] = [null, 7, -1, '', 'text', true, [], [1], {}, { a: { b: [] } }];
const codes = [200, 202, 400, 403, 404, 405, 408, 409, 418, 422, 429, 500, 502, 503, 504];

/** One reply that is slightly, or quite, off. */
function mutated(index: number, endpoint: Endpoint): Fault {
	let drawn = 0;
	const below = (limit: number) => Math.floor(draw(12, `${endpoint} ${index} ${drawn++}`) * limit);
	const body = structuredClone(bodies[endpoint]);
	const pick = <Value>(values: readonly Value[]) => values[below(values.length)] as Value;
	const inner = endpoint === 'result' && below(2) === 0 ? (body.video as JsonObject) : body;
	const field = pick(Object.keys(inner));
	switch (below(6)) {
		case 0:
			delete inner[field];
			return { type: 'body', body };
		case 1:
			inner[field] = pick(odd);
			return { type: 'body', body };
		case 2:
			return {
				type: 'body',
				body: pick<JsonValue>([[body], JSON.stringify(body), { wrapped: body }]),
			};
		case 3:
			delete inner[field];
			return { type: 'http', status: pick(codes), body };
		case 4:
			return { type: 'html', status: pick(codes) };
		default:
			return { type: 'empty', status: pick(codes) };
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

		test('lose no id, send nothing again, and cost no more time than a fault that passes', async () => {
			const faults = Array.from({ length: COUNT }, (_, index) => mutated(index, endpoint));
			faults.forEach((fault, requestIndex) =>
				bench.fal.order({ on: endpoint, fault, requestIndex }),
			);
			const outcome = await bench.generate({
				items: faults.map((_, n) => ({ prompt: `A boat, take ${n}` })),
				parameters: { requestOptions: { timeout: 1500 } },
				options: { maxWaitSeconds: PASSING_SECONDS },
				node: { onError: 'continueErrorOutput' },
			});

			expect(bench.fal.count('submit')).toBe(COUNT);
			const ids = bench.fal.submissions.map(({ requestId }) => requestId);
			expect(ids).toHaveLength(COUNT);
			const videos = outcome.items('Out').map(({ json }) => json);
			const errors = outcome.items('Errors').map(({ json }) => json);
			// Whatever came of it, each request's id is there to collect it by.
			const named = [
				...videos.map(({ request_id }) => request_id),
				...errors.map(({ details }) => (details as JsonObject).request_id),
			];
			expect([...named].sort()).toEqual([...ids].sort());
			for (const { error, details } of errors) {
				expect(error).toContain((details as JsonObject).request_id);
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
			expect(met).toHaveLength(COUNT);
		});
	},
);

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
