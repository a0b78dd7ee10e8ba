import type { IDataObject } from 'n8n-workflow';
import { saveFalCredential } from '../../harness/server/fal-credential';
import { video } from '../../harness/standin/outcome';
import { useBench, type CredentialsByType } from './setup/bench';
import { execute, executeToEnd, finished, retry, type Execution } from './setup/executions';
import { scenesOf } from './setup/scenes';
import { importWorkflow, readExample } from './setup/workflows';

/** What every finished video's item holds. */
const film = { request_id: expect.any(String), status: 'COMPLETED' };

/** The scenes of text-to-video.json. */
const scenes = 3;

describe('faults of a server’s life', () => {
	const bench = useBench();

	/** text-to-video.json, whose second scene has a marker for the stand-in, and which stops on errors. */
	async function loadWithMarker(
		marker: string,
		credentials: CredentialsByType = bench.credentials,
	) {
		const prompts = ['One', `Two ${marker}`, 'Three'];
		const scenes = await scenesOf(prompts, (node) => ({ ...node, onError: 'stopWorkflow' }));
		return await importWorkflow(bench.n8n, scenes, credentials);
	}

	test('stopped by its user: every request is cancelled at fal', async () => {
		bench.fal.options.durationMs = Infinity;
		// One is in progress, two are still in fal's queue, where a cancel costs nothing.
		bench.fal.options.capacity = 1;
		const example = await readExample('text-to-video.json');
		const workflow = await importWorkflow(bench.n8n, example, bench.credentials);
		const id = await execute(bench.n8n, workflow);
		await bench.fal.waitForState(0, 'IN_PROGRESS', 60_000);
		await bench.fal.waitUntil(() => bench.fal.count('status') >= scenes, 60_000);
		await bench.n8n.rest('POST', `/executions/${id}/stop`);
		await bench.fal.waitForEach(scenes, 'COMPLETED', 60_000);

		expect(await finished(bench.n8n, id)).toMatchObject({ status: 'canceled' });
		expect(bench.fal.count('cancel')).toBe(scenes);
		expect(bench.fal.submissions.filter(({ cancelled }) => cancelled)).toHaveLength(scenes);
	});

	describe('Retry from the list of executions', () => {
		/** Three videos come out, and all that was sent since is the second prompt. */
		function expectOneMore(retried: Execution): void {
			expect(retried).toMatchObject({ status: 'success', mode: 'retry' });
			expect(retried.json('Videos')).toMatchObject([film, film, film]);
			expect(bench.fal.submissions).toHaveLength(scenes + 1);
			expect(bench.fal.submissions.at(-1)?.body.prompt).toContain('Two');
		}

		test('after a blocked prompt, with the workflow changed since: one more is billed', async () => {
			const workflow = await loadWithMarker('[blocked]');
			const failed = await executeToEnd(bench.n8n, workflow);
			expect(failed).toMatchObject({ status: 'error' });
			expect(failed.error?.message).toContain('material flagged by a content checker');
			// fal bills what its model has refused, as far as its documentation says.
			expect(bench.fal.billed()).toBe(scenes);

			const nodes = workflow.nodes.map((node) =>
				node.name === 'Fal Video'
					? {
							...node,
							parameters: {
								...node.parameters,
								prompt: "={{ $json.prompt.replace(' [blocked]', ', reworded') }}",
							},
						}
					: node,
			);
			await bench.n8n.rest('PATCH', `/workflows/${workflow.id}`, { ...workflow, nodes });

			expectOneMore(await retry(bench.n8n, failed.id, true));
			expect(bench.fal.billed()).toBe(scenes + 1);
		});

		test('after a fault at fal, which was not billed: each video is billed once', async () => {
			const failed = await executeToEnd(bench.n8n, await loadWithMarker('[downstream]'));
			expect(failed).toMatchObject({ status: 'error' });
			expect(bench.fal.billed()).toBe(scenes - 1);

			// The fault is over.
			bench.fal.options.outcome = () => video();
			expectOneMore(await retry(bench.n8n, failed.id, false));
			expect(bench.fal.billed()).toBe(scenes);
		});
	});

	test('two workflows at once keep to their own requests', async () => {
		bench.fal.options.durationMs = 2_000;
		const [first, second] = [await loadWithMarker('first'), await loadWithMarker('second')];
		const ids = await Promise.all([execute(bench.n8n, first), execute(bench.n8n, second)]);
		const [one, other] = await Promise.all(ids.map((id) => finished(bench.n8n, id)));

		expect([one?.status, other?.status]).toEqual(['success', 'success']);
		expect(bench.fal.submissions).toHaveLength(2 * scenes);
		expect(bench.fal.billed()).toBe(2 * scenes);
		const idsOf = (items: IDataObject[] = []) => items.map(({ request_id }) => request_id);
		const submittedWith = (marker: string) =>
			bench.fal.submissions
				.filter(({ body }) => JSON.stringify(body.prompt).includes(marker))
				.map(({ requestId }) => requestId);
		expect(idsOf(one?.json('Videos'))[1]).toBe(submittedWith('first')[0]);
		expect(idsOf(other?.json('Videos'))[1]).toBe(submittedWith('second')[0]);
		const all = [...idsOf(one?.json('Videos')), ...idsOf(other?.json('Videos'))];
		expect(new Set(all).size).toBe(2 * scenes);
	});

	test('the credential is deleted while a run waits: that run ends well, the next fails', async () => {
		const falVideoApi = await saveFalCredential(bench.n8n, 'Short-lived', {
			apiKey: bench.fal.keys[0] ?? '',
			baseUrl: bench.fal.url,
			webhookKeysUrl: bench.fal.jwksUrl,
		});
		const workflow = await loadWithMarker('', { falVideoApi });
		bench.fal.options.durationMs = 4_000;
		const id = await execute(bench.n8n, workflow);
		await bench.fal.waitForEach(scenes, 'IN_PROGRESS', 60_000);
		await bench.n8n.rest('DELETE', `/credentials/${falVideoApi.id}`);

		const execution = await finished(bench.n8n, id);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film, film, film]);

		const next = await executeToEnd(bench.n8n, workflow);
		expect(next).toMatchObject({ status: 'error' });
		expect(next.error?.message).toMatch(/Credential with ID .+ does not exist/);
		expect(bench.fal.submissions).toHaveLength(scenes);
	});
});
