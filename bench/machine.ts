import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { serverVersion } from '../harness/server/server-version';

/** What the figures depend on beside the code. */
export interface Machine {
	cpu: string;
	cores: number;
	node: string;
	n8n: string;
	/** YYYY-MM-DD */
	date: string;
}

/** The machine that this runs on, today. */
export async function thisMachine(): Promise<Machine> {
	return {
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		cores: cpus().length,
		node: process.versions.node,
		n8n: await n8nVersion(),
		date: new Date().toISOString().slice(0, 10),
	};
}

async function n8nVersion(): Promise<string> {
	const text = await readFile(join(serverVersion.directory, 'package.json'), 'utf8');
	const { dependencies } = JSON.parse(text) as { dependencies: { n8n: string } };
	// The engine that runs here is that version's: the repository's package.json pins it likewise.
	return dependencies.n8n;
}
