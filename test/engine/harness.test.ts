import type { INodeParameters, IWorkflowBase } from 'n8n-workflow';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineProcess } from '../../harness/engine/client';
import type { EngineProcessOptions, RemoteExecution } from '../../harness/engine/client';
import type { RunRequest } from '../../harness/engine/engine';
import type { NodeOptions } from '../../harness/engine/workflow';
import { itemsOf, node, workflowFrom } from '../../harness/engine/workflow';

/** One request for a word, held until the test answers it. */
class WordRequest {
	constructor(
		readonly word: string,
		readonly authorization: string | undefined,
		private readonly response: ServerResponse,
	) {}

	answer(json: object, status = 200): void {
		this.response.writeHead(status, { 'content-type': 'application/json' });
		this.response.end(JSON.stringify(json));
	}

	/** Resolves when the connection is gone without an answer. */
	async aborted(): Promise<void> {
		if (!this.response.closed) await once(this.response, 'close');
		expect(this.response.writableFinished).toBe(false);
	}
}

/** Hands out requests one after the other, in the order in which they came. */
class WordServer {
	private readonly requests: WordRequest[] = [];
	private readonly arrivals = new EventEmitter();
	private readonly server = createServer((request, response) => {
		void this.take(request, response);
	});
	count = 0;

	async start(): Promise<string> {
		await once(this.server.listen(0, '127.0.0.1'), 'listening');
		return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
	}

	async next(): Promise<WordRequest> {
		while (this.requests.length === 0) await once(this.arrivals, 'request');
		return this.requests.shift() as WordRequest;
	}

	forget(): void {
		this.requests.length = 0;
		this.count = 0;
	}

	stop(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const { word } = JSON.parse(Buffer.concat(chunks).toString()) as { word: string };
		this.count += 1;
		this.requests.push(new WordRequest(word, request.headers.authorization, response));
		this.arrivals.emit('request');
	}
}

const words = new WordServer();
let options: EngineProcessOptions;
let engine: EngineProcess;
let binaryDir: string;

beforeAll(async () => {
	binaryDir = await mkdtemp(join(tmpdir(), 'harness-'));
	options = {
		packageDir: join(__dirname, '..', '..', 'harness', 'engine', 'fixture'),
		binaryDir,
		credentials: {
			'1': {
				name: 'Fixture',
				type: 'fixtureApi',
				data: { apiKey: 'sesame', baseUrl: await words.start() },
			},
		},
	};
	engine = await EngineProcess.start(options);
});

beforeEach(() => words.forget());

afterAll(async () => {
	words.stop();
	await engine.close();
	await rm(binaryDir, { recursive: true, force: true });
});

function wordsOf(
	parameters: INodeParameters,
	nodeOptions: Partial<NodeOptions> = {},
	rest: Partial<IWorkflowBase> = {},
): IWorkflowBase {
	return workflowFrom(
		[
			node('Start', 'n8n-nodes-base.manualTrigger'),
			node('Words', 'n8n-nodes-fixture.fixture', parameters, {
				credentials: { fixtureApi: { id: '1', name: 'Fixture' } },
				...nodeOptions,
			}),
			node('Out', 'n8n-nodes-base.noOp'),
			node('Errors', 'n8n-nodes-base.noOp'),
		],
		[
			['Start', 'Words'],
			['Words', 'Out'],
			['Words', 'Errors', 1],
		],
		rest,
	);
}

const eachWord = { word: '={{ $json.word }}' };

test('a run sends a request with the credential and puts out the reply', async () => {
	const events: string[] = [];
	const run = engine.run({
		workflow: wordsOf(eachWord),
		input: itemsOf({ word: 'moon' }),
		onEvent: ({ type, nodeName = '' }) => events.push(`${type} ${nodeName}`.trim()),
	});
	const request = await words.next();
	expect(request.word).toBe('moon');
	expect(request.authorization).toBe('Key sesame');
	request.answer({ echo: 'moon' });

	const outcome = await run.finished;
	expect(outcome.error()).toBeUndefined();
	expect(outcome).toMatchObject({ id: run.id, status: 'success', mode: 'trigger' });
	expect(outcome.items('Out')).toEqual([{ json: { echo: 'moon' }, pairedItem: { item: 0 } }]);
	expect(events).toEqual([
		'workflowExecuteBefore',
		'nodeExecuteBefore Start',
		'nodeExecuteAfter Start',
		'nodeExecuteBefore Words',
		'nodeExecuteAfter Words',
		'nodeExecuteBefore Out',
		'nodeExecuteAfter Out',
		'workflowExecuteAfter',
	]);
});

test.each(['trigger', 'manual'] as const)('pinned data are the input of a %s run', async (mode) => {
	const pinData = { Start: itemsOf({ word: 'pinned' }) };
	const run = engine.run({ workflow: wordsOf(eachWord, {}, { pinData }), mode });
	const request = await words.next();
	expect(request.word).toBe('pinned');
	request.answer({});
	expect((await run.finished).status).toBe('success');
});

