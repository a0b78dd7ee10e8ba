import type { Locator, Page } from 'playwright-core';
import { chosen, fieldsFor, savedMapper } from '../catalog/mapper';
import { useEditorPage } from './setup/browser/editor-page';
import {
	addNode,
	choose,
	chooseCredential,
	field,
	nodePanel,
	openNode,
	openWorkflow,
	outputPanel,
} from './setup/browser/editor';
import { takePicture } from './setup/browser/pictures';
import { useBench } from './setup/bench';
import { executeToEnd } from './setup/executions';
import { chain, nodeOf } from './setup/triggers';
import { importWorkflow, readExample, type StoredWorkflow } from './setup/workflows';

const VEO = 'fal-ai/veo3.1/fast';

describe('any model of the catalogue, in the editor', () => {
	const bench = useBench();
	let page: Page;
	useEditorPage(bench, (opened) => {
		page = opened;
	});

	const panel = () => nodePanel(page);
	const mapper = () => page.getByTestId('resource-mapper-container');
	const output = () => outputPanel(page);

	/** Takes the catalogue off the network, for good. */
	function switchOff(): void {
		for (const on of ['models', 'document'] as const) {
			bench.fal.order({ on, times: Infinity, fault: { type: 'reset' } });
		}
	}

	async function addInput(name: string): Promise<void> {
		await page.getByTestId('add-fields-select').getByRole('button').click();
		await page.getByRole('menuitem', { name }).click();
	}

	/** The row of an input in the mapper, by its label. */
	const inputOf = (id: string): Locator => field(page, id);

	/** Opens a node of a workflow. */
	async function open({ id }: StoredWorkflow, name = 'Fal Video'): Promise<void> {
		await openWorkflow(page, bench.n8n.url, id);
		await openNode(page, name);
	}

	test('is searched, chosen, given its inputs, and run', async () => {
		await page.goto(`${bench.n8n.url}/workflow/new`);
		await addNode(page, {
			search: 'kling',
			name: 'Fal Video',
			action: 'Generate a video from text',
		});
		await chooseCredential(page, bench.credentials.falVideoApi?.id);
		await choose(page, 'model', /Other Model/);
		await page.getByTestId('resource-locator-customModel').getByTestId('rlc-input').click();
		await page.getByTestId('rlc-search').fill('veo');
		await page
			.getByTestId('rlc-item')
			.filter({ hasText: `(${VEO})` })
			.first()
			.waitFor();
		await takePicture(page, 'catalog-search');
		await page
			.getByTestId('rlc-item')
			.filter({ hasText: `(${VEO})` })
			.first()
			.click();
		await mapper().waitFor();
		await field(page, 'prompt').locator('textarea').fill('A paper boat sails down a rainy street');
		await addInput('Duration');
		await addInput('Negative Prompt');
		await addInput('Generate Audio');
		await inputOf('negative_prompt').locator('input, textarea').first().fill('people');
		await inputOf('duration').click();
		await page.getByRole('option', { name: /^8s/ }).waitFor();
		await takePicture(page, 'catalog-choices');
		await page.getByRole('option', { name: /^6s/ }).click();
		await page.getByTestId('add-fields-select').scrollIntoViewIfNeeded();
		await takePicture(page, 'catalog-inputs');
		await page.getByTestId('node-execute-button').click();
		await output()
			.getByText(/\/files\/.+\.mp4/)
			.first()
			.waitFor();
		expect(bench.fal.submissions.map(({ endpoint, body }) => [endpoint, body])).toEqual([
			[
				VEO,
				{
					prompt: 'A paper boat sails down a rainy street',
					duration: '6s',
					negative_prompt: 'people',
					generate_audio: true,
				},
			],
		]);
		expect(bench.fal.count('models')).toBeGreaterThan(0);
	});

	test('another is named by its id, and the fields are that model’s', async () => {
		await page.getByTestId('resource-locator-customModel').getByTestId('rlc-mode-selector').click();
		await page.getByTestId('mode-id').click();
		const id = page.getByTestId('resource-locator-customModel').getByTestId('rlc-input');
		const box = id.locator('input').or(id).last();
		await box.fill('fal-ai/wan/v2.7/text-to-video');
		await box.press('Tab');
		await page.getByTestId('add-fields-select').waitFor();
		await inputOf('generate_audio').waitFor({ state: 'detached' });
		await addInput('Duration');
		await inputOf('duration').click();
		await page.getByRole('option', { name: /^10/ }).click();
		await page.getByTestId('node-execute-button').click();
		await bench.fal.waitForState(0, 'COMPLETED', 60_000);
		expect(bench.fal.submissions.map(({ endpoint, body }) => [endpoint, body])).toEqual([
			[
				'fal-ai/wan/v2.7/text-to-video',
				{ prompt: 'A paper boat sails down a rainy street', duration: 10 },
			],
		]);
	});

	test('a saved workflow is opened with its fields, and run, while the catalogue is off', async () => {
		switchOff();
		const id = 'fal-ai/minimax/hailuo-02/standard/text-to-video';
		const workflow = await importWorkflow(
			bench.n8n,
			chain(
				'Catalogue',
				nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
				nodeOf('Fal Video', 'n8n-nodes-fal-video.falVideo', {
					resource: 'video',
					operation: 'generate',
					prompt: 'A lighthouse',
					...chosen(id, { duration: '10', prompt_optimizer: false }),
					options: {},
				}),
			),
			bench.credentials,
		);
		await open(workflow);
		await inputOf('duration').waitFor();
		await expect(inputOf('duration').locator('input').inputValue()).resolves.toBe('10');
		await page.getByTestId('node-execute-button').click();
		await output()
			.getByText(/\/files\/.+\.mp4/)
			.first()
			.waitFor();
		expect(bench.fal.submissions.map(({ body }) => body)).toEqual([
			{ prompt: 'A lighthouse', duration: '10', prompt_optimizer: false },
		]);
	});

	test('Refresh shows what fal has changed, and keeps an input that is gone and has a value', async () => {
		const id = 'fal-ai/pika/v2.2/text-to-video';
		const fields = fieldsFor(id).filter((one) => one.id !== 'seed');
		const [first] = fields;
		if (!first) throw new Error(`${id} has no inputs`);
		const gone = {
			...first,
			id: 'mood',
			displayName: 'Mood',
			display: true,
			type: 'string' as const,
		};
		const parameters = (schema: typeof fields) => ({
			resource: 'video',
			operation: 'generate',
			prompt: 'A lighthouse',
			...chosen(id),
			modelInputs: savedMapper(schema, { negative_prompt: 'blur', mood: 'calm' }),
			options: {},
		});
		const workflow = await importWorkflow(
			bench.n8n,
			chain(
				'Refreshed',
				nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
				nodeOf('Fal Video', 'n8n-nodes-fal-video.falVideo', parameters([...fields, gone])),
			),
			bench.credentials,
		);
		await open(workflow);
		await inputOf('negative_prompt').waitFor();
		const refresh = page
			.getByTestId('mapping-fields-container')
			.getByTitle('Refresh', { exact: true });
		await refresh.click();
		await panel().getByText('Mood (no longer an input of this model)').waitFor();
		await expect(inputOf('mood').locator('input').inputValue()).resolves.toBe('calm');
		await expect(inputOf('negative_prompt').locator('input').inputValue()).resolves.toBe('blur');
		// Nothing is said to have changed any more.
		await refresh.waitFor({ state: 'detached' });
	});

	test('without the catalogue, a model that is chosen anew says what works all the same', async () => {
		switchOff();
		const workflow = await importWorkflow(
			bench.n8n,
			chain(
				'Offline',
				nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
				nodeOf('Fal Video', 'n8n-nodes-fal-video.falVideo', {
					resource: 'video',
					operation: 'generate',
					model: 'custom',
					customModel: { __rl: true, mode: 'id', value: 'fal-ai/ovi' },
					prompt: 'A lighthouse',
				}),
			),
			bench.credentials,
		);
		await open(workflow);
		await panel().getByText('cannot be reached from this n8n').waitFor();
		await panel().getByText('Extra Model Inputs').first().waitFor();
		await takePicture(page, 'catalog-unreachable');
	});

	test('as a tool, the language model may fill an input', async () => {
		const example = await readExample('agent-with-tool.json');
		const id = 'fal-ai/wan/v2.7/text-to-video';
		const nodes = example.nodes.map((node) =>
			node.name === 'Make a Video'
				? {
						...node,
						parameters: { ...node.parameters, ...chosen(id, { negative_prompt: 'blur', seed: 7 }) },
					}
				: node,
		);
		const workflow = await importWorkflow(bench.n8n, { ...example, nodes }, bench.credentials);
		await open(workflow, 'Make a Video');
		await inputOf('negative_prompt').waitFor();
		const buttons = mapper().getByTestId('from-ai-override-button');
		await inputOf('negative_prompt').hover();
		await buttons.first().click();
		await mapper().getByTestId('fromAI-override-field').first().waitFor();
		await takePicture(page, 'catalog-tool-filled');
	});
});

