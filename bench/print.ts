const startedAt = Date.now();

/** Writes a line of progress, with the minutes and seconds since the start. */
export function print(line: string): void {
	const seconds = Math.round((Date.now() - startedAt) / 1000);
	const stamp = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
	console.log(`${stamp.padStart(6)}  ${line}`);
}
