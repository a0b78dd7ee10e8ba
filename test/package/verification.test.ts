import { readFileSync } from 'node:fs';
import { checkNodesApiVersion } from 'n8n-workflow';
import { sourceFiles } from './architecture';

// What n8n's verification asks, and its scan does not look at.

const read = (path: string) => readFileSync(path, 'utf8');
const json = (path: string) => JSON.parse(read(path)) as Record<string, unknown>;

test('the README has the headings that n8n asks for, in its order', () => {
	const headings = [...read('README.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
	const wanted = [
		'Installation',
		'Credentials',
		'Operations',
		'Compatibility',
		'Usage',
		'Resources',
		'Version history',
	];
	expect(headings.filter((heading) => wanted.includes(heading ?? ''))).toEqual(wanted);
});

/** As n8n's documentation of codex files lists them. */
const categoriesOfN8n = [
	'Data & Storage',
	'Finance & Accounting',
	'Marketing & Content',
	'Productivity',
	'Miscellaneous',
	'Sales',
	'Development',
	'Analytics',
	'Communication',
	'Utility',
];

test.each(['FalVideo', 'FalVideoTrigger'])('the codex of %s has categories of n8n', (name) => {
	const { categories } = json(`nodes/${name}/${name}.node.json`) as { categories: string[] };
	expect(categories.length).toBeGreaterThan(0);
	expect(categories.filter((category) => !categoriesOfN8n.includes(category))).toEqual([]);
});

test('releases go by n8n’s command, with provenance, and nothing needs another package', () => {
	const { scripts, dependencies, peerDependencies, overrides } = json('package.json');
	expect(scripts).toMatchObject({
		lint: expect.stringMatching(/^n8n-node lint /) as string,
		prepublishOnly: 'n8n-node prerelease',
		release: 'n8n-node release',
	});
	expect({ dependencies, peerDependencies, overrides }).toEqual({
		peerDependencies: { 'n8n-workflow': '*' },
	});
	const publish = read('.github/workflows/publish.yml');
	expect(publish).toContain('id-token: write');
	expect(publish).toContain('npm run release');
});

test('n8n, which looks at the level of nodes that a package asks for, installs this one', () => {
	const { n8n } = json('package.json') as { n8n: { n8nNodesApiVersion: number } };
	expect(n8n).toMatchObject({ n8nNodesApiVersion: 1 });
	expect(checkNodesApiVersion({ n8n })).toEqual({ compatible: true, version: 1 });
});

test('no rule is switched off in what n8n loads', () => {
	const files = ['nodes', 'credentials'].flatMap((folder) => sourceFiles(process.cwd(), folder));
	expect(files.length).toBeGreaterThan(50);
	expect(files.filter((path) => read(path).includes('eslint-disable'))).toEqual([]);
});
