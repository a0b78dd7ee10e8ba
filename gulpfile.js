const { src, dest } = require('gulp');

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

exports.assets = assets;
