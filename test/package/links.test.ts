import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = process.cwd();
const home = 'https://github.com/n8n-nodes-fal-video/n8n-nodes-fal-video#';

const pages = ['.', 'docs', 'examples', '.github']
	.filter((folder) => existsSync(join(root, folder)))
	.flatMap((folder) =>
		readdirSync(join(root, folder))
			.filter((name) => name.endsWith('.md'))
			.map((name) => join(root, folder, name)),
	);

/** A page without what looks like a link or a heading and is none. */
function textOf(page: string): string {
	return readFileSync(page, 'utf8')
		.replace(/^( *)(```|~~~)[\s\S]*?^\1\2 *$/gm, '')
		.replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]]/g, ''));
}

/** The anchors that GitHub gives a page's headings. */
function anchorsOf(page: string): string[] {
	const seen = new Map<string, number>();
	return [...textOf(page).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
		const anchor = heading
			.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
			.replace(/ /g, '-');
		const count = seen.get(anchor) ?? 0;
		seen.set(anchor, count + 1);
		return count === 0 ? anchor : `${anchor}-${count}`;
	});
}

function brokenLinksOf(page: string): string[] {
	const targets = [...textOf(page).matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)].map(
		([, target = '']) => target,
	);
	return targets
		.filter((target) => !/^[a-z]+:/i.test(target))
		.filter((target) => {
			const [path = '', anchor] = target.split('#');
			const file = path === '' ? page : join(dirname(page), path);
			if (!existsSync(file)) return true;
			return anchor !== undefined && !anchorsOf(file).includes(anchor);
		});
}

/** The sources and codex files, which name the README's headings. */
function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name));
}

test.each(pages.map((page) => relative(root, page)))('every link of %s resolves', (page) => {
	expect(brokenLinksOf(join(root, page))).toEqual([]);
});

test('every heading of the README that the package links to is there', () => {
	const anchors = ['readme', ...anchorsOf(join(root, 'README.md'))];
	const broken = ['nodes', 'credentials']
		.flatMap((folder) => filesBelow(join(root, folder)))
		.flatMap((file) =>
			[...readFileSync(file, 'utf8').matchAll(/https:[^\s'"`]+#[\w-]+/g)]
				.map(([url]) => url)
				.filter((url) => url.startsWith(home) && !anchors.includes(url.slice(home.length)))
				.map((url) => `${relative(root, file)}: ${url}`),
		);
	expect(broken).toEqual([]);
});
