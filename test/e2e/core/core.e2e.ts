import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
	INode,
	INodeListSearchResult,
	INodeParameters,
	INodeTypeDescription,
	ResourceMapperFields,
} from 'n8n-workflow';
import { examplesDirectory } from '../../../harness/server/paths';
import { serverVersion } from '../../../harness/server/server-version';
import { FalStandIn } from '../../../harness/standin/fal-stand-in';
import { kindNames, kinds } from '../../../harness/standin/kinds';
import { modelError, video } from '../../../harness/standin/outcome';
import { chosen, fieldsFor } from '../../catalog/mapper';
import { useBench } from '../setup/bench';
import { execute, executeToEnd, finished, retry } from '../setup/executions';
import { scenesOf } from '../setup/scenes';
import { Suspending } from '../setup/suspending';
import { chain, nodeOf, Triggers } from '../setup/triggers';
import { importWorkflow, readExample, type StoredWorkflow } from '../setup/workflows';

/** What every finished video's item holds. */
const film = { request_id: expect.any(String), status: 'COMPLETED', video: expect.anything() };

/** Milliseconds that something may take to come. */
const limit = 120_000;

/**
 * Whether n8n lets a credential reach the host of its own base URL, whatever domains it names: 2.0 holds
 * only its HTTP Request node to them, and 2.23 and newer, and the last n8n 1, allow that host besides.
 */
const isOwnHostAllowed = serverVersion.line !== '2.20';

// What must hold in every n8n that is supported. Each `describe` is a row of the README's table, which
// `npm run test:matrix` writes.
const bench = useBench();
const suspending = new Suspending(bench);
const triggers = new Triggers(bench);
afterEach(async () => await triggers.unpublish());

/** A workflow that gives each prompt to Generate, with something behind both of its outputs. */
async function generate(
	prompts: string[],
	settings: Partial<INode> = {},
	parameters: INodeParameters = {},
	credentials = bench.credentials,
) {
	const scenes = await scenesOf(prompts, (node) => {
		const own = { ...node.parameters, downloadVideo: false, ...parameters };
		return { ...node, onError: 'stopWorkflow', ...settings, parameters: own };
	});
	return await importWorkflow(bench.n8n, scenes, credentials);
}

/** A PNG of one pixel, in base64. */
const pixel =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/**
 * A workflow that makes a file of a picture for each prompt, and gives both to Generate From Image.
 *
 * @param picture in base64
 */
async function fromPictures(prompts: string[], picture: string) {
	const scenes = prompts.map((prompt) => ({ json: { prompt, picture } }));
	// A file has no other fields: the prompt is put back beside it.
	const jsCode =
		"return $input.all().map((item, n) => ({ ...item, json: $('Scenes').all()[n].json }));";
	const file = {
		operation: 'toBinary',
		sourceProperty: 'picture',
		options: { fileName: 'boat.png', mimeType: 'image/png' },
	};
	return await importWorkflow(
		bench.n8n,
		chain(
			'From pictures',
			nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
			{
				...nodeOf('Scenes', 'n8n-nodes-base.code', { jsCode: `return ${JSON.stringify(scenes)};` }),
				typeVersion: 2,
			},
			{ ...nodeOf('File', 'n8n-nodes-base.convertToFile', file), typeVersion: 1.1 },
			{ ...nodeOf('Both', 'n8n-nodes-base.code', { jsCode }), typeVersion: 2 },
			nodeOf('Videos', 'n8n-nodes-fal-video.falVideo', {
				resource: 'video',
				operation: 'generateFromImage',
				imageSource: 'binary',
				imageBinaryField: 'data',
				prompt: '={{ $json.prompt }}',
				downloadVideo: false,
			}),
		),
		bench.credentials,
	);
}

const prompts = (count: number) => Array.from({ length: count }, (_, n) => `Scene ${n}`);

/** A blocked prompt between two others. */
const mixed = ['One', 'Two [blocked]', 'Three'];

