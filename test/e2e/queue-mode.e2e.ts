import type { INode } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import { execute, finished, startedByWebhook } from './setup/executions';
import { importWorkflow, publish, readExample, type StoredWorkflow } from './setup/workflows';
import { QueueMode } from './setup/queue/queue-mode';

const film = { request_id: expect.any(String), status: 'COMPLETED' };

/** The scenes of text-to-video.json. */
const scenes = 3;

/** How many executions of it are run at once. */
const runs = 4;

/** By default n8n takes a minute and a half to notice that a worker is gone. */
const noticedInSeconds = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

describe('n8n’s queue mode: main, webhook process and two workers, on Redis and Postgres', () => {
	let n8n: QueueMode;

	beforeAll(async () => {
		n8n = await QueueMode.start({ concurrency: 2, env: noticedInSeconds });
	});
	afterAll(async () => await n8n.close());
	beforeEach(() => n8n.fal.reset());

	async function load(change: (node: INode) => INode = (node) => node): Promise<StoredWorkflow> {
		const example = await readExample('text-to-video.json');
		const nodes = example.nodes.map(change);
		return await importWorkflow(n8n.main, { ...example, nodes }, n8n.credentials);
	}

	/** Begins several executions of a workflow, so that both workers have as many as they take. */
	async function executeAll(workflow: StoredWorkflow): Promise<string[]> {
		const ids = [];
		for (let run = 0; run < runs; run++) ids.push(await execute(n8n.main, workflow));
		return ids;
	}

	async function allInProgress(): Promise<void> {
		for (let index = 0; index < runs * scenes; index++) {
			await n8n.fal.waitForState(index, 'IN_PROGRESS', 120_000);
		}
	}

	test('both workers take part in the batch, and every video comes out once', async () => {
		n8n.fal.options.durationMs = 8_000;
		const ids = await executeAll(await load());
		await allInProgress();

		for (const id of ids) {
			const execution = await finished(n8n.main, id);
			expect(execution).toMatchObject({ status: 'success' });
			expect(execution.json('Videos')).toMatchObject([film, film, film]);
			expect(execution.items('Videos')[0]?.binary?.data?.mimeType).toBe('video/mp4');
		}
		for (const worker of n8n.workers) {
			expect((await n8n.begunBy(worker)).filter((id) => ids.includes(id))).toHaveLength(runs / 2);
		}
		expect(n8n.fal.billed()).toBe(runs * scenes);
	});

	test('a call to the webhook process is executed by a worker', async () => {
		const path = 'films';
		const workflow = await load((node) =>
			node.name === 'Start'
				? {
						...node,
						type: 'n8n-nodes-base.webhook',
						typeVersion: 2,
						webhookId: path,
						parameters: { path, httpMethod: 'POST' },
					}
				: node,
		);
		await publish(n8n.main, workflow);
		await callUntilThere(`${n8n.webhooks.url}/webhook/${path}`);
		await n8n.fal.waitForState(scenes - 1, 'COMPLETED', 120_000);

		const [execution] = await startedByWebhook(n8n.main, workflow, 1);
		if (!execution) throw new Error('The call has started nothing');
		expect(execution).toMatchObject({ status: 'success', mode: 'webhook' });
		const begun = await Promise.all(n8n.workers.map((worker) => n8n.begunBy(worker)));
		expect(begun.flat()).toContain(execution.id);
		expect(n8n.fal.billed()).toBe(scenes);
	});

	test('stopped by its user: the worker cancels every request at fal', async () => {
		n8n.fal.options.durationMs = Infinity;
		const id = await execute(n8n.main, await load());
		for (let index = 0; index < scenes; index++) {
			await n8n.fal.waitForState(index, 'IN_PROGRESS', 120_000);
		}
		await n8n.main.rest('POST', `/executions/${id}/stop`);
		for (let index = 0; index < scenes; index++) {
			await n8n.fal.waitForState(index, 'COMPLETED', 120_000);
		}
		expect(n8n.fal.count('cancel')).toBe(scenes);
		expect(await finished(n8n.main, id)).toMatchObject({ status: 'canceled' });
	});

	// The last one: a worker is missing afterwards.
	test('a worker is killed: its executions fail, the other’s end well, and nothing is made twice', async () => {
		n8n.fal.options.durationMs = 8_000;
		const ids = await executeAll(await load());
		await allInProgress();
		const [unlucky, other] = n8n.workers;
		const lost = (await n8n.begunBy(unlucky)).filter((id) => ids.includes(id));
		const kept = (await n8n.begunBy(other)).filter((id) => ids.includes(id));
		expect([lost.length, kept.length]).toEqual([runs / 2, runs / 2]);
		await unlucky?.program.kill();

		for (const id of kept) {
			const execution = await finished(n8n.main, id);
			expect(execution).toMatchObject({ status: 'success' });
			expect(execution.json('Videos')).toMatchObject([film, film, film]);
		}
		for (const id of lost) {
			const execution = await finished(n8n.main, id);
			expect(execution).toMatchObject({ status: 'error' });
			expect(execution.error?.message).toContain('failed to be processed');
		}
		// What it had submitted goes on at fal, uncancelled, and is billed; nobody submits it again.
		expect(n8n.fal.submissions).toHaveLength(runs * scenes);
		expect(n8n.fal.count('cancel')).toBe(0);
		expect(n8n.fal.billed()).toBe(runs * scenes);
	});
});

/** Calls a webhook, which is not there at once when its workflow has been published. */
async function callUntilThere(url: string): Promise<void> {
	const deadline = Date.now() + 120_000;
	for (;;) {
		const { status } = await fetch(url, { method: 'POST' });
		if (status === 200) return;
		if (status !== 404 || Date.now() > deadline) throw new Error(`${url} answered ${status}`);
		await sleep(200);
	}
}
