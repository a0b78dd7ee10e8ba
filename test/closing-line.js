/**
 * A jest reporter that ends a run with one plain line, "N passed, N failed", so that people and
 * machines can read the outcome without knowing jest. A test file that could not be run counts
 * as a failure; skipped tests are named, because they are not passes.
 */
class ClosingLine {
	onRunComplete(_contexts, results) {
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		const skipped = results.numPendingTests + results.numTodoTests;
		const line = `${results.numPassedTests} passed, ${failed} failed`;
		// After jest's own summary, which it writes when its reporters are done.
		process.on('exit', () => {
			process.stdout.write(`${line}${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
		});
	}
}

module.exports = ClosingLine;