describe('as an agent’s tool', () => {
	const bench = useBench();
	const arguments_ = { Prompt: 'A kite', Duration__default_5_: 10, Seed: 7 };

	async function chat(given: Record<string, unknown>) {
		const example = await readExample('agent-with-tool.json');
		const nodes = example.nodes.map((node) =>
			node.name === 'Make a Video'
				? {
						...node,
						parameters: {
							...node.parameters,
							...chosen('fal-ai/wan/v2.7/text-to-video', {
								duration: "={{ $fromAI('Duration__default_5_', ``, 'string') }}",
								seed: "={{ $fromAI('Seed', ``, 'number') }}",
							}),
						},
					}
				: node,
		);
		const workflow = await importWorkflow(bench.n8n, { ...example, nodes }, bench.credentials);
		bench.openAi.play((_request, index) =>
			index === 0 ? { tool: 'Make_a_Video', arguments: given } : { text: 'There.' },
		);
		const input = { sessionId: 'e2e', action: 'sendMessage', chatInput: 'A kite, please' };
		return await executeToEnd(bench.n8n, workflow, { trigger: 'Chat', input });
	}

	test('what the language model gives comes in the type of the video model', async () => {
		await chat({ ...arguments_, Duration__default_5_: '10s' });
		expect(bench.fal.submissions.map(({ body }) => body)).toEqual([
			{ prompt: 'A kite', duration: 10, seed: 7 },
		]);
	});

	test('a choice that it got wrong comes back with what is allowed, and costs nothing', async () => {
		await chat({ ...arguments_, Duration__default_5_: '120' });
		const answers = bench.openAi.lastMessages.filter(({ role }) => role === 'tool');
		expect(JSON.stringify(answers)).toContain('takes one of these: ');
		expect(bench.fal.submissions).toEqual([]);
	});
});
