import type { INodeListSearchResult, INodeParameters, ResourceMapperFields } from 'n8n-workflow';
import { FalEngine, KEY } from '../../harness/engine/fal-engine';
import { CREDENTIAL_ID } from '../../harness/engine/workflow';
import { endpoints } from '../../harness/standin/catalog/endpoints';
import type { LogEntry } from '../../harness/standin/request-log';
import type { InputField } from '../../nodes/FalVideo/resources/catalog/mapper-fields';
import { containing } from '../matchers';
import { ForwardProxy } from './reliability/hosts/forward-proxy';
import { Gateway } from './reliability/hosts/gateway';
import { selfSigned } from './reliability/hosts/self-signed';

// What n8n's editor shows while a node is built. Answers are kept for five minutes within n8n's process,
// so each test asks for something of its own.

const TYPE = 'n8n-nodes-fal-video.falVideo';
const GATEWAY_KEY = 'sk-of-the-gateway';

const bench = new FalEngine({}, (fal) => ({
	wrong: { apiKey: 'wrong' },
	gateway: {
		apiKey: GATEWAY_KEY,
		authScheme: 'Bearer',
		platformUrl: 'https://api.fal.ai/v1',
		catalogUrl: 'https://fal.ai',
	},
	offline: { platformUrl: 'http://127.0.0.1:9/v1', catalogUrl: 'http://127.0.0.1:9' },
	restricted: {
		allowedHttpRequestDomains: 'domains',
		allowedDomains: '127.0.0.1',
		platformUrl: fal.platformUrl.replace('127.0.0.1', 'localhost'),
	},
	// The same hosts by another name: what was kept for one is not for the other.
	elsewhere: {
		platformUrl: fal.platformUrl.replace('127.0.0.1', 'localhost'),
		catalogUrl: fal.url.replace('127.0.0.1', 'localhost'),
	},
}));
let proxy: ForwardProxy;
let tls: Gateway;

beforeAll(async () => {
	await bench.open();
	tls = await Gateway.start(selfSigned);
	tls.upstream = bench.fal.url;
	proxy = await ForwardProxy.start();
	for (const host of ['api.fal.ai:443', 'fal.ai:443']) proxy.detours.set(host, tls.url);
});
beforeEach(() => bench.fal.reset());
afterAll(async () => {
	proxy.close();
	tls.close();
	await bench.close();
});

interface Asked {
	credential?: string | null;
	parameters?: INodeParameters;
}

const credentialsOf = (id: string | null) =>
	id === null ? {} : { credentials: { falVideoApi: { id, name: 'fal' } } };

async function list(
	filter: string,
	{
		credential = CREDENTIAL_ID,
		parameters,
		method = 'searchTextModels',
		paginationToken,
	}: Asked & { method?: string; paginationToken?: string } = {},
): Promise<INodeListSearchResult> {
	const answer = await bench.engine.askForEditor({
		type: TYPE,
		parameters: { resource: 'video', operation: 'generate', model: 'custom', ...parameters },
		...credentialsOf(credential),
		ask: { list: method, filter, ...(paginationToken ? { paginationToken } : {}) },
	});
	return answer as INodeListSearchResult;
}

async function fields(
	model: unknown,
	{ credential = CREDENTIAL_ID, parameters }: Asked = {},
): Promise<Omit<ResourceMapperFields, 'fields'> & { fields: InputField[] }> {
	const answer = await bench.engine.askForEditor({
		type: TYPE,
		parameters: {
			resource: 'video',
			operation: 'generate',
			model: 'custom',
			customModel: model as INodeParameters,
			...parameters,
		},
		...credentialsOf(credential),
		ask: { fields: 'getModelInputs' },
	});
	return answer as ResourceMapperFields & { fields: InputField[] };
}

const locator = (value: string, mode = 'list') => ({ __rl: true, mode, value });

const values = ({ results }: INodeListSearchResult) => results.map(({ value }) => value);

const keysSent = (log: readonly LogEntry[]) => log.map(({ headers }) => headers.authorization);

