import { FalEngine } from '../../harness/engine/fal-engine';
import { endpoints } from '../../harness/standin/catalog/endpoints';
import { compareFields, fieldsInEditor, runEndpoint } from '../catalog/each-endpoint';

// Each of fal's endpoints that make video: what the editor shows, and what is sent, against the facts and
// the endpoint's own schema.

const bench = new FalEngine({}, undefined, { clockSpeed: 5 });

beforeAll(async () => await bench.open());
beforeEach(() => bench.fal.reset());
afterAll(async () => await bench.close());

test.each(Object.keys(endpoints))('%s', async (id) => {
	const fields = await fieldsInEditor(bench, id);
	compareFields(id, fields);
	await runEndpoint(bench, id, fields, 'defaults');
	await runEndpoint(bench, id, fields, 'filled');
	expect(bench.fal.billed()).toBe(2);
});
