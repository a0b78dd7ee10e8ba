import type { IRunExecutionData } from 'n8n-workflow';
import {
	createEmptyRunExecutionData,
	ManualExecutionCancelledError,
	migrateRunExecutionData,
} from 'n8n-workflow';
import { parseRunData, stringifyRunData } from './run-data';

/** Run data as the server reads them back; undefined if it had none to write. */
export function readRunData(stored: string): IRunExecutionData | undefined {
	const data = parseRunData(stored);
	return data ? migrateRunExecutionData(data) : undefined;
}

/**
 * What is left in the database after a user's Stop.
 *
 * The server reads the execution *before* it cancels, and writes just that back with an error and
 * the status "canceled". The save hook of the run writes only to executions that are not
 * canceled: either it comes later and is refused, or it comes first and is overwritten. So
 * everything since the last write (the start; or, with "Save execution progress", the last
 * finished node) is gone, contexts of nodes included.
 */
export function afterUserStop(lastWritten: string, executionId: string): string {
	const data = readRunData(lastWritten) ?? createEmptyRunExecutionData();
	const error = new ManualExecutionCancelledError(executionId);
	data.resultData.error = { ...error, message: error.message, stack: error.stack };
	return stringifyRunData(data);
}
