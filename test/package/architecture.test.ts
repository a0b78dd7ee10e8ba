import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sourceFiles, violations, type Room } from './architecture';

const root = join(__dirname, '..', '..');

/** What n8n brings along: a community node has no dependencies of its own. */
const broughtAlong = ['n8n-workflow', 'zod', 'crypto'];

/** The dependency runs one way: node → resources → execution → queue, and tests know all. */
const rooms: Record<string, Room> = {
	queue: {
		files: /^nodes\/FalVideo\/queue\//,
		imports: [],
		// Nothing of n8n's: so it can be tested and reused alone.
		packages: ['crypto', 'zod'],
	},
	// How the key is sent: the credential needs it, and nothing else of the node's.
	key: {
		files: /^nodes\/FalVideo\/execution\/transport\/key\.ts$/,
		imports: [],
		packages: broughtAlong,
	},
	execution: {
		files: /^nodes\/FalVideo\/execution\//,
		imports: ['key', 'queue'],
		packages: broughtAlong,
	},
	resources: {
		files: /^nodes\/FalVideo\/resources\//,
		imports: ['execution', 'key', 'queue'],
		packages: broughtAlong,
	},
	FalVideo: {
		files: /^nodes\/FalVideo\//,
		imports: ['resources', 'execution', 'key', 'queue'],
		packages: broughtAlong,
	},
	FalVideoTrigger: {
		files: /^nodes\/FalVideoTrigger\//,
		imports: ['FalVideo', 'resources', 'execution', 'key', 'queue'],
		packages: broughtAlong,
	},
	credentials: { files: /^credentials\//, imports: ['key'], packages: broughtAlong },
	// It runs the package as it is built, so it needs none of its sources.
	harness: { files: /^harness\//, imports: [] },
	scripts: { files: /^scripts\//, imports: ['harness'] },
	bench: { files: /^bench\//, imports: ['harness'] },
	test: {
		files: /^test\//,
		imports: [
			'FalVideo',
			'FalVideoTrigger',
			'resources',
			'execution',
			'queue',
			'key',
			'credentials',
			'harness',
			'scripts',
			'bench',
		],
	},
};

test('every import goes the way that the architecture says, and there is no circle', () => {
	expect(violations(root, rooms)).toEqual([]);
});

test('each room has files, and every file of nodes/ belongs to one', () => {
	const files = sourceFiles(root);
	for (const { files: mine } of Object.values(rooms)) {
		expect(files.some((file) => mine.test(file))).toBe(true);
	}
	const homeless = files
		.filter((file) => file.startsWith('nodes/'))
		.filter((file) => !Object.values(rooms).some(({ files: mine }) => mine.test(file)));
	expect(homeless).toEqual([]);
});

describe('what goes another way is named', () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'architecture-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	function repository(files: Record<string, string>): string[] {
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
		return violations(folder, rooms);
	}

	const queue = 'nodes/FalVideo/queue/wait.ts';
	const output = 'nodes/FalVideo/execution/output.ts';
	const wait = 'export type Wait = number;';

	test.each([
		["import { output } from '../execution/output';"],
		["import type { Output } from '../execution/output';"],
		["export * from '../execution/output';"],
		["export const output = import('../execution/output');"],
		["import output = require('../execution/output');"],
		["export type Output = import('../execution/output').Output;"],
	])('%s in queue', (text) => {
		expect(repository({ [queue]: text, [output]: 'export type Output = 1;' })).toEqual([
			`${queue} imports ${output}: queue may not import from execution`,
		]);
	});

	test('a type of n8n’s in queue', () => {
		const text = "import type { INode } from 'n8n-workflow';";
		expect(repository({ [queue]: text })).toEqual([
			`${queue} imports n8n-workflow: queue may not use that package`,
		]);
	});

	test.each([
		['nodes/FalVideo/execution/a.ts', 'nodes/FalVideo/resources/b.ts', 'execution', 'resources'],
		['nodes/FalVideo/resources/a.ts', 'nodes/FalVideo/FalVideo.node.ts', 'resources', 'FalVideo'],
		['nodes/FalVideo/a.node.ts', 'nodes/FalVideoTrigger/b.ts', 'FalVideo', 'FalVideoTrigger'],
		['harness/a.ts', 'test/b.ts', 'harness', 'test'],
		['harness/a.ts', 'scripts/b.ts', 'harness', 'scripts'],
		['harness/a.ts', 'bench/b.ts', 'harness', 'bench'],
		['scripts/a.ts', 'test/b.ts', 'scripts', 'test'],
		['scripts/a.ts', 'bench/b.ts', 'scripts', 'bench'],
		['bench/a.ts', 'scripts/b.ts', 'bench', 'scripts'],
		['bench/a.ts', 'test/b.ts', 'bench', 'test'],
	])('%s → %s', (from, to, own, other) => {
		const up = '../'.repeat(from.split('/').length - 1);
		const text = `import { b } from '${up}${to.replace(/\.ts$/, '')}';`;
		expect(repository({ [from]: text, [to]: 'export const b = 1;' })).toEqual([
			`${from} imports ${to}: ${own} may not import from ${other}`,
		]);
	});

	test('a circle', () => {
		const other = 'nodes/FalVideo/queue/submit.ts';
		const files = {
			[queue]: `import type { Submit } from './submit';\n${wait}`,
			[other]: "import type { Wait } from './wait';\nexport type Submit = Wait;",
		};
		expect(repository(files)).toEqual([`A circle: ${other} → ${queue} → ${other}`]);
	});
});
