import { parseJson, type JsonValue } from '../../harness/standin/json';
import type { Answer } from './exchange';
import type { Asked } from './questions';

/** One thing that a host answers otherwise than its picture. */
export interface Difference {
	/** The question. */
	name: string;
	/** In words. */
	what: string;
}

/** Headers that say something of fal's. Their presence is compared, not what they say. */
const TELLING = [
	'x-fal-billable-units',
	'x-fal-error-type',
	'x-fal-needs-retry',
	'x-fal-retryable',
];

/** Words on which the reading of a reply depends. */
const WORDS =
	/NOT_FOUND|IN_QUEUE|IN_PROGRESS|ALREADY_COMPLETED|COMPLETED|CANCELLATION_REQUESTED|FAILED|FAILURE|still in progress|User is locked|Exhausted balance|No user found|invalid key|insufficient_user_quota|model_not_found|get_channel_failed|task_not_exist|new_api_error|client_cancelled|request_timeout/gi;

/** Where words are that are the same each time. */
const MACHINE_FIELDS = /(?:^|\.)(?:status|type|error_type|code)$/;

/** What differs between an answer and that of the picture. */
export function differencesOf(host: Asked[], picture: Asked[]): Difference[] {
	return host.flatMap(({ name, answer }) => {
		const other = picture.find((asked) => asked.name === name);
		if (!other) return [{ name, what: 'the stand-in never answers so' }];
		return whatDiffers(answer, other.answer).map((what) => ({ name, what }));
	});
}

function whatDiffers(host: Answer, picture: Answer): string[] {
	const found: string[] = [];
	if (host.status !== picture.status) {
		found.push(`HTTP ${host.status}, the stand-in answers ${picture.status}`);
	}
	const [family, expected] = [familyOf(host), familyOf(picture)];
	if (family !== expected) return [...found, `${family}, the stand-in answers ${expected}`];
	found.push(...named('header', tellingOf(host), tellingOf(picture)));
	if (family === 'JSON') found.push(...named('field', fieldsOf(host), fieldsOf(picture)));
	if (family !== 'a web page') found.push(...named('word', wordsOf(host), wordsOf(picture)));
	return found;
}

function named(what: string, host: Set<string>, picture: Set<string>): string[] {
	const without = (some: Set<string>, others: Set<string>) =>
		[...some].filter((each) => !others.has(each));
	return [
		...without(host, picture).map((each) => `${what} \`${each}\`, not at the stand-in`),
		...without(picture, host).map((each) => `${what} \`${each}\` of the stand-in is missing`),
	];
}

/** What kind of content an answer is. What calls itself JSON and is none is not. */
function familyOf(answer: Answer): string {
	if (answer.text === '') return 'nothing';
	const type = answer.headers['content-type'] ?? '';
	if (type.startsWith('text/event-stream')) return 'a stream of events';
	if (/^\s*<(?:!doctype|html)/i.test(answer.text)) return 'a web page';
	if (jsonOf(answer) !== undefined) return 'JSON';
	return type.split(';')[0] || 'content without a type';
}

function jsonOf({ text }: Answer): JsonValue | undefined {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

function tellingOf({ headers }: Answer): Set<string> {
	return new Set(TELLING.filter((name) => headers[name] !== undefined));
}

function fieldsOf(answer: Answer): Set<string> {
	return new Set(leavesOf(jsonOf(answer) ?? null).map(({ path, type }) => `${path}: ${type}`));
}

function wordsOf(answer: Answer): Set<string> {
	const words = new Set((answer.text.match(WORDS) ?? []).map((word) => word.toLowerCase()));
	for (const { path, value } of leavesOf(jsonOf(answer) ?? null)) {
		if (MACHINE_FIELDS.test(path) && typeof value === 'string' && value !== '') {
			words.add(value.toLowerCase());
		}
	}
	return words;
}

interface Leaf {
	path: string;
	type: string;
	value?: JsonValue;
}

/** The plain values within a value; those of a list have one path. */
function leavesOf(value: JsonValue, path = ''): Leaf[] {
	const below = (name: string) => (path === '' ? name : `${path}.${name}`);
	if (Array.isArray(value)) {
		if (value.length === 0) return [{ path, type: 'empty list' }];
		return value.flatMap((each) => leavesOf(each, `${path}[]`));
	}
	if (typeof value === 'object' && value !== null) {
		const fields = Object.entries(value);
		if (fields.length === 0) return [{ path, type: 'empty object' }];
		return fields.flatMap(([name, each]) => leavesOf(each ?? null, below(name)));
	}
	return [{ path: path || '(all)', type: value === null ? 'null' : typeof value, value }];
}
