import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * What npx puts into the environment of the command that it runs. An npm or npx started further
 * in would take it for its own (scripts/install.mjs tells what goes wrong then).
 */
const leftBehindByNpx = ['npm_config_package', 'npm_config_call'];

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to its standard output
 * @throws when it cannot be started or ends with another code than 0
 */
export async function runCommand(command: string, args: string[], cwd: string): Promise<string> {
	const env = { ...process.env };
	for (const name of leftBehindByNpx) delete env[name];

	const child = spawn(command, args, {
		cwd,
		env,
		stdio: ['ignore', 'pipe', 'inherit'],
		// npm is a .cmd file on Windows, which only a shell can start.
		shell: process.platform === 'win32',
	});
	const [output, [code]] = (await Promise.all([text(child.stdout), once(child, 'close')])) as [
		string,
		[number | null],
	];
	if (code !== 0) throw new Error(`"${command} ${args.join(' ')}" failed in ${cwd}\n${output}`);
	return output;
}
