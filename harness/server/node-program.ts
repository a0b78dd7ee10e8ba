import { tmpdir } from 'node:os';
import { runCommand } from './run-command';
import { isOwn } from './server-version';

const programs = new Map<number, Promise<string>>();

/**
 * Finds the program of a Node.js, which npx installs where it is missing.
 *
 * @param major such as 22
 * @returns the path of the program: of the one that runs this where it is of that version
 */
export async function nodeProgram(major: number): Promise<string> {
	let program = programs.get(major);
	if (!program) {
		program = isOwn(major) ? Promise.resolve(process.execPath) : find(major);
		programs.set(major, program);
	}
	return await program;
}

async function find(major: number): Promise<string> {
	const print = ['node', '-p', 'process.execPath'];
	const args = ['-y', '-p', `node@${major}`, '--', ...print];
	return (await runCommand('npx', args, tmpdir())).trim();
}
