import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ROOT = join(__dirname, '..', '..');

/** What an n8n server has for its nodes; everything else must be in the package itself. */
const FROM_N8N = ['n8n-workflow', 'zod'];

/** Packages that the tests need and users do not have. */
const NOT_THERE = ['undici', 'n8n-core', '@fal-ai/client', 'tsx'];

interface Packed {
	filename: string;
	/** Bytes of the packed file. */
	size: number;
	files: Array<{ path: string }>;
}

interface PackageJson {
	dependencies?: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

let folder: string;
let packed: Packed;
let installed: string;
let packageJson: PackageJson;

beforeAll(async () => {
	if (!existsSync(join(ROOT, 'dist'))) throw new Error('There is no dist: npm run build');
	folder = await realpath(await mkdtemp(join(tmpdir(), 'packed-')));
	const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], {
		cwd: ROOT,
		shell: process.platform === 'win32',
	});
	[packed] = JSON.parse(stdout) as [Packed];

	const modules = join(folder, 'node_modules');
	await mkdir(modules);
	await execute('tar', ['-xzf', packed.filename, '-C', 'node_modules'], { cwd: folder });
	installed = join(modules, 'package');
	for (const name of FROM_N8N) {
		await symlink(
			dirname(require.resolve(`${name}/package.json`)),
			join(modules, name),
			'junction',
		);
	}
	packageJson = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as PackageJson;
});

afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
});

/** Runs a script from the installed package's folder, with no modules but those beside it. */
async function runInstalled(script: string, ...args: string[]): Promise<string> {
	const env = { ...process.env };
	delete env.NODE_PATH;
	delete env.NODE_OPTIONS;
	const { stdout } = await execute(process.execPath, ['-e', script, ...args], {
		cwd: installed,
		env,
	});
	return stdout;
}

test('holds what runs and what people read, and nothing else', () => {
	const paths = packed.files.map(({ path }) => path);
	const beside = paths.filter((path) => !path.startsWith('dist/'));
	expect(beside.sort()).toEqual(['CHANGELOG.md', 'LICENSE.md', 'README.md', 'package.json']);
	const built = paths.filter((path) => path.startsWith('dist/'));
	const wanted = /^\.(js|json|svg|png)$/;
	expect(built.filter((path) => !wanted.test(extname(path)))).toEqual([]);
	expect(built.filter((path) => path.includes('.test.'))).toEqual([]);
});

test('takes less than 200 kB to download', () => {
	expect(packed.size).toBeLessThan(200_000);
});

test('brings no dependencies', () => {
	expect(packageJson.dependencies ?? {}).toEqual({});
});

test('holds the files that it tells n8n to load', () => {
	const paths = packed.files.map(({ path }) => path);
	const { nodes, credentials } = packageJson.n8n;
	expect(nodes.length).toBeGreaterThan(0);
	expect(credentials.length).toBeGreaterThan(0);
	expect(paths).toEqual(expect.arrayContaining([...nodes, ...credentials]));
});

test('loads, file by file, where there is nothing but n8n’s own modules', async () => {
	// If one of these were found, the test below could not tell a missing dependency.
	const search = `
		const found = process.argv.slice(1).filter((name) => {
			try { require.resolve(name); return true; } catch { return false; }
		});
		console.log(JSON.stringify(found));`;
	const found = JSON.parse(await runInstalled(search, ...FROM_N8N, ...NOT_THERE)) as string[];
	expect(found).toEqual(FROM_N8N);

	const scripts = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.js'));
	expect(scripts.length).toBeGreaterThan(0);
	const load = `
		const failed = process.argv.slice(1).flatMap((path) => {
			try { require('./' + path); return []; } catch (error) { return [path + ': ' + error.message]; }
		});
		console.log(JSON.stringify(failed));`;
	expect(JSON.parse(await runInstalled(load, ...scripts))).toEqual([]);
});