/** All requests go to fal's own hosts, by a way that ends here. */
const throughProxy = (): INodeParameters => ({
	requestOptions: { proxy: proxy.url, allowUnauthorizedCerts: true },
});

describe('the list of models', () => {
	test('is of the kind that the operation wants, with name, id and a link', async () => {
		const text = await list('veo3.1');
		expect(text.results).toContainEqual({
			name: 'Veo3.1 Fast (fal-ai/veo3.1/fast)',
			value: 'fal-ai/veo3.1/fast',
			url: 'https://fal.ai/models/fal-ai/veo3.1/fast',
			description: containing('Makes a video from a text'),
		});
		expect(values(text)).toHaveLength(3);
		const image = await list('veo3.1', { method: 'searchImageModels' });
		expect(values(image)).toEqual([
			'fal-ai/veo3.1/fast/image-to-video',
			'fal-ai/veo3.1/image-to-video',
			'fal-ai/veo3.1/lite/image-to-video',
		]);
	});

	test.each([
		['searchTextModels', (id: string) => !id.includes('image-to-video')],
		['searchImageModels', (id: string) => id.includes('image-to-video')],
		['searchModels', () => true],
	])('%s gives each of its models once, page by page', async (method, isWanted) => {
		const all: unknown[] = [];
		let paginationToken: string | undefined;
		let pages = 0;
		do {
			const page = await list('', { method, paginationToken });
			expect(page.results.length).toBeGreaterThan(0);
			all.push(...values(page));
			paginationToken = page.paginationToken;
			pages++;
		} while (paginationToken !== undefined && pages < 20);
		const expected = Object.keys(endpoints).filter(isWanted);
		expect([...all].sort()).toEqual(expected.sort());
		expect(new Set(all).size).toBe(expected.length);
		expect(pages).toBeGreaterThan(1);
	});

	// So do the editors of n8n 1.123 and 2.0 where one types while the list is on its way (`loadResources`).
	test('begins anew where it is given the place in the list of another search', async () => {
		const { paginationToken } = await list('');
		const found = await list('veo3.1', { paginationToken: paginationToken as string });
		expect(values(found)).toContain('fal-ai/veo3.1/fast');
		expect(values(found)).toEqual(values(await list('veo3.1')));
	});

	test('is the trigger’s, too', async () => {
		const answer = await bench.engine.askForEditor({
			type: 'n8n-nodes-fal-video.falVideoTrigger',
			parameters: { model: 'custom' },
			...credentialsOf(CREDENTIAL_ID),
			ask: { list: 'searchModels', filter: 'seedance 2.0 mini' },
		});
		expect(values(answer as INodeListSearchResult)).toEqual([
			'bytedance/seedance-2.0/mini/text-to-video',
		]);
	});

	test('of both kinds has what only the second has, on the first page', async () => {
		// An empty list cannot be scrolled to the next page.
		const { results } = await list('magi distilled', { method: 'searchModels' });
		expect(results.map(({ value }) => value)).toEqual(['fal-ai/magi-distilled/image-to-video']);
	});

	test('of both kinds offers no id as it is that an earlier page has', async () => {
		const first = await list('fal-ai/veo3.1', { method: 'searchModels' });
		expect(values(first)).toContain('fal-ai/veo3.1');
		const { paginationToken } = first;
		const second = await list('fal-ai/veo3.1', {
			method: 'searchModels',
			paginationToken: paginationToken as string,
		});
		expect(values(second)).toEqual([
			'fal-ai/veo3.1/fast/image-to-video',
			'fal-ai/veo3.1/image-to-video',
			'fal-ai/veo3.1/lite/image-to-video',
		]);
	});

	test('does not show what fal has taken back', async () => {
		bench.fal.options.catalog = { ...bench.fal.options.catalog, deprecated: ['fal-ai/ovi'] };
		expect(values(await list('ovi'))).toEqual([]);
	});

	test('offers an id as it is that the catalogue does not list', async () => {
		expect((await list('somebody/private-model')).results).toEqual([
			{ name: 'Use somebody/private-model as it is', value: 'somebody/private-model' },
		]);
		expect(values(await list('fal-ai/ltx-2.3/text-to-video/fast'))).toEqual([
			'fal-ai/ltx-2.3/text-to-video/fast',
		]);
	});

	test('has no text that is an expression to n8n, and no id that is none', async () => {
		bench.fal.options.catalog = {
			...bench.fal.options.catalog,
			endpoints: {
				'={{ $env.SECRET }}/hostile': { input: [], output: ['video'] },
				'=hostile/named': { input: [], output: ['video'] },
				'hostile/good': { input: [], output: ['video'] },
			},
		};
		const { results } = await list('hostile');
		expect(results.map(({ value }) => value)).toEqual(['hostile/good']);
		for (const { name } of results) expect(name.startsWith('=')).toBe(false);
	});

	test('a name that begins as an expression is shown as a text', async () => {
		bench.fal.options.catalog = {
			...bench.fal.options.catalog,
			names: { 'fal-ai/ovi': '={{ $env.SECRET }} Ovi' },
		};
		const { results } = await list('$env');
		expect(results).toMatchObject([{ name: ' ={{ $env.SECRET }} Ovi (fal-ai/ovi)' }]);
	});

	test('is kept for a while, per host', async () => {
		await list('kandinsky');
		const again = await list('kandinsky');
		expect(values(again).length).toBeGreaterThan(0);
		expect(bench.fal.count('models')).toBe(1);
		expect(values(await list('kandinsky', { credential: 'elsewhere' }))).toEqual(values(again));
		expect(bench.fal.count('models')).toBe(2);
	});
});

