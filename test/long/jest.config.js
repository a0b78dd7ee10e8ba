/** @type {import('jest').Config} */
module.exports = {
	...require('../../jest.config.js'),
	rootDir: '../..',
	roots: ['<rootDir>/test/long'],
	testMatch: ['**/*.long.ts'],
	// Soaks and fuzzes: they take minutes, and end by events of their own.
	testTimeout: 1_200_000,
	maxWorkers: 1,
};
