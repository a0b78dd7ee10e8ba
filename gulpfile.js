const { rm } = require('node:fs/promises');
const { src, dest } = require('gulp');

/**
 * Empties dist: what is left of a file that was renamed would be published. What dist was built from
 * is not known any more until scripts/build-if-changed.mjs says so.
 */
async function clean() {
	await rm('dist', { recursive: true, force: true });
	await rm('node_modules/.built-from', { force: true });
}

/**
 * Copies what n8n reads beside the compiled code (icons, the codex file) into dist, at the same
 * relative place. tsc copies neither.
 */
function assets() {
	return src(['nodes/**/*.{svg,json}', 'credentials/**/*.svg'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));
}

exports.clean = clean;
exports.assets = assets;