describe('the key', () => {
	test('goes to fal’s platform where it is fal’s, and never to its site', async () => {
		await list('hunyuan');
		await fields(locator('fal-ai/hunyuan-video'));
		expect(bench.fal.log.map(({ kind, headers }) => [kind, headers.authorization])).toEqual([
			['models', `Key ${KEY}`],
			['document', undefined],
		]);
	});

	test('that is refused is no reason to show nothing', async () => {
		const { results } = await list('vidu', { credential: 'wrong' });
		expect(results.length).toBeGreaterThan(3);
		expect(keysSent(bench.fal.log)).toEqual(['Key wrong', undefined]);
	});

	test('that may not go there is not sent, and the list is asked for without it', async () => {
		const { results } = await list('wan pro', { credential: 'restricted' });
		expect(results.length).toBeGreaterThan(0);
		expect(keysSent(bench.fal.log)).toEqual([undefined]);
	});

	test('of a gateway is sent nowhere, and fal’s own hosts are asked', async () => {
		const parameters = throughProxy();
		const { results } = await list('seedance 2.0', { credential: 'gateway', parameters });
		expect(results.map(({ value }) => value)).toContain('bytedance/seedance-2.0/text-to-video');
		const { fields: found } = await fields(locator('bytedance/seedance-2.0/mini/text-to-video'), {
			credential: 'gateway',
			parameters,
		});
		expect(found.length).toBeGreaterThan(3);
		expect(proxy.tunnels).toEqual(['api.fal.ai:443', 'fal.ai:443']);
		expect(bench.fal.log.map(({ kind }) => kind)).toEqual(['models', 'document']);
		expect(keysSent(bench.fal.log)).toEqual([undefined, undefined]);
		expect(JSON.stringify(bench.fal.log)).not.toContain(GATEWAY_KEY);
	});

	test('is not needed: without a credential, fal’s own hosts are asked', async () => {
		proxy.forget();
		const parameters = throughProxy();
		const { results } = await list('grok', { credential: null, parameters });
		expect(results.map(({ value }) => value)).toContain('xai/grok-imagine-video/text-to-video');
		const grok = await fields(locator('xai/grok-imagine-video/text-to-video'), {
			credential: null,
			parameters,
		});
		expect(grok.fields.length).toBeGreaterThan(2);
		expect(proxy.tunnels).toEqual(['api.fal.ai:443', 'fal.ai:443']);
		expect(keysSent(bench.fal.log)).toEqual([undefined, undefined]);
	});
});

