import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/server/paths';
import { serverVersions } from '../../harness/server/server-version';

test('the weekly workflow has a job for each version that there is a recipe for', () => {
	const workflow = readFileSync(join(repository, '.github', 'workflows', 'matrix.yml'), 'utf8');
	const listed = /^ +n8n: \[(.*)\]$/m.exec(workflow)?.[1]?.split(', ');
	expect(listed).toEqual(serverVersions.map(({ line }) => `'${line}'`));
});
