import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatted } from '../../harness/markdown/formatted';
import { replaceBetween } from '../../harness/markdown/replace-between';
import { repository } from '../../harness/server/paths';
import { serverVersions } from '../../harness/server/server-version';
import { readResults } from '../../scripts/matrix/results';
import { markers, sectionOf } from '../../scripts/matrix/section';

test('the README has the results of the last run of each version', async () => {
	const path = join(repository, 'README.md');
	const readme = await readFile(path, 'utf8');
	const results = await readResults();
	expect(results.map(({ version }) => version)).toEqual(
		serverVersions.map(({ version }) => version),
	);
	expect(await formatted(path, replaceBetween(readme, markers, sectionOf(results)))).toBe(readme);
});
