import { parseArgs } from 'node:util';
import { FalStandIn } from './fal-stand-in';
import { isKindName, kindNames, kinds } from './kinds';
import { markers } from './markers';

/**
 * Starts the stand-in by hand, for a demo or for n8n's editor:
 *
 *     npx tsx harness/standin/main.ts [--port 8787] [--seconds 8] [--kind fal]
 *
 * `--seconds` is how long a video takes, `--kind` which kind of host it is. Files come from the next port.
 */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8787' },
			seconds: { type: 'string', default: '8' },
			kind: { type: 'string', default: 'fal' },
		},
	});
	const port = Number(values.port);
	const durationMs = Number(values.seconds) * 1000;
	if (!Number.isInteger(port) || port < 0 || port > 65_534) {
		throw new Error(`--port ${values.port} is not a port.`);
	}
	if (!(durationMs >= 0)) throw new Error(`--seconds ${values.seconds} is not a time.`);

	const { kind } = values;
	if (!isKindName(kind)) throw new Error(`--kind ${kind} is none of ${kindNames.join(', ')}.`);

	const mediaPort = port === 0 ? 0 : port + 1;
	const fal = await FalStandIn.start({
		kind,
		port,
		mediaPort,
		durationMs,
		queueMs: durationMs / 8,
	});
	const width = Math.max(...markers.map(({ text }) => text.length));
	const table = markers.map(({ text, meaning }) => `  ${text.padEnd(width)}  ${meaning}`);
	console.log(
		[
			`Stand-in for fal:  ${fal.baseUrl}`,
			`Video files:       ${fal.mediaUrl}`,
			`Key:               ${fal.keys.join(', ')}`,
			`Authorization:     ${kinds[kind].schemes.join(' or ')}`,
			'',
			'A prompt may contain:',
			...table,
			'',
			'End it with Ctrl+C.',
		].join('\n'),
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void fal.close());
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
