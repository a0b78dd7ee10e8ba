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
	/** By what was tested, in the tests' order. Empty where the server could not be started. */
	areas: Map<string, Count>;
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
	const areas = new Map<string, Count>();
	const files = [...(report?.testResults ?? [])].sort((one, other) =>
		one.name < other.name ? -1 : 1,
	);
	for (const { name, assertionResults } of files) {
		const results =
			assertionResults.length > 0
				? assertionResults
				: [{ ancestorTitles: [name.split(/[\\/]/).at(-1) ?? name], status: 'failed' }];
		for (const { ancestorTitles, status } of results) {
			const area = ancestorTitles[0] ?? '';
			const { passed, failed } = areas.get(area) ?? { passed: 0, failed: 0 };
			areas.set(
				area,
				status === 'passed' ? { passed: passed + 1, failed } : { passed, failed: failed + 1 },
			);
		}
	}
	return { version, nodeMajor, areas };
}

/** The sum over all areas. */
export function totalOf({ areas }: Outcome): Count {
	return [...areas.values()].reduce(
		(sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
		{ passed: 0, failed: 0 },
	);
}

/** Whether everything was tested, and passed. */
export function hasPassed(outcome: Outcome): boolean {
	const { passed, failed } = totalOf(outcome);
	return passed > 0 && failed === 0;
}
