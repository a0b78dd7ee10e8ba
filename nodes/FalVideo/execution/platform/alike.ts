import { createHash } from 'crypto';

/**
 * Whether all of what was sent is in an input as the host has it, which adds defaults at every depth.
 *
 * @param input `undefined` where the host does not tell it
 */
export function isWithin(sent: unknown, input: unknown): boolean {
	if (Array.isArray(sent)) {
		return (
			Array.isArray(input) &&
			sent.length === input.length &&
			sent.every((one, index) => isWithin(one, input[index]))
		);
	}
	if (typeof sent === 'object' && sent !== null) {
		return (
			typeof input === 'object' &&
			input !== null &&
			Object.entries(sent).every(([key, one]) =>
				isWithin(one, (input as Record<string, unknown>)[key]),
			)
		);
	}
	return sent === input;
}

/** A short name of what a POST sends: the same for the same, whatever the order of its keys. */
export function whatIsSent(model: string, body: unknown): string {
	return createHash('sha256').update(model).update(sorted(body)).digest('base64url');
}

function sorted(value: unknown): string {
	return (
		JSON.stringify(value, (_, part: unknown) =>
			typeof part === 'object' && part !== null && !Array.isArray(part)
				? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
				: part,
		) ?? ''
	);
}
