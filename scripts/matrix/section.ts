import { markdownTable } from '../../harness/markdown/table';
import { type Count, hasPassed, type Outcome, totalOf } from './outcome';

/** The lines between which the README has what `npm run test:matrix` has found. */
export const markers = {
	start: '<!-- matrix: written by npm run test:matrix -->',
	end: '<!-- matrix: end -->',
};

/**
 * What the README says of the versions: the oldest that is supported, and what was tested in each.
 *
 * @param outcomes oldest version first
 */
export function sectionOf(outcomes: readonly Outcome[]): string {
	const areas = new Set(outcomes.flatMap((outcome) => Object.keys(outcome.areas)));
	const rows = [...areas].map((area) => [
		area,
		...outcomes.map((outcome) => cell(outcome.areas[area])),
	]);
	const sums = outcomes.map((outcome) => {
		const { passed, failed } = totalOf(outcome);
		return `${passed} passed, ${failed} failed`;
	});
	const heads = outcomes.map(({ version, nodeMajor }) => `${version} (Node.js ${nodeMajor})`);
	return [
		minimumOf(outcomes),
		markdownTable(['n8n', ...heads], [...rows, ['tests', ...sums]]),
		besidesIn(outcomes),
	].join('\n\n');
}

function cell(count: Count | undefined): string {
	if (count === undefined) return '**not run**';
	const { passed, failed } = count;
	return failed === 0 ? 'passed' : `**${failed} of ${passed + failed} failed**`;
}

// The oldest from which on all have passed: a version between two that work may not be left out.
function minimumOf(outcomes: readonly Outcome[]): string {
	const failed = outcomes.findLastIndex((outcome) => !hasPassed(outcome));
	const oldest = outcomes[failed + 1];
	if (oldest === undefined) return 'No version of n8n has passed all tests.';
	const line = oldest.version.split('.').slice(0, 2).join('.');
	return `n8n ${line} or newer. In a server of each of these, with the packed package:`;
}

// The newest is the one that all tests run in, and not those alone that must hold in each.
function besidesIn(outcomes: readonly Outcome[]): string {
	const newest = outcomes.at(-1)?.version ?? 'none';
	return `In ${newest} the editor, all examples, faults, several processes and n8n's engine by itself are tested besides.`;
}
