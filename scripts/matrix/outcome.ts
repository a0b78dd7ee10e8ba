import { basename } from 'node:path';
import type { ServerVersion } from '../../harness/server/server-version';

/** How many tests have passed and failed. */
export interface Count {
	passed: number;
	failed: number;
}

/** What the core tests have come to in one n8n. */
export interface Outcome {
	/** The n8n's whole version. */
	version: string;
	nodeMajor: number;
	/** By what was tested, in the tests' order. Empty where the server could not be installed. */
	areas: Record<string, Count>;
}

/** What is read here of the JSON that jest writes with `--json`. */
export interface JestReport {
	testResults: {
		/** The file's path. */
		name: string;
		assertionResults: { ancestorTitles: string[]; title: string; status: string }[];
	}[];
}

/**
 * Counts what jest reports of one n8n, by the outermost `describe`. A file that could not be run counts
 * as one that failed, under its own name, and so does a test that was skipped.
 */
export function outcomeOf(
	{ version, nodeMajor }: Pick<ServerVersion, 'version' | 'nodeMajor'>,
	report: JestReport | undefined,
): Outcome {
	const areas: Outcome['areas'] = {};
	const files = [...(report?.testResults ?? [])];
	for (const file of files.sort((one, other) => (one.name < other.name ? -1 : 1))) {
		for (const { ancestorTitles, status } of resultsOf(file)) {
			const count = (areas[ancestorTitles[0] ?? ''] ??= { passed: 0, failed: 0 });
			count[status === 'passed' ? 'passed' : 'failed'] += 1;
		}
	}
	return { version, nodeMajor, areas };
}

function resultsOf({ name, assertionResults }: JestReport['testResults'][number]) {
	if (assertionResults.length > 0) return assertionResults;
	return [{ ancestorTitles: [basename(name)], status: 'failed' }];
}

/** The sum over all areas. */
export function totalOf({ areas }: Outcome): Count {
	return Object.values(areas).reduce(
		(sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
		{ passed: 0, failed: 0 },
	);
}

/** Whether everything was tested, and passed. */
export function hasPassed(outcome: Outcome): boolean {
	const { passed, failed } = totalOf(outcome);
	return passed > 0 && failed === 0;
}
