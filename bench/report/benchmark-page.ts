import { join } from 'node:path';
import { writeSection } from '../../harness/markdown/write-section';
import { repository } from '../../harness/server/paths';

const markers = {
	start: '<!-- benchmark: written by npm run bench -->',
	end: '<!-- benchmark: end -->',
};

/** Puts the section into docs/benchmark.md, in the place of the last one. */
export async function writeBenchmarkPage(section: string): Promise<void> {
	await writeSection(join(repository, 'docs', 'benchmark.md'), markers, section);
}
