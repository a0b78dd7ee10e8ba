import { QueueError } from './errors';

/** The paths of one request on the queue's host. */
export interface RequestPaths {
	requestId: string;
	response: string;
	status: string;
	cancel: string;
}

/** What a request's id is made of: nothing that would be read as more of a path. */
export const plainRequestId = /^[A-Za-z0-9_-]{1,128}$/;

// owner/app, further segments of an app's name, then /requests/<id>. Plain characters only: no
// dots that climb, nothing encoded, nothing that a server could read as another path.
const requestPath =
	/^((?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*){2,6}\/requests\/([A-Za-z0-9_-]{1,128}))(\/status|\/cancel)?$/;

/**
 * The paths of a request whose response path is known.
 *
 * @param response such as `/fal-ai/kling-video/requests/<id>`
 */
export function pathsOf(response: string): RequestPaths {
	const requestId = response.slice(response.lastIndexOf('/') + 1);
	return {
		requestId,
		response,
		status: `${response}/status`,
		cancel: `${response}/cancel`,
	};
}

/**
 * The paths of a request of which only the id and the model are known, as fal's own clients build
 * them: the model id's owner and app, without the rest.
 *
 * @param model an endpoint id such as `fal-ai/kling-video/v2.5-turbo/pro/text-to-video`
 */
export function pathsOfModel(model: string, requestId: string): RequestPaths {
	const [owner, app] = model.split('/');
	return pathsOf(`/${owner}/${app}/requests/${requestId}`);
}

/**
 * The response path within a URL that a reply named. Only the path of such a URL is ever used:
 * its host may be a gateway's upstream, or anybody's.
 *
 * @param basePath the path of the credential's base URL, such as `/fal` (a gateway) or empty
 * @returns the response path without the base path, or `undefined` where the URL's path is not
 * that of a request on the queue
 */
export function responsePathOf(url: string, basePath: string): string | undefined {
	let pathname: string;
	try {
		pathname = new URL(url).pathname;
	} catch {
		return undefined;
	}
	if (basePath !== '' && pathname.startsWith(`${basePath}/`)) {
		pathname = pathname.slice(basePath.length);
	}
	return requestPath.exec(pathname)?.[1];
}

/**
 * The paths of a request that was just accepted, from the URLs of the reply.
 *
 * @throws {QueueError} `unexpected-reply`, when a URL's path is not that of the accepted request
 */
export function pathsOfReply(
	reply: { request_id: string; response_url: string; status_url: string; cancel_url: string },
	basePath: string,
): RequestPaths {
	const response = responsePathOf(reply.response_url, basePath);
	for (const name of ['response_url', 'status_url', 'cancel_url'] as const) {
		const path = responsePathOf(reply[name], basePath);
		if (path === undefined || path !== response || pathsOf(path).requestId !== reply.request_id) {
			throw new QueueError(
				'unexpected-reply',
				`The reply's ${name} is not the path of request ${reply.request_id} on the queue, so it was not used`,
				{ requestId: reply.request_id },
			);
		}
	}
	return pathsOf(response as string);
}
