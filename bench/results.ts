import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatted } from '../harness/markdown/formatted';
import { repository } from '../harness/server/paths';
import type { Comparison } from './comparison';
import type { Machine } from './machine';
import type { DownloadResult } from './measures/download';
import type { ScaleResult } from './measures/scale';
import type { StreamResult } from './stream-conditions';

/** All that a run of the benchmark has measured. */
export interface Results {
	machine: Machine;
	comparison: Comparison;
	/** This node while the stream of events works or does not; empty where that was left out. */
	streams: StreamResult[];
	/** This node with growing numbers of items, short videos. */
	scale: ScaleResult[];
	/** The same with a thousand items of the usual length, and where the processor time went. */
	thousand?: ScaleResult;
	/** Milliseconds. */
	loadTime: number;
	download: DownloadResult;
	/** By how many milliseconds the process with the stand-ins was late for its timers. */
	standInLate: { p99: number; max: number };
}

/** What was to be reached, and what was. */
export interface Target {
	what: string;
	/** In words, with its unit, as `measured`. */
	wanted: string;
	measured: string;
	met: boolean;
	/** Why it is not met, where that is known. */
	cause?: string;
}

const file = join(repository, 'bench', 'results.json');

/** Writes what was measured, and what it says of the targets, for programs to read. */
export async function writeResults(results: Results, targets: Target[]): Promise<void> {
	await writeFile(file, await formatted(file, JSON.stringify({ ...results, targets }, rounded)));
}

/** More digits than these say nothing. */
function rounded(_key: string, value: unknown): unknown {
	return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
