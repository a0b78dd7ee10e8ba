import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { FalStandIn } from '../../harness/standin/fal-stand-in';
import { kindNames, kinds } from '../../harness/standin/kinds';
import { probe } from '../../scripts/probe/probe';

const KEY = 'key-id-of-mine:a-secret-of-mine';

let fal: FalStandIn;

beforeAll(async () => {
	fal = await FalStandIn.start({ keys: [KEY], queueMs: 100, durationMs: 200 });
});
afterAll(async () => await fal.close());
afterEach(() => fal.reset());

/** Probes the stand-in in the kind that it is. */
async function probed(paid = false) {
	const { kind } = fal.options;
	const scheme = kinds[kind].schemes[0] ?? 'Key';
	return await probe({
		access: { baseUrl: fal.baseUrl, scheme, key: KEY },
		...(paid && { paid: { pollMs: 20, patienceMs: 10_000, onAccepted: () => {} } }),
	});
}

describe.each(kindNames)('the stand-in as %s', (kind) => {
	beforeEach(() => {
		fal.options.kind = kind;
	});

	it('is told from the others, differs in nothing, and is asked nothing that costs', async () => {
		const { kind: found, differences, host } = await probed();
		expect(found).toBe(kind);
		expect(differences).toEqual([]);
		expect(host).toHaveLength(7);
		expect(fal.log.filter(({ method }) => method === 'POST')).toEqual([]);
	});

	it('differs in nothing when a video is paid for', async () => {
		const { differences, host } = await probed(true);
		expect(differences).toEqual([]);
		expect(host.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['Submit', 'Result', 'File']),
		);
		expect(fal.billed()).toBe(1);
	});
});

describe('a host that differs', () => {
	it('has each difference named', async () => {
		fal.order({
			on: 'status',
			fault: { type: 'http', status: 400, body: { detail: 'Unknown', request: 7 } },
		});
		fal.order({ on: 'stream', fault: { type: 'html', status: 404 } });
		const { kind, differences } = await probed();
		expect(kind).toBe('fal');
		expect(differences).toEqual([
			{ name: 'Status of no request', what: 'HTTP 400, the stand-in answers 404' },
			{ name: 'Status of no request', what: 'field `detail: string`, not at the stand-in' },
			{ name: 'Status of no request', what: 'field `request: number`, not at the stand-in' },
			{
				name: 'Status of no request',
				what: 'field `status: string` of the stand-in is missing',
			},
			{ name: 'Status of no request', what: 'word `not_found` of the stand-in is missing' },
			{ name: 'Stream of no request', what: 'a web page, the stand-in answers JSON' },
		]);
	});

	it('has a status named that the stand-in never gives', async () => {
		fal.order({ on: 'status', skip: 1, fault: { type: 'status-word', status: 'REBALANCING' } });
		const { differences } = await probed(true);
		expect(differences).toEqual([
			{ name: 'Status REBALANCING', what: 'the stand-in never answers so' },
		]);
	});
});

describe('the program', () => {
	async function run(args: string[], env: Record<string, string>) {
		const program = join(__dirname, '..', '..', 'scripts', 'probe.ts');
		const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
			env: { PATH: process.env.PATH, ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const exited = once(child, 'exit');
		const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
		return { code: (await exited)[0] as number, out, err };
	}

	it('ends with 0 and a report without the key where nothing differs', async () => {
		const { code, out } = await run(['--base-url', fal.baseUrl], { FAL_KEY: KEY });
		expect(out).toContain('No difference.');
		expect(out).toContain('{"status":"NOT_FOUND"}');
		expect(code).toBe(0);
	});

	it('ends with 1 where something differs, and takes out a key that is echoed', async () => {
		const body = { detail: `Who is ${KEY}, with a-secret-of-mine?` };
		fal.order({ on: 'status', fault: { type: 'http', status: 404, body } });
		const env = { FAL_KEY: KEY, FAL_BASE_URL: fal.baseUrl, FAL_AUTH: 'Key' };
		const { code, out } = await run(['--kind', 'fal'], env);
		expect(out).toContain('**Differs:**');
		expect(out).toContain('Who is [key], with [key]?');
		expect(out).not.toContain('a-secret-of-mine');
		expect(out).not.toContain('key-id-of-mine');
		expect(code).toBe(1);
	});

	it.each([
		['no key', [], {}, 'FAL_KEY'],
		['a scheme that is none', ['--scheme', 'Basic'], { FAL_KEY: KEY }, 'Key or Bearer'],
		['a kind that is none', ['--kind', 'x'], { FAL_KEY: KEY }, 'one of fal,'],
		['an unknown flag', ['--pray'], { FAL_KEY: KEY }, '--pray'],
		[
			'a host that is not there',
			['--base-url', 'http://127.0.0.1:1'],
			{ FAL_KEY: KEY },
			'no answer',
		],
	])('ends with 2 with %s', async (_what, args, env: Record<string, string>, says) => {
		const { code, err } = await run(args, env);
		expect(err).toContain(says);
		expect(code).toBe(2);
	});
});
