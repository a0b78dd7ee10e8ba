import type { IBinaryKeyData } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { jsonsOf } from '../../harness/engine/fal-engine';
import { workflowFrom } from '../../harness/engine/workflow';
import type { LogEntry } from '../../harness/standin/request-log';
import { readSaved, savedParameters, sentFolder } from '../saved-workflows';
import { submit } from '../standin/test-requests';
import { useFalEngine } from './use-fal-engine';

// Workflows that people have saved run unchanged in every later version: each operation with every field
// filled in, and what it sends. Neither a workflow nor what it sends is ever adapted to the code; a new
// field gets a new file. The trigger and the tool run in a real server.

const bench = useFalEngine({}, { clockSpeed: 5 });

const png = (filling: string) => ({
	data: Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		Buffer.alloc(16, filling),
	]).toString('base64'),
	mimeType: 'image/png',
	fileName: `${filling}.png`,
});
const binary: IBinaryKeyData = { photo: png('a'), last: png('z') };

const told = [
	'x-fal-queue-priority',
	'x-fal-request-timeout',
	'x-fal-object-lifecycle-preference',
	'authorization',
];

/** What a request asked for, without what differs from run to run. */
function asked({ method, path, query, headers, body }: LogEntry, requestId: string) {
	const steady = (text: string) =>
		text
			.replaceAll(requestId, '{request}')
			.replace(/https?:\/\/[^"]*\/webhook-waiting\/[^"]*/g, '{callback}');
	const entry = {
		method,
		path,
		query,
		headers: Object.fromEntries(
			told.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])),
		),
		...(body === undefined ? {} : { body }),
	};
	return JSON.parse(steady(JSON.stringify(entry))) as object;
}

const kinds: Array<LogEntry['kind']> = ['submit', 'status', 'result', 'cancel', 'requests'];
const runHere = readdirSync(sentFolder).map((name) => name.replace('.json', ''));

test.each(runHere)('%s sends what it sent when it was saved', async (name) => {
	const { nodes, connections, settings } = readSaved(name);
	const { resource, operation } = savedParameters(name);
	const { requestId: earlier } = await submit(bench.fal, { prompt: 'An earlier boat' });
	await bench.fal.waitForState(earlier, 'COMPLETED');
	if (operation === 'generateAndSuspend') bench.fal.options.durationMs = Infinity;
	bench.fal.options.listsRequests = operation === 'getMany';
	const before = bench.fal.log.length;

	const outcome = await bench.engine.run({
		workflow: workflowFrom(nodes, [], { connections, settings }),
		input: [{ json: { request_id: earlier }, binary }],
	}).finished;
	bench.fal.options.durationMs = 0;

	expect(outcome.error()).toBeUndefined();
	const entries = bench.fal.log.slice(before).filter(({ kind }) => kinds.includes(kind));
	// Of a video, only what pays for it: how often its state is asked is not promised.
	const first = resource === 'video' ? entries.filter(({ kind }) => kind === 'submit') : entries;
	const sent = first.map((entry) => asked(entry, earlier));
	const frozen = JSON.parse(readFileSync(`${sentFolder}/${name}.json`, 'utf8')) as object[];
	expect(sent).toEqual(frozen);

	if (operation === 'generateAndSuspend') expect(outcome.status).toBe('waiting');
	else expect(jsonsOf(outcome)).toMatchObject([{ request_id: expect.any(String) }]);
	const { downloadVideo, waitUntilComplete } = savedParameters(name);
	if (downloadVideo && waitUntilComplete) {
		expect(outcome.items('Out')[0]?.binary).toHaveProperty('film');
	}
});
