import type { JsonValue } from '../../harness/standin/json';

/** What a reply to a POST means. */
export type SubmitMeaning =
	/** It has an id: it is paid for. */
	| 'accepted'
	/** Surely not taken: may be sent again. */
	| 'not-accepted'
	/** Nobody can tell: must not be sent again. */
	| 'maybe-submitted'
	/** Refused for what was asked. */
	| 'rejected'
	/** The key, or the word before it, was refused. */
	| 'unauthorized'
	/** The key is right; the account may not. */
	| 'account'
	/** The host or the path is not that of a queue. */
	| 'wrong-host';

/** What a reply about an accepted request means. */
export type ReadMeaning =
	/** It is done: of a result, the media are there. */
	| 'complete'
	| 'going-on'
	/** It has failed, with a reason. */
	| 'ended'
	/** It may have failed: believed when it is told again and again. */
	| 'doubtful'
	/** A fault that says nothing of the request. */
	| 'passes'
	| 'unauthorized'
	| 'account'
	/** The request is unknown here, or no longer kept. */
	| 'not-found'
	/** The host has no such endpoint. */
	| 'no-endpoint';

/** What a reply to a cancel means. */
export type CancelMeaning =
	'requested' | 'already-completed' | 'not-found' | 'not-offered' | 'refused' | 'passes';

/** What is expected of who reads a reply. */
export interface Expected<Meaning> {
	outcome: Meaning;
	/** Words that must reach the user. */
	message?: string;
	/** The machine-readable type that must be read. */
	type?: string;
	/** Of what ended: whether the same request may succeed when it is sent anew. */
	mayPass?: boolean;
	/**
	 * Requests billed when the item has ended, where the host goes on rightly after this one reply:
	 * what was not accepted is then sent again, what passes is asked again. Of a POST that may have
	 * been accepted: when it was.
	 */
	billed?: number;
}

/** A reply, whatever it is to. */
interface Reply {
	/** Unique; what is special about it. */
	name: string;
	/** Where it is known from, or that it is a guess. */
	source: string;
	/** HTTP status. */
	status: number;
	/** Names in small letters. A body goes as JSON where there is no `content-type`. */
	headers?: Record<string, string>;
	/** Left out, the body is empty. A text goes as it is, not as JSON. */
	body?: JsonValue;
}

export interface SubmitRow extends Reply {
	where: 'submit';
	expect: Expected<SubmitMeaning>;
}

export interface ReadRow extends Reply {
	where: 'status' | 'result' | 'callback';
	/** What is expected of a result: a video, unless it says otherwise. */
	output?: 'video' | 'any';
	expect: Expected<ReadMeaning>;
}

export interface CancelRow extends Reply {
	where: 'cancel';
	expect: Expected<CancelMeaning>;
}

export type ReplyRow = SubmitRow | ReadRow | CancelRow;

/** The request that replies name. */
export const REQUEST_ID = '7d2f1e0c-5a4b-4c3d-9e8f-0a1b2c3d4e5f';

export const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** What a web site serves for every path that it does not know. */
export const SITE =
	'<!doctype html>\n<html lang="en"><head><title>API console</title></head><body><div id="root"></div></body></html>\n';

/** What a proxy or a firewall puts in place of a reply. */
export function proxyPage(title: string): string {
	return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}