test('an empty required field fails the execution before any request', async () => {
	const outcome = await engine.run({ workflow: wordsOf({ word: '' }) }).finished;
	expect(outcome.status).toBe('error');
	expect(outcome.error()?.message).toContain('Parameter "Word" is required');
	expect(words.count).toBe(0);
});

test('a file goes to the folder for binary data and can be read from there', async () => {
	const run = engine.run({ workflow: wordsOf({ word: 'file' }) });
	(await words.next()).answer({ file: 'contents' });
	const [item] = (await run.finished).items('Out');
	const data = item?.binary?.data;
	if (!data) throw new Error('There is no file');
	expect(data.id).toMatch(/^filesystem-v2:/);
	expect((await engine.binary(data)).toString()).toBe('contents');
});

describe('a stop', () => {
	async function stopped(
		reason: Parameters<RemoteExecution['stop']>[0],
		request: Partial<RunRequest> = {},
	) {
		const run = engine.run({ workflow: wordsOf({ word: 'wait' }), ...request });
		const held = await words.next();
		run.stop(reason);
		await held.aborted();
		return await run.finished;
	}

	test('by a user cancels, and keeps nothing that came after the start', async () => {
		const outcome = await stopped('user');
		expect(outcome.status).toBe('canceled');
		expect(outcome.error()?.message).toBe('The execution was cancelled manually');
		expect(outcome.context('Words')).toEqual({ calls: 1 });
		expect(outcome.stored.executionData?.contextData).toEqual({});

		const retry = engine.retry(outcome);
		(await words.next()).answer({});
		expect((await retry.finished).context('Words')).toEqual({ calls: 1 });
	});

	test('by a user keeps what “Save execution progress” has written before', async () => {
		const settings = { executionOrder: 'v1', saveExecutionProgress: true } as const;
		const workflow = wordsOf({ word: 'wait' }, {}, { settings });
		const { stored } = await stopped('user', { workflow });
		expect(Object.keys(stored.resultData.runData)).toEqual(['Start']);
		expect(stored.executionData?.nodeExecutionStack[0]?.node.name).toBe('Words');
		expect(stored.executionData?.contextData).toEqual({});
	});

	test('by a user leaves a manual run with nothing to retry from', async () => {
		const outcome = await stopped('user', { mode: 'manual' });
		expect(outcome.status).toBe('canceled');
		await expect(engine.retry(outcome).finished).rejects.toThrow('aborted before starting');
	});

	test('at the time limit keeps what was there at that moment', async () => {
		const outcome = await stopped('timeout');
		expect(outcome.status).toBe('canceled');
		expect(outcome.stored.executionData?.contextData).toEqual({ 'node:Words': { calls: 1 } });
		expect(outcome.runs('Words')).toEqual([]);
	});

	test('at the time limit keeps the node’s error if it is written late', async () => {
		const outcome = await stopped('timeout-late');
		expect(outcome.status).toBe('canceled');
		expect(outcome.error('Words')).toBeDefined();

		const retry = engine.retry(outcome);
		(await words.next()).answer({});
		expect((await retry.finished).context('Words')).toEqual({ calls: 2 });
	});

	test('of an execution that has ended changes nothing', async () => {
		const run = engine.run({ workflow: wordsOf({ word: 'quick' }) });
		(await words.next()).answer({});
		expect((await run.finished).status).toBe('success');
		run.stop();
		expect(await engine.unhandled()).toEqual([]);
	});
});

test('a workflow’s own time limit ends it', async () => {
	const settings = { executionOrder: 'v1', executionTimeout: 1 } as const;
	const run = engine.run({ workflow: wordsOf({ word: 'wait' }, {}, { settings }) });
	await (await words.next()).aborted();
	expect((await run.finished).status).toBe('canceled');
});

describe('a retry', () => {
	async function failed(process: EngineProcess) {
		const run = process.run({ workflow: wordsOf(eachWord), input: itemsOf({ word: 'moon' }) });
		(await words.next()).answer({}, 500);
		const outcome = await run.finished;
		expect(outcome.status).toBe('error');
		return outcome;
	}

	test('runs the failed node again, under a new id, with the context it had', async () => {
		const first = await failed(engine);
		const retry = engine.retry(first);
		const request = await words.next();
		expect(request.word).toBe('moon');
		request.answer({ echo: 'again' });

		const second = await retry.finished;
		expect(second).toMatchObject({ status: 'success', mode: 'retry', retryOf: first.id });
		expect(Number(second.id)).toBeGreaterThan(Number(first.id));
		expect(second.context('Words')).toEqual({ calls: 2 });
		expect(second.runs('Words')).toHaveLength(1);
		expect(second.runs('Start')).toHaveLength(1);
		await expect(engine.retry(second).finished).rejects.toThrow('cannot be retried');
	});

	test('takes the currently saved workflow if asked to', async () => {
		const first = await failed(engine);
		const retry = engine.retry(first, { workflow: wordsOf({ word: 'changed' }) });
		const request = await words.next();
		expect(request.word).toBe('changed');
		request.answer({});
		expect((await retry.finished).status).toBe('success');
	});

	test('works in another process, after the first was killed', async () => {
		const other = await EngineProcess.start(options);
		const first = await failed(other);
		await other.kill();

		const retry = engine.retry(first);
		(await words.next()).answer({});
		expect((await retry.finished).context('Words')).toEqual({ calls: 2 });
	});
});

