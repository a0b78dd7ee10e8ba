import type * as Flatted from 'flatted' with { 'resolution-mode': 'import' };
import type { IRunExecutionData } from 'n8n-workflow';
import { createRequire } from 'node:module';

// The format of n8n's database: JSON with references, so that shared and circular values survive.
// Its types are those of an ES module, which a plain import must not name here.
const { parse, stringify } = createRequire(__filename)('flatted') as typeof Flatted;

/** Run data as the server writes them to its database. */
export function stringifyRunData(data: IRunExecutionData | undefined): string {
	return stringify(data ?? null);
}

/** Run data as they stand in the database; null if the server had none to write. */
export function parseRunData(stored: string): IRunExecutionData | null {
	return parse(stored) as IRunExecutionData | null;
}
