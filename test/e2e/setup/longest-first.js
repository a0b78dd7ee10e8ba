const { basename } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/** They wait a minute for n8n: begun last, they would be waited for alone. */
const longest = ['restart', 'suspend', 'suspend-queue-mode', 'examples', 'trigger', 'editor'];

/** Begins with the files that take the longest, on a machine that has not seen them yet, too. */
class LongestFirst extends Sequencer {
	sort(tests) {
		const rank = ({ path }) => {
			const at = longest.indexOf(basename(path, '.e2e.ts'));
			return at < 0 ? longest.length : at;
		};
		return [...tests].sort((one, other) => rank(one) - rank(other));
	}
}

module.exports = LongestFirst;