describe('where the catalogue gives no answer', () => {
	const reasons: Array<{ what: string; spoil: () => void; credential?: string; says: string }> = [
		{
			what: 'offline',
			spoil: () => {},
			credential: 'offline',
			says: '127.0.0.1:9 cannot be reached from this n8n',
		},
		{
			what: 'asked too often',
			spoil: () => {
				bench.fal.options.catalog = {
					...bench.fal.options.catalog,
					questions: { withKey: 0, withoutKey: 0 },
				};
				bench.fal.order({ on: 'document', fault: { type: 'http', status: 429 } });
			},
			says: 'is asked too often right now',
		},
		{
			what: 'broken',
			spoil: () => {
				bench.fal.order({ on: 'any', times: 9, fault: { type: 'http', status: 503 } });
			},
			says: 'answered HTTP 503',
		},
		{
			what: 'a page',
			spoil: () => {
				bench.fal.order({ on: 'any', times: 9, fault: { type: 'html', status: 200 } });
			},
			says: 'gave an answer that cannot be read',
		},
		{
			what: 'sent elsewhere',
			spoil: () => {
				bench.fal.order({
					on: 'any',
					times: 9,
					fault: { type: 'redirect', location: 'https://evil.example/' },
				});
			},
			says: 'answered HTTP 302',
		},
	];

	test.each(reasons)('$what: the list says so, and offers By ID', async (reason) => {
		reason.spoil();
		const { results } = await list(`cog ${reason.what}`, { credential: reason.credential });
		expect(results).toEqual([{ name: containing(reason.says), value: '' }]);
		expect(results[0]?.name).toContain('Choose By ID instead');
		const typed = await list(`cog/${reason.what.replace(/ /g, '-')}`, {
			credential: reason.credential,
		});
		expect(typed.results[0]?.value).toBe(`cog/${reason.what.replace(/ /g, '-')}`);
		expect(typed.results).toHaveLength(2);
	});

	test.each(reasons)('$what: the fields say so, and what works all the same', async (reason) => {
		reason.spoil();
		const none = await fields(locator('fal-ai/cogvideox-5b/image-to-video', 'id'), reason);
		expect(none.fields).toEqual([]);
		expect(none.emptyFieldsNotice).toContain(reason.says);
		expect(none.emptyFieldsNotice).toContain('fal-ai/cogvideox-5b/image-to-video');
		expect(none.emptyFieldsNotice).toContain('Extra Model Inputs');
	});

	test('what the workflow has saved is shown again, with its values', async () => {
		const id = 'fal-ai/pika/v2.2/text-to-video';
		const { fields: schema } = await fields(locator(id));
		const saved = await fields(locator(id), {
			credential: 'offline',
			parameters: { modelInputs: { value: { seed: 7 }, schema: schema as never } },
		});
		expect(saved.fields).toEqual(schema);
	});

	test('an answer that failed is not kept', async () => {
		bench.fal.order({ on: 'models', fault: { type: 'http', status: 503 } });
		expect(values(await list('krea'))).toEqual(['']);
		expect(values(await list('krea'))).toEqual(['fal-ai/krea-wan-14b/text-to-video']);
	});

	test('where the site has no document, the platform’s is taken', async () => {
		const id = 'fal-ai/luma-dream-machine/ray-2';
		bench.fal.order({ on: 'document', fault: { type: 'http', status: 404 } });
		const { fields: found } = await fields(locator(id));
		expect(found.map(({ id: name }) => name).sort()).toEqual(
			endpoints[id]?.input.map(({ name }) => name).sort(),
		);
		expect(bench.fal.log.map(({ kind, query }) => [kind, query.expand])).toEqual([
			['document', undefined],
			['models', 'openapi-3.0'],
		]);
	});

	test('where neither has one, it says so', async () => {
		const id = 'fal-ai/vidu/q1/text-to-video';
		bench.fal.options.catalog = { ...bench.fal.options.catalog, withoutDocument: [id] };
		expect((await fields(locator(id))).emptyFieldsNotice).toContain('does not tell them');
		expect((await fields(locator('nobody/none'))).emptyFieldsNotice).toContain('does not have it');
	});
});