describe('The nodes load', () => {
	test('Both nodes are there', async () => {
		const names = ['falVideo', 'falVideoTrigger'];
		const types = await bench.n8n.rest<{ name: string }[]>('POST', '/node-types', {
			// An unknown one is answered 400; those known come without the package's name.
			nodeInfos: names.map((name) => ({ name: `n8n-nodes-fal-video.${name}`, version: 1 })),
		});
		expect(types.map(({ name }) => name)).toEqual(names);
	});

	// The editor shows a node of a version that it does not have as one that is not installed. What it is told is
	// what n8n's packages list.
	test('Each node of the examples is there, in its version', async () => {
		const versions = new Map<string, number[]>();
		for (const name of ['n8n-nodes-base', '@n8n/n8n-nodes-langchain']) {
			const file = join(serverVersion.directory, 'node_modules', name, 'dist/types/nodes.json');
			const types = JSON.parse(await readFile(file, 'utf8')) as INodeTypeDescription[];
			for (const type of types) {
				const full = `${name}.${type.name}`;
				versions.set(full, [...(versions.get(full) ?? []), type.version].flat());
			}
		}
		const files = (await readdir(examplesDirectory)).filter((file) => file.endsWith('.json'));
		const nodes = (await Promise.all(files.map(readExample))).flatMap((example) => example.nodes);
		const missing = nodes
			.filter(({ type }) => !type.startsWith('n8n-nodes-fal-video.'))
			.filter(({ type, typeVersion }) => !versions.get(type)?.includes(typeVersion));
		expect(missing.map(({ type, typeVersion }) => `${type} ${typeVersion}`)).toEqual([]);
	});
});

describe('Credential: its test, and its allowed domains', () => {
	test('The credential’s test tells a good key from a bad one', async () => {
		const test = async (apiKey: string) => {
			const data = { apiKey, authScheme: 'Key', baseUrl: bench.fal.url, webhookKeysUrl: '' };
			// n8n 1 tests none but a saved one, as its editor does: with the fields as they are filled in.
			const saved = bench.credentials.falVideoApi;
			const credentials = { ...saved, type: 'falVideoApi', data };
			return await bench.n8n.rest('POST', '/credentials/test', { credentials });
		};
		expect(await test(bench.fal.keys[0] ?? '')).toMatchObject({ status: 'OK' });
		expect(await test('id:wrong')).toMatchObject({
			status: 'Error',
			// In 2.20, which has lost the reply by then, n8n's own words.
			message: expect.stringMatching(/refused|check your credentials/),
		});
	});

	test('The credential’s test tells them apart at each kind of host', async () => {
		const test = async (apiKey: string, host: FalStandIn) => {
			const [authScheme = 'Key'] = kinds[host.options.kind].schemes;
			const data = { apiKey, authScheme, baseUrl: host.baseUrl, webhookKeysUrl: '' };
			const credentials = { ...bench.credentials.falVideoApi, type: 'falVideoApi', data };
			return await bench.n8n.rest<{ status: string; message: string }>(
				'POST',
				'/credentials/test',
				{ credentials },
			);
		};
		const said: Record<string, unknown> = {};
		for (const kind of kindNames) {
			const host = await FalStandIn.start({ kind });
			const key = host.keys[0] ?? '';
			const [good, wrong] = [await test(key, host), await test('id:wrong', host)];
			said[kind] = { good: good.status, wrong: wrong.message };
			await host.close();
		}
		const wrong = expect.stringMatching(/refused|check your credentials/);
		expect(said).toEqual(
			Object.fromEntries(kindNames.map((kind) => [kind, { good: 'OK', wrong }])),
		);
	});

	test('The credential’s allowed domains hold', async () => {
		const falVideoApi = await bench.n8n.rest<{ id: string; name: string }>('POST', '/credentials', {
			name: 'Restricted',
			type: 'falVideoApi',
			data: {
				apiKey: bench.fal.keys[0],
				baseUrl: bench.fal.url,
				allowedHttpRequestDomains: 'domains',
				allowedDomains: 'elsewhere.test',
			},
		});
		const { id, name } = falVideoApi;
		const workflow = await generate(['A boat'], {}, {}, { falVideoApi: { id, name } });
		const { status, error } = await executeToEnd(bench.n8n, workflow);
		if (isOwnHostAllowed) {
			expect(status).toBe('success');
		} else {
			expect(status).toBe('error');
			expect(`${error?.message} ${error?.description}`).toContain('llowed');
			expect(bench.fal.log).toHaveLength(0);
		}
	});
});

