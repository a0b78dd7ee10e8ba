import { namespaces } from './submission';
import type { RequestKind } from './request-log';

/** What a method and a path ask for. */
export interface Route {
	kind: RequestKind;
	/** Owner, app and sub-path of a submit; owner and app of the others. */
	endpoint?: string;
	/** What stands between the app and `/requests` of one about a request, with its slash. */
	subPath?: string;
	/** Whether a result was asked for with `/response` at the end. */
	longForm?: boolean;
	requestId?: string;
	/** The path exists, but not with this method. */
	wrongMethod?: boolean;
}

const APP = `(?:(?:${namespaces.join('|')})/)?[^/]+/[^/]+`;

/** `/<owner>/<app>/<subpath…>/requests/<id>` and what may follow. */
const REQUEST = new RegExp(
	`^/(${APP})((?:/[^/]+)*?)/requests/([^/]+)(/status/stream|/status|/cancel|/response)?$`,
);

/** `/<owner>/<app>/<subpath…>` */
const ENDPOINT = /^\/([^/]+\/[^/]+(?:\/[^/]+)*)$/;

const KINDS = {
	'': { kind: 'result', method: 'GET' },
	'/response': { kind: 'result', method: 'GET' },
	'/status': { kind: 'status', method: 'GET' },
	'/status/stream': { kind: 'stream', method: 'GET' },
	'/cancel': { kind: 'cancel', method: 'PUT' },
} as const;

function isAction(action: string): action is keyof typeof KINDS {
	return action in KINDS;
}

/** Reads a request to the queue host, its path without the base path. */
export function queueRoute(method: string, path: string): Route {
	if (path === '/.well-known/jwks.json' && method === 'GET') return { kind: 'keys' };
	if (path === '/v1/models/requests/by-endpoint' && method === 'GET') return { kind: 'requests' };
	if (path === '/v1/models/pricing' && method === 'GET') return { kind: 'prices' };
	if (path === '/storage/upload/initiate' && method === 'POST') return { kind: 'initiate' };
	if (path === '/v1/models' && method === 'GET') return { kind: 'models' };
	if (path === '/api/openapi/queue/openapi.json' && method === 'GET') return { kind: 'document' };
	const [, app, subPath, requestId, action = ''] = REQUEST.exec(path) ?? [];
	if (app !== undefined && isAction(action)) {
		const { kind, method: right } = KINDS[action];
		if (method !== right) return { kind: 'other', requestId, wrongMethod: true };
		const longForm = action === '/response';
		return { kind, endpoint: app, subPath, longForm, requestId };
	}
	const endpoint = ENDPOINT.exec(path)?.[1];
	if (endpoint === undefined) return { kind: 'other' };
	if (method === 'POST') return { kind: 'submit', endpoint };
	return { kind: 'other', endpoint, wrongMethod: true };
}

/** Reads a request to the media host. */
export function mediaRoute(method: string, path: string): Route {
	if (path.startsWith('/uploads/') && method === 'PUT') return { kind: 'upload' };
	const requestId = /^\/files\/([^/]+)\.\w+$/.exec(path)?.[1];
	if (requestId === undefined) return { kind: 'other' };
	const isRead = method === 'GET' || method === 'HEAD';
	return isRead ? { kind: 'file', requestId } : { kind: 'other', requestId, wrongMethod: true };
}
