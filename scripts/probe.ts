/**
 * `npm run probe`: asks a real host what costs nothing, and names what it answers otherwise than the
 * stand-in that the tests run against. The report is Markdown, without the key.
 *
 *     FAL_KEY=… npm run probe -- [--base-url URL] [--scheme Key|Bearer] [--kind KIND] [--pay]
 *
 * FAL_BASE_URL and FAL_AUTH may stand for the first two. `--pay` has one shortest video made as well.
 * Ends with 0 where there is no difference, 1 where there is one, 2 where nothing could be asked.
 */
import { parseArgs } from 'node:util';
import type { Scheme } from '../harness/standin/kind';
import { isKindName, kindNames } from '../harness/standin/kinds';
import { Unreachable } from './probe/exchange';
import { PRICE_HINT, type PaidOptions } from './probe/paid';
import { probe, type ProbeOptions } from './probe/probe';
import { redactor } from './probe/redact';
import { reportOf } from './probe/report';

/** What was asked for makes no sense. */
class Usage extends Error {}

const REAL_PACE: PaidOptions = {
	pollMs: 5000,
	patienceMs: 30 * 60_000,
	onAccepted: (requestId) => console.error(`Accepted, and paid for: request ${requestId}`),
};

function schemeOf(text: string): Scheme {
	if (text === 'Key' || text === 'Bearer') return text;
	throw new Usage(`The scheme is Key or Bearer, not "${text}".`);
}

function baseUrlOf(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const isPlain = url && /^https?:$/.test(url.protocol) && !url.search && !url.username;
	if (!isPlain) throw new Usage('The base URL must be like https://queue.fal.run, with no query.');
	return text.trim().replace(/\/+$/, '');
}

function optionsOf(key: string): ProbeOptions {
	const { values } = parseArgs({
		options: {
			'base-url': { type: 'string', default: process.env.FAL_BASE_URL || 'https://queue.fal.run' },
			scheme: { type: 'string', default: process.env.FAL_AUTH || 'Key' },
			kind: { type: 'string' },
			pay: { type: 'boolean', default: false },
		},
	});
	const { kind } = values;
	if (key === '') throw new Usage('Set FAL_KEY to the key of the host.');
	if (kind !== undefined && !isKindName(kind)) {
		throw new Usage(`The kind is one of ${kindNames.join(', ')}, not "${kind}".`);
	}
	const baseUrl = baseUrlOf(values['base-url']);
	const access = { baseUrl, scheme: schemeOf(values.scheme), key };
	return { access, kind, ...(values.pay && { paid: REAL_PACE }) };
}

async function main(): Promise<number> {
	const key = (process.env.FAL_KEY ?? '').trim();
	const redact = redactor(key);
	try {
		const options = optionsOf(key);
		if (options.paid) console.error(PRICE_HINT);
		const { baseUrl, scheme } = options.access;
		const findings = await probe(options);
		const head = { baseUrl, scheme, kindWasGiven: options.kind !== undefined };
		console.log(redact(reportOf(head, findings)));
		return findings.differences.length === 0 ? 0 : 1;
	} catch (error) {
		const isUsage = error instanceof Usage || error instanceof Unreachable;
		const isArgument = error instanceof TypeError && 'code' in error;
		if (!isUsage && !isArgument) throw error;
		console.error(redact(error.message));
		return 2;
	}
}

void main().then((code) => {
	process.exitCode = code;
});
