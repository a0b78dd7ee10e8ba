import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { textOf } from './setup/openai/chat-completions';
import { useBench } from './setup/bench';
import {
	execute,
	executeToEnd,
	executionsOf,
	finished,
	startedByWebhook,
	untilStatus,
	type Execution,
} from './setup/executions';
import { importWorkflow, publish, readExample, unpublish } from './setup/workflows';

/** What every finished video's item holds. */
const film = {
	request_id: expect.any(String),
	status: 'COMPLETED',
	video: { url: expect.stringMatching(/^http.+\.mp4$/), content_type: 'video/mp4' },
};

/** How a blocked prompt ends. */
const blocked = {
	status: 422,
	body: { detail: [{ loc: ['body', 'prompt'], msg: 'Flagged', type: 'content_policy_violation' }] },
	headers: { 'x-fal-retryable': 'false' },
};

describe('the examples, executed as they are shipped', () => {
	const bench = useBench();

	async function load(file: string) {
		return await importWorkflow(bench.n8n, await readExample(file), bench.credentials);
	}

	/** The prompts that reached fal. */
	function filmed(): unknown[] {
		return bench.fal.submissions.map(({ body }) => body.prompt);
	}

	test('text-to-video.json makes three videos at once, and hands them on as files', async () => {
		// None of them is finished before all have been asked for.
		bench.fal.options.durationMs = (_submission, index) => (index < 2 ? 3_000 : 300);

		const execution = await executeToEnd(bench.n8n, await load('text-to-video.json'));

		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film, film, film]);
		expect(execution.items('Videos').map(({ binary }) => binary?.data?.mimeType)).toEqual(
			Array(3).fill('video/mp4'),
		);
		// Three POSTs at once arrive in any order.
		const scenes = execution.json('Scenes').map(({ prompt }) => prompt);
		expect(filmed().toSorted()).toEqual(scenes.toSorted());
		expect(bench.fal.billed()).toBe(3);
		const [first, , third] = bench.fal.submissions;
		expect(third?.acceptedAt).toBeLessThan(first?.completedAt ?? 0);
	});

	test('text-to-video.json keeps the others when one prompt is blocked', async () => {
		bench.fal.options.outcome = (_submission, index) => (index === 1 ? blocked : undefined);

		const execution = await executeToEnd(bench.n8n, await load('text-to-video.json'));

		expect(execution.json('Videos')).toMatchObject([film, film]);
		expect(execution.json('Refused')).toMatchObject([
			{
				prompt: expect.any(String),
				error: expect.stringContaining('Flagged'),
				details: { request_id: bench.fal.submissions[1]?.requestId },
			},
		]);
	});

	test('submit-and-collect.json is stored while it pauses, and collects the video', async () => {
		const workflow = await load('submit-and-collect.json');
		const id = await execute(bench.n8n, workflow);
		await untilStatus(bench.n8n, id, ['waiting']);
		const execution = await finished(bench.n8n, id);

		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Submit')).toMatchObject([{ status: 'IN_QUEUE' }]);
		expect(execution.json('Collect')).toMatchObject([film]);
		expect(execution.items('Collect')[0]?.binary?.data).toMatchObject({ mimeType: 'video/mp4' });
		expect(bench.fal.billed()).toBe(1);
	});

	test('suspend-until-complete.json is resumed by fal, and separates what failed', async () => {
		bench.fal.options.durationMs = 5_000;
		bench.fal.options.outcome = (_submission, index) => (index === 1 ? blocked : undefined);
		const id = await execute(bench.n8n, await load('suspend-until-complete.json'));
		await untilStatus(bench.n8n, id, ['waiting']);
		const execution = await finished(bench.n8n, id);

		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film, film]);
		expect(execution.items('Videos').map(({ binary }) => binary?.data?.mimeType)).toEqual(
			Array(2).fill('video/mp4'),
		);
		expect(execution.json('Failed or Pending')).toMatchObject([
			{ status: 'ERROR', error: expect.stringContaining('Flagged') },
		]);
		expect(bench.fal.submissions).toHaveLength(3);
	});

	test('submit-and-trigger.json is started again by fal, once for each video', async () => {
		bench.fal.options.durationMs = 1_000;
		const workflow = await load('submit-and-trigger.json');
		await publish(bench.n8n, workflow);
		const submitting = await executeToEnd(bench.n8n, workflow, { trigger: 'Start' });
		expect(submitting.json('Submit')).toMatchObject([
			{ status: 'IN_QUEUE' },
			{ status: 'IN_QUEUE' },
		]);
		const started = await startedByWebhook(bench.n8n, workflow, 2);
		await unpublish(bench.n8n, workflow);

		const videos = started.flatMap((execution) => execution.json('Video'));
		expect(videos).toMatchObject([film, film]);
		expect(new Set(videos.map(({ request_id }) => request_id)).size).toBe(2);
		expect(bench.fal.billed()).toBe(2);
	});

	test('ai-writes-fal-films.json films what the language model has written', async () => {
		const written = 'A tram glides through empty streets at dawn, slow push-in.';
		bench.openAi.play(() => ({ text: written }));

		const execution = await executeToEnd(bench.n8n, await load('ai-writes-fal-films.json'));

		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Fal Video')).toMatchObject([film]);
		expect(filmed()).toEqual([written]);
		expect(bench.openAi.lastMessages.map(textOf).join('\n')).toContain('A city wakes up');
	});

	test('loop-with-budget.json stops where the budget would be passed, and adds up what it cost', async () => {
		const execution = await executeToEnd(bench.n8n, await load('loop-with-budget.json'));

		expect(execution).toMatchObject({ status: 'success' });
		const [report] = execution.json('Report');
		const scenes = execution.json('Scenes').map(({ prompt }) => prompt);
		expect(report).toMatchObject({
			made: 4,
			cost: 1.4,
			videos: scenes.slice(0, 4).map((prompt) => ({ prompt, url: film.video.url })),
			not_made: scenes.slice(4).map((prompt) => ({
				prompt,
				error: 'This run would cost $0.70 (2 videos of 5 s at $0.35), and Max Cost is $0.10',
			})),
		});
		expect(bench.fal.billed()).toBe(4);
	});

	test('schedule-to-files.json writes a file for each prompt', async () => {
		const execution = await executeToEnd(bench.n8n, await load('schedule-to-files.json'));

		expect(execution).toMatchObject({ status: 'success' });
		await expectFiles(execution);
		expect(bench.fal.billed()).toBe(3);
	});

	test('schedule-to-files.json runs by its schedule once it is published', async () => {
		const example = await readExample('schedule-to-files.json');
		// Nobody waits for seven o'clock.
		const often = { interval: [{ field: 'seconds', secondsInterval: 2 }] };
		const nodes = example.nodes.map((node) =>
			node.name === 'Every Morning' ? { ...node, parameters: { rule: often } } : node,
		);
		const workflow = await importWorkflow(bench.n8n, { ...example, nodes }, bench.credentials);
		await publish(bench.n8n, workflow);
		await bench.fal.waitForState(2, 'COMPLETED', 60_000);
		await unpublish(bench.n8n, workflow);

		const first = (await executionsOf(bench.n8n, workflow)).at(-1);
		expect(first).toMatchObject({ mode: 'trigger' });
		const execution = await finished(bench.n8n, first?.id ?? '');
		expect(execution).toMatchObject({ status: 'success' });
		await expectFiles(execution);
	});

	test('table-to-videos.json fills in what is missing, and only that when it runs again', async () => {
		const table = join(bench.folder, '.n8n-files', 'videos.csv');
		await writeFile(
			table,
			[
				'prompt,duration,ratio,url,request_id,status',
				'A boat in a table,10,9:16,,,',
				'A kite in a table,,,,,',
				'Made before,5,,https://example.com/old.mp4,old,COMPLETED',
				'A ball in a table [blocked],5s,square,,,',
			].join('\n'),
		);
		const workflow = await load('table-to-videos.json');
		const execution = await executeToEnd(bench.n8n, workflow);

		expect(execution).toMatchObject({ status: 'success' });
		const bodies = bench.fal.submissions.map(({ body }) => body);
		const bodyOf = (name: string) => bodies.find(({ prompt }) => (prompt as string).includes(name));
		expect(bodies).toHaveLength(3);
		expect(bodyOf('boat')).toMatchObject({ duration: '10', aspect_ratio: '9:16' });
		expect(bodyOf('kite')).not.toHaveProperty('duration');
		expect(bodyOf('kite')).not.toHaveProperty('aspect_ratio');
		expect(bodyOf('ball')).toMatchObject({ duration: '5', aspect_ratio: '1:1' });
		const rows = (await readFile(table, 'utf8')).trim().split('\n').slice(1);
		expect(rows).toHaveLength(4);
		expect(rows[0]).toMatch(/^A boat in a table,10,9:16,http.+\.mp4,[\w-]+,COMPLETED/);
		expect(rows[1]).toMatch(/^A kite in a table,,,http.+\.mp4,[\w-]+,COMPLETED/);
		expect(rows[2]).toContain('https://example.com/old.mp4,old,COMPLETED');
		expect(rows[3]).toMatch(/^A ball in a table \[blocked\],5s,square,,[\w-]+,.*flagged/);
		const written = execution.json('Write Videos').map(({ fileName }) => fileName as string);
		expect(written).toHaveLength(2);

		// Only the row that has no video yet is made again.
		bench.fal.reset();
		expect(await executeToEnd(bench.n8n, workflow)).toMatchObject({ status: 'success' });
		expect(filmed()).toEqual(['A ball in a table [blocked]']);
		expect((await readFile(table, 'utf8')).trim().split('\n').slice(1, 4)).toEqual(
			rows.slice(0, 3),
		);
	});

	/** The three files of an execution, as they lie on the disk. */
	async function expectFiles(execution: Execution): Promise<void> {
		const written = execution.json('Write Files').map(({ fileName }) => fileName as string);
		expect(written).toHaveLength(3);
		const folder = join(bench.folder, '.n8n-files');
		expect((await readdir(folder)).map((name) => `.n8n-files/${name}`)).toEqual(
			expect.arrayContaining(written),
		);
		for (const [index, { video }] of execution.json('Write Files').entries()) {
			const file = await readFile(join(bench.folder, written[index] ?? ''));
			expect(file.subarray(4, 8).toString()).toBe('ftyp');
			expect(file).toHaveLength((video as { file_size: number }).file_size);
		}
	}
});
