import { endpoints } from '../../harness/standin/catalog/endpoints';
import { openApiDocument } from '../../harness/standin/catalog/openapi-document';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { sendRaw } from '../../harness/standin/http';
import type { JsonObject } from '../../harness/standin/json';
import { inputsOf, validatorOf } from '../catalog/schema-of';
import { AUTHORIZED, jsonOf } from './test-requests';

let fal: FalStandIn;

beforeAll(async () => {
	fal = await FalStandIn.start();
});
beforeEach(() => fal.reset());
afterAll(async () => await fal.close());

const ask = async (query: string, headers: Record<string, string> = {}) =>
	await sendRaw('GET', `${fal.platformUrl}/models?${query}`, { headers });

interface Page {
	models: Array<{ endpoint_id: string; metadata: Record<string, unknown>; openapi?: JsonObject }>;
	next_cursor: string | null;
	has_more: boolean;
}

const pageOf = async (query: string) => jsonOf(await ask(query)) as unknown as Page;

test('the pages of both kinds have each endpoint once', async () => {
	const ids: string[] = [];
	for (const category of ['text-to-video', 'image-to-video']) {
		let cursor = '';
		for (;;) {
			const next = cursor === '' ? '' : `&cursor=${cursor}`;
			const page = await pageOf(`category=${category}&status=active&limit=20${next}`);
			expect(page.models.length).toBeLessThanOrEqual(20);
			for (const { metadata } of page.models) expect(metadata.category).toBe(category);
			ids.push(...page.models.map(({ endpoint_id }) => endpoint_id));
			expect(page.has_more).toBe(page.next_cursor !== null);
			if (page.next_cursor === null) break;
			cursor = page.next_cursor;
		}
	}
	expect(ids.sort()).toEqual(Object.keys(endpoints).sort());
	expect(ids).toHaveLength(203);
});

test('is searched by words, and by id', async () => {
	const { models } = await pageOf('q=veo%203.1%20fast');
	expect(models.map(({ endpoint_id }) => endpoint_id)).toEqual([
		'fal-ai/veo3.1/fast',
		'fal-ai/veo3.1/fast/image-to-video',
	]);
	const one = await pageOf('endpoint_id=fal-ai/veo3.1&expand=openapi-3.0');
	expect(one.models).toMatchObject([
		{ endpoint_id: 'fal-ai/veo3.1', openapi: { openapi: '3.0.4' } },
	]);
});

test('has deprecated models where they are asked for', async () => {
	fal.options.catalog = { ...fal.options.catalog, deprecated: ['fal-ai/ovi'] };
	expect((await pageOf('q=ovi&status=active&category=text-to-video')).models).toEqual([]);
	expect((await pageOf('q=ovi&category=text-to-video')).models).toMatchObject([
		{ metadata: { status: 'deprecated' } },
	]);
});

test('answers without a key and with one, each until it is asked too often', async () => {
	fal.options.catalog = { ...fal.options.catalog, questions: { withoutKey: 1, withKey: 2 } };
	const statuses: number[] = [];
	for (const headers of [{}, {}, AUTHORIZED, AUTHORIZED, AUTHORIZED]) {
		statuses.push((await ask('limit=1', headers)).status);
	}
	expect(statuses).toEqual([200, 429, 200, 200, 429]);
	expect(jsonOf(await ask('limit=1'))).toMatchObject({ error: { type: 'rate_limited' } });
	const refused = await ask('limit=1', { authorization: 'Key wrong' });
	expect([refused.status, jsonOf(refused)]).toMatchObject([
		401,
		{ error: { type: 'authorization_error' } },
	]);
	expect(fal.log.at(-1)).toMatchObject({
		kind: 'models',
		headers: { authorization: 'Key wrong' },
	});
});

test('gives an endpoint’s document, and for another one null', async () => {
	const url = `${fal.url}/api/openapi/queue/openapi.json?endpoint_id=`;
	const known = await sendRaw('GET', `${url}fal-ai%2Fveo3.1`);
	expect(jsonOf(known).info).toMatchObject({ title: 'Queue OpenAPI for fal-ai/veo3.1' });
	const unknown = await sendRaw('GET', `${url}fal-ai%2Fnone`);
	expect([unknown.status, unknown.body.toString()]).toEqual([404, 'null']);
	expect(fal.count('document')).toBe(2);
});

test('a gateway has no catalogue', async () => {
	const gateway = await FalStandIn.start({ kind: 'uniapi' });
	const reply = await sendRaw('GET', `${gateway.platformUrl}/models`);
	expect(reply.status).toBe(404);
	await gateway.close();
});

test.each(Object.entries(endpoints))(
	'the document of %s is a schema, with the facts',
	(id, facts) => {
		const document = openApiDocument(id, facts);
		const validate = validatorOf(document);
		// Its own defaults are allowed.
		const body = Object.fromEntries(
			facts.input.flatMap(({ name, default: usual }) =>
				usual === undefined ? [] : [[name, usual]],
			),
		);
		validate(body);
		const wrong = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'required');
		expect(wrong).toEqual([]);
		expect(Object.keys(inputsOf(document)).sort()).toEqual(
			facts.input.map(({ name }) => name).sort(),
		);
	},
);