describe('Generate: waiting, and ten at once', () => {
	test('Generate waits and gives the video', async () => {
		const execution = await executeToEnd(bench.n8n, await generate(['A boat']));
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([{ ...film, prompt: 'A boat' }]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('Ten videos are made at once', async () => {
		bench.fal.options.durationMs = Infinity;
		const id = await execute(bench.n8n, await generate(prompts(10)));
		await bench.fal.waitForEach(10, 'IN_PROGRESS', limit);
		bench.fal.endAll();
		const execution = await finished(bench.n8n, id);
		expect(execution.json('Videos').map(({ prompt }) => prompt)).toEqual(prompts(10));
		expect(bench.fal.billed()).toBe(10);
	});
});

describe('Generate From Image', () => {
	test('A file of an item is sent', async () => {
		const workflow = await fromPictures(['The boat sails'], pixel);
		const execution = await executeToEnd(bench.n8n, workflow);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film]);
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{ prompt: 'The boat sails', image_url: `data:image/png;base64,${pixel}` },
		]);
	});
});

describe('Any other model: the list, its inputs, and a video', () => {
	const model = 'fal-ai/veo3.1/fast';

	/** Asks as the editor does while the node is filled in. */
	async function ask<Answer>(what: string, given: INodeParameters): Promise<Answer> {
		return await bench.n8n.rest<Answer>('POST', `/dynamic-node-parameters/${what}`, {
			nodeTypeAndVersion: { name: 'n8n-nodes-fal-video.falVideo', version: 1 },
			credentials: bench.credentials,
			currentNodeParameters: {
				resource: 'video',
				operation: 'generate',
				model: 'custom',
				customModel: { __rl: true, mode: 'list', value: model },
			},
			...given,
		});
	}

	test('It is found in the list, and its inputs are shown', async () => {
		const list = await ask<INodeListSearchResult>('resource-locator-results', {
			path: 'parameters.customModel',
			methodName: 'searchTextModels',
			filter: 'veo3.1',
		});
		expect(list.results.map(({ value }) => value)).toContain(model);
		const { fields } = await ask<ResourceMapperFields>('resource-mapper-fields', {
			path: 'parameters.modelInputs',
			methodName: 'getModelInputs',
		});
		expect(fields.map(({ id }) => id)).toEqual(fieldsFor(model).map(({ id }) => id));
	});

	test('It is sent its inputs', async () => {
		const inputs = {
			duration: '8s',
			generate_audio: false,
			negative_prompt: '={{ "peo" + "ple" }}',
		};
		const workflow = await generate(['A boat'], {}, chosen(model, inputs));
		const execution = await executeToEnd(bench.n8n, workflow);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film]);
		expect(
			bench.fal.submissions.map(({ endpoint, body }) => ({ endpoint, ...body })),
		).toMatchObject([
			{
				endpoint: model,
				prompt: 'A boat',
				duration: '8s',
				generate_audio: false,
				negative_prompt: 'people',
			},
		]);
	});
});

describe('Download', () => {
	test('The file is downloaded', async () => {
		const workflow = await generate(['A boat'], {}, { downloadVideo: true });
		const [item] = (await executeToEnd(bench.n8n, workflow)).items('Videos');
		expect(item?.binary?.data).toMatchObject({
			mimeType: 'video/mp4',
			fileName: expect.stringMatching(/^A_boat-.*\.mp4$/),
		});
	});
});

describe('Errors', () => {
	test('Bad input is refused before anything is sent', async () => {
		const workflow = await generate(['A boat'], {}, { duration: '={{ 7 }}' });
		const { status, error } = await executeToEnd(bench.n8n, workflow);
		expect(status).toBe('error');
		expect(error?.message).toContain('Duration');
		expect(bench.fal.submissions).toHaveLength(0);
	});

	test('A blocked prompt is told in fal’s words', async () => {
		const { status, error } = await executeToEnd(bench.n8n, await generate(['A [blocked] boat']));
		expect(status).toBe('error');
		expect(error?.message).toContain('flagged by a content checker');
		expect(error?.description).toContain('Reword the prompt');
	});
});

