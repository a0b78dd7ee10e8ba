import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { preProcessFile } from 'typescript';

const root = join(__dirname, '..', '..');

/** One import: of a file of this repository, or of a package. */
interface Import {
	from: string;
	/** A path from the root, or the package's name. */
	to: string;
	isFile: boolean;
}

const folders = ['nodes', 'credentials', 'harness', 'test', 'scripts', 'bench'];

const files = folders.flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
		.map((entry) => relative(root, join(entry.parentPath, entry.name)))
		.filter((file) => !file.includes('node_modules')),
);

const imports = files.flatMap((from): Import[] =>
	preProcessFile(readFileSync(join(root, from), 'utf8'), true, true).importedFiles.map(
		({ fileName }) => {
			if (!fileName.startsWith('.')) return { from, to: fileName, isFile: false };
			const path = normalize(join(dirname(from), fileName));
			const file = [path, `${path}.ts`, join(path, 'index.ts')].find(
				(one) => /\.\w+$/.test(one) && existsSync(join(root, one)),
			);
			return { from, to: file ?? path, isFile: true };
		},
	),
);

const main = 'nodes/FalVideo/';

/** The floor that a file of the package stands on; what stands on none is a node. */
function floorOf(file: string): 'node' | 'resources' | 'execution' | 'queue' {
	const floors = ['resources', 'execution', 'queue'] as const;
	return floors.find((floor) => file.startsWith(`${main}${floor}/`)) ?? 'node';
}

/** What each floor may import: itself and what lies beneath, and packages that n8n brings along. */
const beneath = {
	node: { floors: ['node', 'resources', 'execution', 'queue'], packages: ['n8n-workflow'] },
	resources: { floors: ['resources', 'execution', 'queue'], packages: ['n8n-workflow'] },
	execution: { floors: ['execution', 'queue'], packages: ['n8n-workflow', 'zod', 'crypto'] },
	// It knows no n8n.
	queue: { floors: ['queue'], packages: ['zod', 'crypto'] },
} as const;

const shown = ({ from, to }: Import) => `${from} imports ${to}`;

test('there is something to look at', () => {
	expect(files.length).toBeGreaterThan(200);
	expect(imports.filter(({ isFile }) => isFile).length).toBeGreaterThan(500);
});

test('the dependency runs one way: node, resources, execution, queue', () => {
	const wrong = imports.filter(({ from, to, isFile }) => {
		if (!from.startsWith('nodes/')) return false;
		const { floors, packages } = beneath[floorOf(from)];
		if (!isFile) return !(packages as readonly string[]).includes(to);
		const staysInside = to.startsWith('nodes/');
		return !staysInside || !(floors as readonly string[]).includes(floorOf(to));
	});
	expect(wrong.map(shown)).toEqual([]);
});

test('the trigger builds on the node, and not the other way round', () => {
	const wrong = imports.filter(
		({ from, to }) => from.startsWith(main) && to.startsWith('nodes/FalVideoTrigger/'),
	);
	expect(wrong.map(shown)).toEqual([]);
});

test('the credential needs nothing but how the key is sent', () => {
	const wrong = imports.filter(
		({ from, to }) =>
			from.startsWith('credentials/') &&
			!['n8n-workflow', `${main}execution/transport/key.ts`].includes(to),
	);
	expect(wrong.map(shown)).toEqual([]);
});

test('no file of the package imports itself by way of others', () => {
	const next = new Map<string, string[]>();
	for (const { from, to, isFile } of imports) {
		if (isFile && from.startsWith('nodes/')) next.set(from, [...(next.get(from) ?? []), to]);
	}
	const circles: string[] = [];
	const done = new Set<string>();
	const visit = (file: string, path: string[]) => {
		if (path.includes(file)) {
			circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
			return;
		}
		if (done.has(file)) return;
		for (const one of next.get(file) ?? []) visit(one, [...path, file]);
		done.add(file);
	};
	for (const file of next.keys()) visit(file, []);
	expect(circles).toEqual([]);
});

/** What may not import what. Tests may import all of it. */
const apart: Array<{ of: string; from: string[] }> = [
	{ of: 'harness', from: ['test', 'scripts', 'bench'] },
	{ of: 'scripts', from: ['test', 'bench'] },
	{ of: 'bench', from: ['test', 'scripts'] },
	{ of: 'nodes', from: ['harness', 'test', 'scripts', 'bench'] },
];

test.each(apart)('$of imports nothing of $from', ({ of, from: others }) => {
	const wrong = imports.filter(
		({ from, to, isFile }) =>
			isFile && from.startsWith(`${of}/`) && others.some((other) => to.startsWith(`${other}/`)),
	);
	expect(wrong.map(shown)).toEqual([]);
});
