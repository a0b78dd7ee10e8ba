import { eventReader } from '../../queue/event-data';

/** What is used here of the stream that n8n's helper gives. */
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
