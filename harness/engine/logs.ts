import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { Writable } from 'node:stream';

/** Where the logger keeps an entry as it has formatted it. */
const FORMATTED = Symbol.for('message');

/**
 * Collects what n8n logs, as lines of JSON, from now on. Its own logger formats the entries, so
 * that a line holds what a server's log file would hold of them.
 */
export function captureLogs(lines: string[]): void {
	const sink = new Writable({
		objectMode: true,
		write(entry: Record<symbol, unknown>, _encoding, done) {
			lines.push(String(entry[FORMATTED]));
			done();
		},
	});
	Container.get(Logger).getInternalLogger().pipe(sink);
}
