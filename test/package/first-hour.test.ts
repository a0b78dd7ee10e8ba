import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { picturesOfPage } from '../e2e/setup/browser/first-hour';

// What keeps docs/first-hour.md true: each of its pictures is taken by the test of the first hour, which
// looks for what the page quotes beside it.

const [before, ...pictures] = picturesOfPage();

test('each picture of the page is taken by the test, and none is taken besides', () => {
	const folder = 'test/e2e/first-hour';
	const tests = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
	const taken = [...tests.join('\n').matchAll(/showsWhatThePageTells\(page, '([^']+)'/g)].map(
		([, name = '']) => name,
	);
	const names = pictures.map(({ name }) => name);
	expect(names.length).toBeGreaterThan(10);
	expect(taken.sort()).toEqual([...names].sort());
	const files = readdirSync('docs/images/first-hour').map((file) => file.replace(/\.png$/, ''));
	expect(files.sort()).toEqual([...names].sort());
});

test('beside each picture the page quotes what n8n shows, and nowhere else', () => {
	// What quotation marks mean is said before the first picture.
	expect(before?.quotes).toEqual(['quotation marks']);
	expect(pictures.filter(({ quotes }) => quotes.length === 0)).toEqual([]);
});
