import { setTimeout as delay } from 'node:timers/promises';
import {
	isJsonObject,
	parseJson,
	type JsonObject,
	type JsonValue,
} from '../../harness/standin/json';
import { ask, fetchAnswer, type Access, type Answer, type Question } from './exchange';
import type { Asked } from './questions';

const MODEL = '/fal-ai/kling-video/v2.5-turbo/pro/text-to-video';
const APP = '/fal-ai/kling-video';

/** What the shortest video costs at fal. A gateway has prices of its own. */
export const PRICE_HINT = 'One video of 5 s costs about $0.35 at fal.';

/** How a paid run goes on. */
export interface PaidOptions {
	/** Milliseconds between two questions. */
	pollMs: number;
	/** Milliseconds after which the video is waited for no longer. */
	patienceMs: number;
	/** Told of the request as soon as it is known: it is paid for, whatever comes. */
	onAccepted: (requestId: string) => void;
}

/** Has one shortest video made: from the POST to the head of its file. */
export async function askPaid(access: Access, options: PaidOptions): Promise<Asked[]> {
	const asked: Asked[] = [];
	const note = (name: string, method: Question['method'], path: string, answer: Answer) => {
		if (!asked.some((each) => each.name === name)) {
			asked.push({ name, question: { method, path }, answer });
		}
	};
	const body = { prompt: 'A paper boat on a calm river', duration: '5' };
	const submitted = await ask(access, { method: 'POST', path: MODEL, body });
	note('Submit', 'POST', MODEL, submitted);
	const requestId = objectOf(submitted).request_id;
	if (typeof requestId !== 'string') return asked;
	options.onAccepted(requestId);

	const path = `${APP}/requests/${requestId}`;
	const shown = `${APP}/requests/…`;
	let hasStatus = true;
	for (let waited = 0; waited < options.patienceMs; waited += options.pollMs) {
		if (hasStatus) {
			const answer = await ask(access, { method: 'GET', path: `${path}/status` });
			const { status } = objectOf(answer);
			if (typeof status !== 'string' || answer.status === 404) {
				// A fault that passes is none of the endpoint's.
				hasStatus = answer.status === 429 || answer.status >= 500;
				if (!hasStatus) note('Status', 'GET', `${shown}/status`, answer);
			} else {
				note(`Status ${status}`, 'GET', `${shown}/status`, answer);
				if (!isGoingOn(answer)) break;
			}
		}
		if (!hasStatus) {
			const answer = await ask(access, { method: 'GET', path });
			if (!isGoingOn(answer) && answer.status !== 429 && answer.status < 500) break;
			note('Result while it runs', 'GET', shown, answer);
		}
		await delay(options.pollMs);
	}
	const result = await ask(access, { method: 'GET', path });
	note('Result', 'GET', shown, result);
	const url = videoUrlOf(objectOf(result));
	if (url === undefined || url.startsWith('data:')) return asked;
	// Without the key: the file's host is another one.
	const file = await fetchAnswer(url, { method: 'HEAD' });
	note('File', 'HEAD', '(the URL of the video)', file);
	return asked;
}

function isGoingOn(answer: Answer): boolean {
	const { status, detail } = objectOf(answer);
	if (typeof status === 'string') {
		return !/^(?:completed|failed|failure|error|cancelled|expired|not_found)$/i.test(status);
	}
	return typeof detail === 'string' && detail.includes('still in progress');
}

function objectOf({ text }: Answer): JsonObject {
	try {
		const value = parseJson(text);
		return isJsonObject(value) ? value : {};
	} catch {
		return {};
	}
}

function videoUrlOf(result: JsonObject): string | undefined {
	const wrapped: (JsonValue | undefined)[] = [result, result.result, result.data];
	for (const each of wrapped) {
		const video = isJsonObject(each) ? each.video : undefined;
		if (isJsonObject(video) && typeof video.url === 'string') return video.url;
	}
	return undefined;
}
