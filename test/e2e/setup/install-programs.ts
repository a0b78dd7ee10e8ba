import { existsSync } from 'node:fs';
import { runCommand } from '../../../harness/server/run-command';

interface Program {
	/** Debian's name of the package. */
	package: string;
	/** Any of these tells that it is there already. */
	files: string[];
	/** Whether the core tests, which run against each n8n, need it too. */
	isCore?: boolean;
}

/** Where Debian's Postgres keeps what is not on the path. */
export const postgresFolders = ['17', '16', '15', '14', '13'].map(
	(version) => `/usr/lib/postgresql/${version}/bin`,
);

const programs: Program[] = [
	{ package: 'chromium', files: ['/usr/bin/chromium'], isCore: true },
	{ package: 'openssl', files: ['/usr/bin/openssl'], isCore: true },
	{ package: 'redis-server', files: ['/usr/bin/redis-server'] },
	{ package: 'postgresql', files: postgresFolders.map((folder) => `${folder}/initdb`) },
];

/**
 * Installs the browser, openssl, Redis and Postgres, where they are missing, from Debian's packages.
 *
 * @param coreOnly leaves out what the core tests do without
 */
export async function installPrograms(coreOnly: boolean): Promise<void> {
	const missing = programs
		.filter(({ isCore }) => isCore || !coreOnly)
		.filter(({ files }) => !files.some((file) => existsSync(file)));
	if (missing.length === 0) return;

	const names = missing.map((program) => program.package);
	console.log(`Installing ${names.join(', ')}…`);
	await runCommand('apt-get', ['update', '-qq'], '/');
	await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], '/');
}
