/** An event that is longer than this, in characters, is none of fal's. */
const longestEvent = 1_000_000;

/**
 * Reads server-sent events from a text that comes in pieces.
 *
 * @param onData called with the data of each event
 * @returns takes the next piece of the text
 * @throws {Error} from the function returned, when an event has no end
 */
export function eventReader(onData: (data: string) => void): (text: string) => void {
	let rest = '';
	return (text) => {
		const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
		rest = lines.pop() ?? '';
		if (rest.length > longestEvent) throw new Error('An event has no end');
		// Each of fal's events is one line of data; empty lines, comments and names tell nothing more.
		for (const line of lines) {
			if (line.startsWith('data:')) onData(line.slice('data:'.length).trim());
		}
	};
}
