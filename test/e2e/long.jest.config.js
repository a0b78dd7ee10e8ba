/** @type {import('jest').Config} */
module.exports = {
	...require('./jest.config.js'),
	// What puts a server under such a load that it needs the machine for itself.
	testMatch: ['<rootDir>/*.long.ts'],
	maxWorkers: 1,
};
