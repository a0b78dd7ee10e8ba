import { cpus } from 'node:os';
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
export function thisMachine(): Machine {
	return {
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		cores: cpus().length,
		node: process.versions.node,
		// The engine that runs here is that version's: the repository's package.json pins it likewise.
		n8n: serverVersion.version,
		date: new Date().toISOString().slice(0, 10),
	};
}
