// Of an n8n that N8N_VERSION names, only what must hold in every version is tried: the editor, the pictures
// and the measurements belong to the newest.
const core = '<rootDir>/core/*.e2e.ts';
const all = ['<rootDir>/*.e2e.ts', '<rootDir>/first-hour/*.e2e.ts', core];

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	// Not `*.test.ts`: those are what `npm test` runs, which needs no server.
	testMatch: process.env.N8N_VERSION ? [core] : all,
	testPathIgnorePatterns: ['/node_modules/'],
	transform: {
		'^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	globalSetup: '<rootDir>/setup/prepare.ts',
	globalTeardown: '<rootDir>/setup/clear.ts',
	// A server that starts for the first time, or a browser on a busy machine, may take long.
	testTimeout: 600_000,
	// They mostly wait: for a stand-in's video, or for n8n.
	maxWorkers: 2,
	testSequencer: '<rootDir>/setup/longest-first.js',
	reporters: [['default', { summaryThreshold: 1 }], '<rootDir>/../closing-line.js'],
};
