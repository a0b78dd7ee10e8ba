import type { INode } from 'n8n-workflow';
import { usePrivateBench } from './setup/bench';
import { execute, executeToEnd, finished, retry, storedOf, untilStatus } from './setup/executions';
import { Suspending } from './setup/suspending';
import { Triggers } from './setup/triggers';
import { importWorkflow, readExample, untilRegistered } from './setup/workflows';

/** What every finished video's item holds. */
const film = { request_id: expect.any(String), status: 'COMPLETED' };

/** The scenes of text-to-video.json. */
const scenes = 3;

describe('a server that is ended, and started again', () => {
	const bench = usePrivateBench();
	const suspending = new Suspending(bench);
	const triggers = new Triggers(bench);

	async function load(file: string, change: (node: INode) => INode = (node) => node) {
		const example = await readExample(file);
		const nodes = example.nodes.map(change);
		return await importWorkflow(bench.n8n, { ...example, nodes }, bench.credentials);
	}

	describe('SIGKILL while Generate waits', () => {
		test('the execution is marked as crashed; its requests go on, and are billed', async () => {
			bench.fal.options.durationMs = 5_000;
			const workflow = await load('text-to-video.json');
			const id = await execute(bench.n8n, workflow);
			await bench.fal.waitForEach(scenes, 'IN_PROGRESS', 60_000);
			await bench.n8n.kill();
			await bench.fal.waitForEach(scenes, 'COMPLETED', 60_000);
			await bench.startAgain();

			const execution = await untilStatus(bench.n8n, id, ['crashed', 'error', 'success']);
			expect(execution).toMatchObject({ status: 'crashed' });
			// Nobody has cancelled them, and n8n does not run a crashed execution again by itself.
			expect(bench.fal.count('cancel')).toBe(0);
			expect(bench.fal.submissions).toHaveLength(scenes);
			expect(bench.fal.billed()).toBe(scenes);

			// Nothing is known any more of what it did: n8n itself refuses to retry it.
			await expect(retry(bench.n8n, id, false)).rejects.toThrow('cannot be retried');
			expect(bench.fal.submissions).toHaveLength(scenes);
		});

		test('each video can be had by its request’s id, at no further cost', async () => {
			const { requestId } = await paidFor();
			const collect = await load('submit-and-collect.json', (node) =>
				node.name === 'Submit'
					? // An item as fal's reply to the request would have been.
						{
							...node,
							type: 'n8n-nodes-base.set',
							typeVersion: 3.4,
							credentials: undefined,
							parameters: { mode: 'raw', jsonOutput: JSON.stringify({ status_url: requestId }) },
						}
					: withoutPause(node),
			);

			const execution = await executeToEnd(bench.n8n, collect);
			expect(execution).toMatchObject({ status: 'success' });
			expect(execution.json('Collect')).toMatchObject([{ ...film, request_id: requestId }]);
			expect(bench.fal.billed()).toBe(1);
		});

		test('ten videos that nobody has are listed by fal, and fetched as files, once each', async () => {
			bench.fal.options.durationMs = 4_000;
			bench.fal.options.listsRequests = true;
			const jsCode =
				"return Array.from({ length: 10 }, (_, n) => ({ json: { prompt: 'Scene ' + n } }));";
			const ten = await load('text-to-video.json', (node) =>
				node.name === 'Scenes' ? { ...node, parameters: { jsCode } } : node,
			);
			await execute(bench.n8n, ten);
			await bench.fal.waitForEach(10, 'IN_PROGRESS', 60_000);
			await bench.n8n.kill();
			await bench.fal.waitForEach(10, 'COMPLETED', 60_000);
			await bench.startAgain();

			const collect = await load('collect-after-crash.json');
			const execution = await executeToEnd(bench.n8n, collect);
			expect(execution).toMatchObject({ status: 'success' });
			const had = execution.json('Write Files').map(({ request_id }) => request_id);
			const made = bench.fal.submissions.map(({ requestId }) => requestId);
			expect(had.toSorted()).toEqual(made.toSorted());
			expect(execution.items('Write Files').map(({ binary }) => binary?.data?.mimeType)).toEqual(
				Array(10).fill('video/mp4'),
			);
			const again = await executeToEnd(bench.n8n, collect);
			expect(again.json('Fetch')).toEqual([]);
			expect(bench.fal.billed()).toBe(10);
		});

		/** A request that was submitted by a server that is no more. */
		async function paidFor() {
			const submit = await load('submit-and-collect.json', withoutPause);
			await executeToEnd(bench.n8n, submit);
			return await bench.fal.waitForState(0, 'COMPLETED', 60_000);
		}
	});

	test('SIGKILL while submit-and-collect.json pauses: it goes on, nothing is paid twice', async () => {
		const workflow = await load('submit-and-collect.json');
		const id = await execute(bench.n8n, workflow);
		await untilStatus(bench.n8n, id, ['waiting']);
		await bench.n8n.kill();
		await bench.startAgain();

		const execution = await finished(bench.n8n, id);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Collect')).toMatchObject([film]);
		expect(bench.fal.submissions).toHaveLength(1);
		expect(bench.fal.billed()).toBe(1);
	});

	test('the server is stopped by its administrator while Generate waits', async () => {
		bench.fal.options.durationMs = 3_000;
		const id = await execute(bench.n8n, await load('text-to-video.json'));
		await bench.fal.waitForEach(scenes, 'IN_PROGRESS', 60_000);
		// It lets what runs come to its end first.
		await bench.n8n.stop();
		await bench.startAgain();

		const execution = await finished(bench.n8n, id);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film, film, film]);
		expect(bench.fal.billed()).toBe(scenes);
	});

	test('the server is killed while it is suspended, and started again: nothing lost, nothing twice', async () => {
		bench.fal.options.durationMs = 6_000;
		// Long enough for the minute that a callback is put off after a start.
		bench.fal.options.webhookRetryMs = 5_000;
		const id = await suspending.suspend(await suspending.load(['One', 'Two', 'Three [blocked]']));
		await bench.n8n.kill();
		await bench.fal.waitForState(2, 'COMPLETED', 60_000);
		await bench.startAgain();
		const execution = await finished(bench.n8n, id);
		expect(execution.status).toBe('success');
		expect(execution.json('Fal Video')).toMatchObject([film, film, { status: 'ERROR' }]);
		expect(bench.fal.submissions).toHaveLength(3);
	});

	test('a callback that comes again after a restart starts nothing more', async () => {
		const trigger = await triggers.triggered();
		const requestId = await triggers.completed();
		const send = async () => await bench.fal.sendWebhook(requestId, { url: trigger.url });
		for (const { answered } of await Promise.all([send(), send(), send()])) {
			expect(answered).toBe(200);
		}
		expect(await triggers.startedBy(trigger, 1)).toEqual([requestId]);

		const port = Number(new URL(bench.n8n.url).port);
		await bench.n8n.stop();
		await bench.startAgain();
		trigger.url = trigger.url.replace(`:${port}/`, `:${new URL(bench.n8n.url).port}/`);
		await untilRegistered(trigger.url);
		expect(await send()).toMatchObject({ answered: 200 });
		const ids = await triggers.startedBy(trigger, 2);
		expect(ids[0]).toBe(requestId);
		expect(new Set(ids).size).toBe(2);
	});
});

