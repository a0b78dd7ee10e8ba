import { createHash } from 'node:crypto';

/** A number from 0 up to but not including 1, always the same for the same seed and name. */
export function draw(seed: number, name: string): number {
	const hash = createHash('sha256').update(`${seed}/${name}`).digest();
	return hash.readUInt32BE(0) / 2 ** 32;
}
