import type { Answer } from './exchange';
import type { Findings } from './probe';

/** Headers worth showing: none of them tells who asked. */
const SHOWN =
	/^(?:content-type|content-length|retry-after|www-authenticate|location|server|x-fal-(?:billable-units|error-type|needs-retry|request-id|request-timeout-type|retryable))$/;

/** Characters of a body that are shown. */
const SHOWN_LENGTH = 400;

/** What a report says of its own making. */
export interface ReportHead {
	baseUrl: string;
	scheme: string;
	/** Whether the kind was named by the one who asked. */
	kindWasGiven: boolean;
}

/** The findings as Markdown. The caller takes the key out. */
export function reportOf(head: ReportHead, findings: Findings): string {
	const { kind, host, picture, differences } = findings;
	const chosen = head.kindWasGiven ? 'as asked for' : 'which it differs least from';
	const count =
		differences.length === 0
			? 'No difference.'
			: `**${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}.**`;
	const sections = host.map(({ name, question, answer }) => {
		const other = picture.find((asked) => asked.name === name);
		const own = differences.filter((difference) => difference.name === name);
		return [
			`### ${name}`,
			`\`${question.method} ${question.path}\``,
			`The host: ${shown(answer)}`,
			other ? `The stand-in: ${shown(other.answer)}` : 'The stand-in was not asked this.',
			own.length === 0
				? 'No difference.'
				: own.map(({ what }) => `- **Differs:** ${what}`).join('\n'),
		].join('\n\n');
	});
	return [
		`## Probe of ${head.baseUrl}`,
		`Authorization: ${head.scheme}. Held against the stand-in of the kind \`${kind}\`, ${chosen}. ${count}`,
		...sections,
		'',
	].join('\n\n');
}

function shown({ status, headers, text }: Answer): string {
	const names = Object.keys(headers).filter((name) => SHOWN.test(name));
	const told = names.sort().map((name) => `\`${name}: ${headers[name]}\``);
	const body = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
	const quoted =
		body === '' ? 'no body' : `\n\n\`\`\`\n${body.replaceAll('```', "'''").trim()}\n\`\`\``;
	return `HTTP ${status}, ${[...told, quoted].join(', ').replace(', \n', '\n')}`;
}
