import type { RequestKind } from './request-log';

/** What a method and a path ask for. */
export interface Route {
	kind: RequestKind;
	/** Owner, app and sub-path of a submit; owner and app of the others. */
	endpoint?: string;
	requestId?: string;
	/** The path exists, but not with this method. */
	wrongMethod?: boolean;
}

/** `/<owner>/<app>/requests/<id>` and what may follow; fal knows no sub-path here. */
const REQUEST = /^\/([^/]+\/[^/]+)\/requests\/([^/]+)(\/status\/stream|\/status|\/cancel)?$/;

/** `/<owner>/<app>/<subpath…>` */
const ENDPOINT = /^\/([^/]+\/[^/]+(?:\/[^/]+)*)$/;

const KINDS = {
	'': { kind: 'result', method: 'GET' },
	'/status': { kind: 'status', method: 'GET' },
	'/status/stream': { kind: 'stream', method: 'GET' },
	'/cancel': { kind: 'cancel', method: 'PUT' },
} as const;

function isAction(action: string): action is keyof typeof KINDS {
	return action in KINDS;
}

/** Reads a request to the queue host. */
export function queueRoute(method: string, path: string): Route {
	if (path === '/.well-known/jwks.json' && method === 'GET') return { kind: 'keys' };
	const [, app, requestId, action = ''] = REQUEST.exec(path) ?? [];
	if (app !== undefined && isAction(action)) {
		const { kind, method: right } = KINDS[action];
		if (method !== right) return { kind: 'other', requestId, wrongMethod: true };
		return { kind, endpoint: app, requestId };
	}
	const endpoint = ENDPOINT.exec(path)?.[1];
	if (endpoint === undefined) return { kind: 'other' };
	if (method === 'POST') return { kind: 'submit', endpoint };
	return { kind: 'other', endpoint, wrongMethod: true };
}

/** Reads a request to the media host. */
export function mediaRoute(method: string, path: string): Route {
	const requestId = /^\/files\/([^/]+)\.mp4$/.exec(path)?.[1];
	if (requestId === undefined) return { kind: 'other' };
	const isRead = method === 'GET' || method === 'HEAD';
	return isRead ? { kind: 'file', requestId } : { kind: 'other', requestId, wrongMethod: true };
}
