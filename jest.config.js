/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	// The engine runs in processes of its own; a test waits for events, with a generous limit.
	testTimeout: 120_000,
	maxWorkers: 3,
	reporters: ['default', '<rootDir>/test/closing-line.js'],
};