describe('SIGKILL while sixty callbacks reach the trigger', () => {
	const bench = usePrivateBench();
	const triggers = new Triggers(bench);

	test('what was answered 200 has started; the others start when fal calls again', async () => {
		const trigger = await triggers.triggered();
		const ids = await Promise.all(
			Array.from({ length: 60 }, async (_, n) => await triggers.completed(`Scene ${n}`)),
		);
		const port = new URL(bench.n8n.url).port;
		const taken = new Set<string>();
		let killed: Promise<void> | undefined;
		const call = async (requestId: string) => {
			const { answered } = await bench.fal.sendWebhook(requestId, { url: trigger.url });
			if (answered === 200) taken.add(requestId);
			if (taken.size >= 5) killed ??= bench.n8n.kill();
		};
		// As fal calls: each by itself, a few at the same moment.
		for (let n = 0; n < ids.length; n += 4) await Promise.all(ids.slice(n, n + 4).map(call));
		await killed;
		expect(taken.size).toBeGreaterThanOrEqual(5);
		expect(taken.size).toBeLessThan(60);

		await bench.startAgain();
		trigger.url = trigger.url.replace(`:${port}/`, `:${new URL(bench.n8n.url).port}/`);
		await untilRegistered(trigger.url);
		const before = await storedOf(bench.n8n, trigger.workflow);
		const hasStarted = (stored: string[], id: string) => stored.some((one) => one.includes(id));
		expect([...taken].filter((id) => !hasStarted(before, id))).toEqual([]);

		for (const requestId of ids.filter((id) => !taken.has(id))) {
			expect(await bench.fal.sendWebhook(requestId, { url: trigger.url })).toMatchObject({
				answered: 200,
			});
		}
		const after = await storedOf(bench.n8n, trigger.workflow);
		expect(ids.filter((id) => !hasStarted(after, id))).toEqual([]);
	});
});

/** submit-and-collect.json without its long pause. */
function withoutPause(node: INode): INode {
	return node.name === 'Pause'
		? { ...node, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} }
		: node;
}