describe('On Error: Continue, on both outputs', () => {
	test('Continue: the failed item is among the others', async () => {
		const workflow = await generate(mixed, { onError: 'continueRegularOutput' });
		const execution = await executeToEnd(bench.n8n, workflow);
		expect(execution).toMatchObject({ status: 'success' });
		const blocked = { error: expect.stringContaining('flagged by a content checker') };
		expect(execution.json('Fal Video')).toMatchObject([film, blocked, film]);
	});

	test('Continue on the error output: the failed item comes out there', async () => {
		const workflow = await generate(mixed, { onError: 'continueErrorOutput' });
		const execution = await executeToEnd(bench.n8n, workflow);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film, film]);
		const blocked = bench.fal.submissions.find(({ body }) => body.prompt === mixed[1]);
		const [refused, ...more] = execution.json('Refused');
		expect(more).toEqual([]);
		expect(refused).toMatchObject({ error: expect.stringContaining('flagged by') });
		// The id and the type, wherever this n8n lets them stand.
		const told = JSON.stringify(refused);
		expect(told).toContain(blocked?.requestId);
		expect(told).toContain('content_policy_violation');
	});
});

describe('Retry On Fail, and Retry in the list of executions', () => {
	const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
	const oneFails = ['One', 'Two [downstream]', 'Three'];

	async function retryPaysForTheFailed(workflow: StoredWorkflow): Promise<void> {
		const failed = await executeToEnd(bench.n8n, workflow);
		expect(failed).toMatchObject({ status: 'error' });
		// The fault is over.
		bench.fal.options.outcome = () => video();
		const again = await retry(bench.n8n, failed.id, false);
		expect(again).toMatchObject({ status: 'success' });
		expect(again.json('Videos')).toMatchObject([film, film, film]);
		expect(bench.fal.submissions).toHaveLength(4);
		expect(bench.fal.billed()).toBe(3);
	}

	test.each([
		['A lost answer is not paid again', { type: 'reset' } as const],
		['Half an answer is not paid again', { type: 'truncate', bytes: 10 } as const],
	])('%s', async (_name, fault) => {
		bench.fal.order({ on: 'submit', fault, accepted: true });
		const execution = await executeToEnd(bench.n8n, await generate(['A boat'], retrying));
		expect(bench.fal.billed()).toBe(1);
		expect(execution).toMatchObject({ status: 'error' });
		expect(execution.error?.message).toContain('may be running');
	});

	test('A request that the host has turned away is sent again', async () => {
		bench.fal.order({ on: 'submit', fault: { type: 'http', status: 429 } });
		const execution = await executeToEnd(bench.n8n, await generate(['A boat'], retrying));
		expect(execution).toMatchObject({ status: 'success' });
		expect(bench.fal.billed()).toBe(1);
	});

	test('A fault is retried for the failed item alone', async () => {
		const fault = { loc: ['body'], msg: 'Down', type: 'downstream_service_unavailable' };
		bench.fal.options.outcome = (_submission, index) =>
			index === 1 ? modelError(500, true, fault) : video();
		const execution = await executeToEnd(bench.n8n, await generate(prompts(3), retrying));
		expect(execution).toMatchObject({ status: 'success' });
		expect(bench.fal.submissions).toHaveLength(4);
	});

	test('Executions > Retry pays only for what failed', async () => {
		await retryPaysForTheFailed(await generate(oneFails));
	});

	test('Executions > Retry takes the pictures again, and pays only for what failed', async () => {
		// Of a size that is not sent along as it is.
		const picture = Buffer.concat([Buffer.from(pixel, 'base64'), Buffer.alloc(20_000)]);
		await retryPaysForTheFailed(await fromPictures(oneFails, picture.toString('base64')));
		const sent = bench.fal.submissions.map(({ body }) => body);
		expect(sent[3]).toEqual(sent.find(({ prompt }) => prompt === 'Two [downstream]'));
	});
});

describe('Connections that are cut while waiting', () => {
	test('Cut connections while polling are got over', async () => {
		bench.fal.options.durationMs = 6_000;
		bench.fal.order({ on: 'status', times: 2, fault: { type: 'reset' } });
		bench.fal.order({ on: 'status', times: 1, fault: { type: 'truncate', bytes: 5 } });
		bench.fal.order({ on: 'status', times: 1, fault: { type: 'http', status: 503 } });
		bench.fal.order({ on: 'result', times: 1, fault: { type: 'reset' } });
		const execution = await executeToEnd(bench.n8n, await generate(['A boat']));
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.json('Videos')).toMatchObject([film]);
		expect(bench.fal.billed()).toBe(1);
	});
});

