import { readFile, writeFile } from 'node:fs/promises';
import { formatted } from './formatted';
import { type Markers, replaceBetween } from './replace-between';

/**
 * Puts a section into a page, in the place of the last one.
 *
 * @param path the page's file
 * @throws if the page does not have the two markers, in their order
 */
export async function writeSection(path: string, markers: Markers, section: string): Promise<void> {
	const text = replaceBetween(await readFile(path, 'utf8'), markers, section);
	await writeFile(path, await formatted(path, text));
}
