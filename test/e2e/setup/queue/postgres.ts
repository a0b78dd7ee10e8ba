import { existsSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../../harness/server/free-port';
import { runCommand } from '../../../../harness/server/run-command';
import { postgresFolders } from '../install-programs';
import { Program } from './program';

/** The superuser, and the database that every new cluster has. */
export const postgresUser = 'n8n';
export const postgresDatabase = 'postgres';

/** A Postgres with a cluster of its own. */
export async function startPostgres(folder: string): Promise<{ program: Program; port: number }> {
	const programs = postgresFolders.find((candidate) => existsSync(join(candidate, 'initdb')));
	if (programs === undefined) throw new Error('There is no Postgres on this machine');
	const port = await freePort();
	const data = join(folder, 'postgres');
	await mkdir(data);
	const owner = await postgresOwner();
	if (owner) await chown(data, owner.uid, owner.gid);

	const initialise = ['-D', data, '-U', postgresUser, '--auth=trust', '--no-sync', '-E', 'UTF8'];
	await Program.run(join(programs, 'initdb'), initialise, { cwd: data, ...owner });
	const program = await Program.start({
		command: join(programs, 'postgres'),
		args: ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-c', 'fsync=off'],
		logFile: join(folder, 'postgres.log'),
		isReady: async () => {
			await runCommand(
				join(programs, 'pg_isready'),
				['-q', '-h', '127.0.0.1', '-p', String(port)],
				folder,
			);
			return true;
		},
		spawn: { cwd: data, ...owner },
	});
	return { program, port };
}

/** Postgres does not run as root; Debian's package makes a user for it. */
async function postgresOwner(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const idOf = async (flag: string) => Number(await runCommand('id', [flag, 'postgres'], '/'));
	return { uid: await idOf('-u'), gid: await idOf('-g') };
}
