import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../harness/server/paths';
import { serverVersions } from '../../harness/server/server-version';
import { readResults } from '../../scripts/matrix/results';
import { markers, sectionOf } from '../../scripts/matrix/section';

/** Without what the formatter adds to align a table. */
const unaligned = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

test('the README has the results of the last run of each version', async () => {
	const results = await readResults();
	expect(results.map(({ version }) => version)).toEqual(
		serverVersions.map(({ version }) => version),
	);
	const readme = await readFile(join(repository, 'README.md'), 'utf8');
	const between = readme.slice(readme.indexOf(markers.start), readme.indexOf(markers.end));
	expect(unaligned(between)).toContain(sectionOf(results));
});