test('Retry On Fail runs the node again with the context it had', async () => {
	const retryOnFail = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
	const run = engine.run({ workflow: wordsOf({ word: 'twice' }, retryOnFail) });
	(await words.next()).answer({}, 500);
	(await words.next()).answer({ echo: 'twice' });
	const outcome = await run.finished;
	expect(outcome.status).toBe('success');
	expect(outcome.context('Words')).toEqual({ calls: 2 });
	expect(outcome.items('Out')).toHaveLength(1);
});

test('an error item goes to the error output, the fields of its input beside it', async () => {
	const run = engine.run({
		workflow: wordsOf(eachWord, { onError: 'continueErrorOutput' }),
		input: itemsOf({ word: 'yes', n: 1 }, { word: 'no', n: 2 }),
	});
	for (let i = 0; i < 2; i++) {
		const request = await words.next();
		request.answer(request.word === 'no' ? { refused: 'rude' } : { echo: request.word });
	}
	const outcome = await run.finished;
	expect(outcome.items('Out').map(({ json }) => json)).toEqual([{ echo: 'yes' }]);
	expect(outcome.items('Errors').map(({ json }) => json)).toEqual([
		{
			word: 'no',
			n: 2,
			error: 'Refused',
			message: 'The word was refused',
			details: { refused: 'rude' },
		},
	]);
});

describe('an expression that fails for the second item', () => {
	const word = '={{ $json.word === "bad" ? $("Nowhere").first().json.word : $json.word }}';
	const input = itemsOf({ word: 'good' }, { word: 'bad' });

	test('fails the execution, with the first item’s request already out', async () => {
		const run = engine.run({ workflow: wordsOf({ word }), input });
		const request = await words.next();
		expect(request.word).toBe('good');
		const outcome = await run.finished;
		request.answer({});
		expect(outcome.status).toBe('error');
		expect(outcome.error()?.context?.itemIndex).toBe(1);
		expect(outcome.error('Words')?.message).toBe("Referenced node doesn't exist");
	});

	test('becomes an error item where the node goes on after errors', async () => {
		const run = engine.run({
			workflow: wordsOf({ word }, { onError: 'continueErrorOutput' }),
			input,
		});
		(await words.next()).answer({ echo: 'good' });
		const outcome = await run.finished;
		expect(outcome.items('Out').map(({ json }) => json)).toEqual([{ echo: 'good' }]);
		expect(outcome.items('Errors')).toHaveLength(1);
		expect(words.count).toBe(1);
	});
});

test('the stand-ins loop over batches and run code', async () => {
	const workflow = workflowFrom(
		[
			node('Start', 'n8n-nodes-base.manualTrigger'),
			node('Loop', 'test.loop', { batchSize: 2 }),
			node('Code', 'test.code', {
				source: 'return items.map(({ json }) => ({ json: { n: json.n * 10 } }));',
			}),
			node('Out', 'n8n-nodes-base.noOp'),
		],
		[
			['Start', 'Loop'],
			['Loop', 'Out'],
			['Loop', 'Code', 1],
			['Code', 'Loop'],
		],
	);
	const run = engine.run({ workflow, input: itemsOf({ n: 1 }, { n: 2 }, { n: 3 }) });
	const outcome = await run.finished;
	expect(outcome.runs('Code')).toHaveLength(2);
	expect(outcome.items('Out').map(({ json }) => json.n)).toEqual([10, 20, 30]);
});

function codeOf(source: string): IWorkflowBase {
	return workflowFrom(
		[node('Start', 'n8n-nodes-base.manualTrigger'), node('Code', 'test.code', { source })],
		[['Start', 'Code']],
	);
}

test('tells of rejections that nobody handled, of memory and of processor time', async () => {
	const other = await EngineProcess.start(options);
	const source = 'void Promise.reject(new Error("nobody cares")); return items;';
	expect((await other.run({ workflow: codeOf(source) }).finished).status).toBe('success');
	expect(await other.unhandled()).toEqual([expect.stringContaining('nobody cares')]);
	await other.gc();
	expect((await other.memory()).maxRss).toBeGreaterThan(1e6);
	expect((await other.cpu()).user).toBeGreaterThan(0);
	await other.close();
});

test('collects what n8n logs, with n8n’s own formatting of errors', async () => {
	const outcome = await engine.run({ workflow: codeOf('throw new Error("in the logs");') })
		.finished;
	expect(outcome.error('Code')?.message).toContain('in the logs');
	expect((await engine.logs()).join('\n')).toContain('in the logs');
});

test('a process that ends rejects what is pending, with what it has written', async () => {
	const other = await EngineProcess.start(options);
	const source = 'process.stderr.write("the last words"); process.abort();';
	const { finished } = other.run({ workflow: codeOf(source) });
	await expect(finished).rejects.toThrow('the last words');
	await expect(other.memory()).rejects.toThrow('the last words');
	await other.close();
});