describe('the fields of a model', () => {
	test.each([
		['in the locator', locator('fal-ai/veo3.1')],
		['by its id', locator('fal-ai/veo3.1', 'id')],
		['by its page', locator('https://fal.ai/models/fal-ai/veo3.1/api', 'id')],
		['as a text, of an older workflow', 'fal-ai/veo3.1'],
	])('are found by the model %s', async (_, model) => {
		const { fields: found } = await fields(model);
		const duration = found.find(({ id }) => id === 'duration');
		expect(duration).toMatchObject({
			displayName: 'Duration (default 8s)',
			type: 'options',
			options: [{ value: '4s' }, { value: '6s' }, { value: '8s' }],
			removed: true,
		});
		expect(found[0]).toMatchObject({ id: 'prompt', display: false });
	});

	test('leave out the image that the video is made of, where there is a field for it', async () => {
		const id = 'fal-ai/veo3.1/image-to-video';
		const shown = async (parameters: INodeParameters) =>
			(await fields(locator(id), { parameters })).fields.find(
				({ id: name }) => name === 'image_url',
			)?.display;
		expect(await shown({ operation: 'generate' })).toBe(true);
		expect(await shown({ operation: 'generateFromImage' })).toBe(false);
		expect(await shown({ operation: 'generateAndSuspend', source: 'image' })).toBe(false);
		expect(await shown({ operation: 'generateAndSuspend', source: 'text' })).toBe(true);
	});

	test('stay, marked, where fal has taken an input away that has a value', async () => {
		const id = 'fal-ai/infinity-star/text-to-video';
		const { fields: schema } = await fields(locator(id));
		const gone = ['use_apg', 'tau_video', 'guidance_scale'];
		const facts = endpoints[id];
		if (!facts) throw new Error(`There is no ${id}`);
		bench.fal.options.catalog = {
			...bench.fal.options.catalog,
			endpoints: {
				[id]: { ...facts, input: facts.input.filter(({ name }) => !gone.includes(name)) },
			},
		};
		// The editor saves no value of a field that was not added, older ones may have null.
		const added = schema.map((field) => ({
			...field,
			removed: field.id === 'guidance_scale' || field.id === 'seed',
		}));
		const refreshed = await fields(locator(id), {
			credential: 'elsewhere',
			parameters: {
				modelInputs: {
					value: { use_apg: false, tau_video: null, guidance_scale: 4, seed: 7 },
					schema: added as never,
				},
			},
		});
		const marked = refreshed.fields.filter(({ displayName }) => displayName.includes('no longer'));
		expect(marked).toMatchObject([{ id: 'use_apg', required: false, fal: { isGone: true } }]);
		expect(refreshed.fields.map(({ id: name }) => name)).not.toContain('tau_video');
		expect(refreshed.fields.map(({ id: name }) => name)).not.toContain('guidance_scale');
	});

	test('of no model: it says what to do', async () => {
		for (const model of ['', locator(''), locator('one-word', 'id')]) {
			const none = await fields(model);
			expect(none.fields).toEqual([]);
			expect(none.emptyFieldsNotice).toContain('Choose a model under Other Model');
		}
	});

	test('of a model that an expression gives stay as they were saved', async () => {
		const { fields: schema } = await fields(locator('fal-ai/pika/v2.1/text-to-video'));
		const saved = await fields(locator('={{ $json.model }}', 'id'), {
			parameters: { modelInputs: { value: { seed: 7 }, schema: schema as never } },
		});
		expect(saved.fields).toEqual(schema);
		const none = await fields(locator('={{ $json.model }}', 'id'));
		expect(none.fields).toEqual([]);
		expect(none.emptyFieldsNotice).toContain('expression');
	});

	test('of a model without inputs: it says so', async () => {
		bench.fal.options.catalog = {
			...bench.fal.options.catalog,
			endpoints: { 'fal-ai/no-inputs': { input: [], output: ['video'] } },
		};
		expect((await fields(locator('fal-ai/no-inputs'))).emptyFieldsNotice).toContain(
			'fal-ai/no-inputs has no inputs',
		);
	});
});
