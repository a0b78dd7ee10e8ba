import type { Scheme } from '../../harness/standin/kind';
import { ask, type Access, type Answer, type Question } from './exchange';

/** The request that there is not. */
const NO_REQUEST = '/fal-ai/kling-video/requests/00000000-0000-0000-0000-000000000000';

/** Of the form of fal's keys, and nobody's. */
const WRONG_KEY = '00000000-0000-0000-0000-000000000000:00000000000000000000000000000000';

/** An answer and what it answers. */
export interface Asked {
	name: string;
	question: Pick<Question, 'method' | 'path'>;
	answer: Answer;
}

function otherThan(scheme: Scheme): Scheme {
	return scheme === 'Key' ? 'Bearer' : 'Key';
}

function freeQuestions({ scheme, key }: Access): Record<string, Question> {
	const result = { method: 'GET', path: NO_REQUEST } as const;
	return {
		'Status of no request': { method: 'GET', path: `${NO_REQUEST}/status` },
		'Result of no request': result,
		'Stream of no request': { method: 'GET', path: `${NO_REQUEST}/status/stream` },
		'Cancel of no request': { method: 'PUT', path: `${NO_REQUEST}/cancel` },
		'With a wrong key': { ...result, authorization: `${scheme} ${WRONG_KEY}` },
		'With the other scheme': { ...result, authorization: `${otherThan(scheme)} ${key}` },
		'A path that does not exist': { method: 'GET', path: '/no-such-path' },
	};
}

/** Asks what costs nothing. */
export async function askForFree(access: Access): Promise<Asked[]> {
	const asked: Asked[] = [];
	for (const [name, question] of Object.entries(freeQuestions(access))) {
		const { method, path } = question;
		asked.push({ name, question: { method, path }, answer: await ask(access, question) });
	}
	return asked;
}
