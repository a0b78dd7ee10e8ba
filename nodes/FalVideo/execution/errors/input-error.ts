/** A value that a user or an expression gave and that cannot be sent. Nothing was sent. */
export class InputError extends Error {
	override readonly name = 'InputError';

	/**
	 * @param message names the field, the value and what is allowed
	 */
	constructor(message: string) {
		super(message);
	}
}

const longestShown = 60;

/** A value as an error shows it: short, on one line, and with its type where that is the point. */
export function shown(value: unknown): string {
	if (value === undefined || value === null) return 'empty';
	if (typeof value === 'string') return `"${cut(value)}"`;
	if (Array.isArray(value)) return `a list, ${cut(JSON.stringify(value))}`;
	if (typeof value === 'object') return `an object, ${cut(JSON.stringify(value))}`;
	// JSON has no NaN and no Infinity.
	const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
	return `the ${typeof value} ${cut(text ?? typeof value)}`;
}

function cut(text: string): string {
	const line = text.replace(/\s+/g, ' ');
	return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}
