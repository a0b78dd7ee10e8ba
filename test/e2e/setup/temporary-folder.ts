import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder of a test's own. */
export async function temporaryFolder(name: string): Promise<string> {
	return await realpath(await mkdtemp(join(tmpdir(), `fal-video-${name}-`)));
}

/** Removes a folder that a process which has just ended may still be writing its last words to. */
export async function removeFolder(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
