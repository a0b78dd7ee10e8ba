import { type JestReport, outcomeOf } from '../../scripts/matrix/outcome';
import { sectionOf } from '../../scripts/matrix/section';

/** A report of jest's with these results of each area, in one file. */
function report(results: Record<string, string[]>): JestReport {
	const assertionResults = Object.entries(results).flatMap(([area, statuses]) =>
		statuses.map((status) => ({ ancestorTitles: [area, 'within'], title: 'a test', status })),
	);
	return { testResults: [{ name: '/core/core.e2e.ts', assertionResults }] };
}

const outcome = (version: string, of: JestReport | undefined) =>
	outcomeOf({ version, nodeMajor: 24 }, of);

const good = report({ Loads: ['passed'], Waits: ['passed', 'passed'] });
const bad = report({ Loads: ['passed'], Waits: ['passed', 'failed'] });

test('the table tells what has passed and what has failed in each n8n', () => {
	const section = sectionOf([outcome('1.1.9', bad), outcome('2.0.3', good)]);
	expect(section.split('\n')).toEqual([
		'n8n 2.0 or newer. In a server of each of these, with the packed package:',
		'',
		'| n8n | 1.1.9 (Node.js 24) | 2.0.3 (Node.js 24) |',
		'| --- | --- | --- |',
		'| Loads | passed | passed |',
		'| Waits | **1 of 2 failed** | passed |',
		'| tests | 2 passed, 1 failed | 3 passed, 0 failed |',
		'',
		"In 2.0.3 the editor, all examples, faults, several processes and n8n's engine by itself are tested besides.",
	]);
});

test('the oldest that is supported is the one from which on all have passed', () => {
	const first = (...outcomes: ReturnType<typeof outcome>[]) => sectionOf(outcomes).split('\n')[0];
	const [old, middle, recent] = ['1.1.9', '2.0.3', '2.20.1'] as const;
	expect(first(outcome(old, good), outcome(middle, bad), outcome(recent, good))).toMatch(
		/^n8n 2\.20 or/,
	);
	expect(first(outcome(old, good), outcome(middle, good))).toMatch(/^n8n 1\.1 or/);
	expect(first(outcome(old, good), outcome(middle, bad))).toMatch(/^No version/);
});

test('what was not run has not passed', () => {
	const section = sectionOf([outcome('1.1.9', undefined), outcome('2.0.3', good)]);
	expect(section).toContain('| Loads | **not run** | passed |');
	expect(section).toContain('| tests | 0 passed, 0 failed | 3 passed, 0 failed |');
	expect(section).toMatch(/^n8n 2\.0 or/);
});

test('a file that could not be run counts as one that failed', () => {
	const broken = {
		testResults: [...good.testResults, { name: '/core/other.e2e.ts', assertionResults: [] }],
	};
	expect(sectionOf([outcome('2.0.3', broken)])).toContain('| other.e2e.ts | **1 of 1 failed** |');
	const skipped = report({ Loads: ['pending'] });
	expect(sectionOf([outcome('2.0.3', skipped)])).toContain('| Loads | **1 of 1 failed** |');
});
