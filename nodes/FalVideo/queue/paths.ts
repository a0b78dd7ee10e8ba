/** The paths of one request on the queue's host. */
export interface RequestPaths {
	requestId: string;
	/** Where its result is. */
	response: string;
	status: string;
	cancel: string;
	/** Where else it may be, if it is not known there. */
	other?: RequestPaths;
}

/** What a request's id is made of: nothing that would be read as more of a path. */
export const plainRequestId = /^(?=.*[A-Za-z0-9])[A-Za-z0-9_.:~-]{1,128}$/;

// owner/app, further segments of an app's name, then /requests/<id>. Plain characters only: no
// dots that climb, nothing encoded, nothing that a server could read as another path.
const requestPath =
	/^((?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*){2,8}\/requests\/((?=[^/]*[A-Za-z0-9])[A-Za-z0-9_.:~-]{1,128}))(\/response|\/status|\/status\/stream|\/cancel)?\/?$/;

/** Namespaces in front of an owner, as fal's clients know them. */
const namespaces = ['workflows', 'comfy'];

/**
 * The paths of a request whose response path is known.
 *
 * @param response such as `/fal-ai/kling-video/requests/<id>`, or with `/response` at its end
 */
export function pathsOf(response: string): RequestPaths {
	const request = response.replace(/\/response$/, '');
	return {
		requestId: request.slice(request.lastIndexOf('/') + 1),
		response,
		status: `${request}/status`,
		cancel: `${request}/cancel`,
	};
}

/**
 * The paths of a request of which only the id and the model are known, as fal's own clients build
 * them: the model id's owner and app, with their namespace, without the rest.
 *
 * @param model an endpoint id such as `fal-ai/kling-video/v2.5-turbo/pro/text-to-video`
 */
export function pathsOfModel(model: string, requestId: string): RequestPaths {
	return pathsOf(`/${appOf(model)}/requests/${requestId}`);
}

/** The owner and the app of a model, with their namespace: `fal-ai/kling-video`. */
export function appOf(model: string): string {
	const parts = model.split('/');
	return parts.slice(0, namespaces.includes(parts[0] ?? '') ? 3 : 2).join('/');
}

/**
 * The response path within a URL that a reply named, or that a user has. Only the path of such a URL
 * is ever used: its host may be a gateway's upstream, or anybody's.
 *
 * @param basePath the path of the credential's base URL, such as `/fal` (a gateway) or empty
 * @param model the endpoint id, where it is known: which of two readings of the path is right
 * @returns the response path without the base path, or `undefined` where the URL's path is not that
 * of a request on a queue
 */
export function responsePathOf(url: unknown, basePath: string, model?: string): string | undefined {
	if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
	const { pathname } = new URL(url);
	// A gateway below `/fal-ai` may name fal's own path, which begins with the same.
	const isBelow = basePath !== '' && pathname.startsWith(`${basePath}/`);
	const paths = [...(isBelow ? [pathname.slice(basePath.length)] : []), pathname]
		.map((path) => requestPath.exec(path))
		.flatMap((match) =>
			match?.[1] ? [match[1] + (match[3] === '/response' ? match[3] : '')] : [],
		);
	if (model === undefined) return paths[0];
	// What stands in front of the model's app is another host's own.
	const app = `/${appOf(model)}/`;
	const ofModel = paths.find((path) => path.includes(app));
	return ofModel?.slice(ofModel.indexOf(app)) ?? paths[0];
}

/** The id of the request that a URL is of, if it is one of a request's. */
export function requestIdOf(url: unknown): string | undefined {
	const path = responsePathOf(url, '');
	return path === undefined ? undefined : pathsOf(path).requestId;
}

/**
 * The paths of a request that was just accepted: those of the reply's URLs where they fit, else made
 * of the model. Never an error: what was accepted is paid for.
 */
export function pathsOfReply(
	reply: { request_id: string; response_url?: unknown; status_url?: unknown },
	model: string,
	basePath: string,
): RequestPaths {
	const ofModel = pathsOfModel(model, reply.request_id);
	for (const url of [reply.response_url, reply.status_url]) {
		const path = responsePathOf(url, basePath, model);
		if (path === undefined || !isOfApp(path, model)) continue;
		const paths = pathsOf(path);
		// Of two ids one is a trace, and nobody knows which.
		if (paths.requestId !== reply.request_id) return { ...ofModel, other: paths };
		// A host may name URLs that only fal serves.
		return paths.response === ofModel.response ? paths : { ...paths, other: ofModel };
	}
	return ofModel;
}

// Below the model's app, or right below another one: fal has apps that stand for others.
function isOfApp(path: string, model: string): boolean {
	return (
		path.startsWith(`/${appOf(model)}/`) || path.split('/requests/')[0]?.split('/').length === 3
	);
}