describe('Stop', () => {
	test('Stop cancels at fal', async () => {
		bench.fal.options.durationMs = Infinity;
		const id = await execute(bench.n8n, await generate(prompts(3)));
		await bench.fal.waitForEach(3, 'IN_PROGRESS', limit);
		await bench.n8n.rest('POST', `/executions/${id}/stop`);
		await bench.fal.waitForEach(3, 'COMPLETED', limit);
		expect(bench.fal.submissions.filter(({ cancelled }) => cancelled)).toHaveLength(3);
		expect(await finished(bench.n8n, id)).toMatchObject({ status: 'canceled' });
	});
});

describe('Generate and Suspend', () => {
	test('Generate and Suspend resumes, and gives all videos', async () => {
		bench.fal.options.durationMs = 4_000;
		const id = await suspending.suspend(await suspending.load(mixed));
		const execution = await finished(bench.n8n, id);
		expect(execution).toMatchObject({ status: 'success' });
		expect(execution.runs('Videos')).toHaveLength(1);
		expect(execution.json('Fal Video')).toMatchObject([film, { status: 'ERROR' }, film]);
		expect(bench.fal.submissions).toHaveLength(3);
	});
});

describe('The tool of an agent', () => {
	test('An agent’s tool makes the video', async () => {
		const example = await readExample('agent-with-tool.json');
		const workflow = await importWorkflow(bench.n8n, example, bench.credentials);
		const chosen = { Prompt: 'A kite', Duration: '10', Aspect_Ratio: '9:16' };
		bench.openAi.play((_request, index) =>
			index === 0 ? { tool: 'Make_a_Video', arguments: chosen } : { text: 'Ready' },
		);
		const input = { sessionId: 'e2e', action: 'sendMessage', chatInput: 'A kite, please' };
		const execution = await executeToEnd(bench.n8n, workflow, { trigger: 'Chat', input });
		expect(execution).toMatchObject({ status: 'success' });
		expect(bench.fal.submissions.map(({ body }) => body)).toMatchObject([
			{ prompt: 'A kite', duration: '10', aspect_ratio: '9:16' },
		]);
		expect(bench.fal.billed()).toBe(1);
	});

	test('A refused prompt comes back in words, and the model tries another', async () => {
		const example = await readExample('agent-with-tool.json');
		const workflow = await importWorkflow(bench.n8n, example, bench.credentials);
		const refused = { Prompt: 'A [blocked] kite', Duration: '10', Aspect_Ratio: '9:16' };
		bench.openAi.play((_request, index) => {
			if (index > 1) return { text: 'Ready' };
			const Prompt = index === 0 ? refused.Prompt : 'A kite';
			return { tool: 'Make_a_Video', arguments: { ...refused, Prompt } };
		});
		const input = { sessionId: 'e2e', action: 'sendMessage', chatInput: 'A kite, please' };
		const execution = await executeToEnd(bench.n8n, workflow, { trigger: 'Chat', input });
		expect(execution).toMatchObject({ status: 'success' });
		expect(JSON.stringify(bench.openAi.requests[1]?.messages)).toContain(
			'flagged by a content checker',
		);
		expect(bench.fal.submissions.map(({ body }) => body.prompt)).toEqual([
			refused.Prompt,
			'A kite',
		]);
	});
});

describe('Fal Video Trigger', () => {
	test('The trigger starts once for a finished video', async () => {
		const trigger = await triggers.triggered();
		const requestId = await triggers.completed();
		const send = async () => await bench.fal.sendWebhook(requestId, { url: trigger.url });
		await Promise.all([send(), send()]);
		expect(await triggers.startedBy(trigger, 1)).toEqual([requestId]);
	});
});

describe('Get Result', () => {
	test('Get Result fetches by ID', async () => {
		const requestId = await triggers.completed();
		const workflow = await importWorkflow(
			bench.n8n,
			chain(
				'Fetch',
				nodeOf('Start', 'n8n-nodes-base.manualTrigger'),
				nodeOf('Fetch', 'n8n-nodes-fal-video.falVideo', {
					resource: 'request',
					operation: 'getResult',
					requestId,
				}),
			),
			bench.credentials,
		);
		const execution = await executeToEnd(bench.n8n, workflow);
		expect(execution.json('Fetch')).toMatchObject([{ request_id: requestId, status: 'COMPLETED' }]);
		expect(bench.fal.billed()).toBe(1);
	});
});
