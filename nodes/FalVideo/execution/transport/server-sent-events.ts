/** The longest event, in characters; a longer one is an error. */
const longestEvent = 1_000_000;

/**
 * Parses server-sent events from chunks of text.
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

/** The part of the helper's stream that is used here. */
export interface EventStream {
	setEncoding(encoding: 'utf8'): void;
	on(event: 'data', listener: (text: string) => void): void;
	on(event: 'error', listener: (error: Error) => void): void;
	on(event: 'end' | 'close', listener: () => void): void;
	destroy(): void;
}

/**
 * Hands on the data of each server-sent event of a stream as it comes.
 *
 * @returns when the stream has come to its end
 * @throws when it was cut or aborted, or is none of events
 */
export async function readEvents(
	stream: EventStream,
	onData: (data: string) => void,
): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const read = eventReader(onData);
		stream.setEncoding('utf8');
		stream.on('data', (text) => {
			try {
				read(text);
			} catch (error) {
				reject(error instanceof Error ? error : new Error(String(error)));
				stream.destroy();
			}
		});
		stream.on('error', reject);
		stream.on('end', resolve);
		stream.on('close', resolve);
	});
}
