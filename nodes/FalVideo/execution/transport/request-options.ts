import {
	getCredentialAllowedDomains,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type INode,
} from 'n8n-workflow';
import { InputError, shown } from '../errors/input-error';

/** What the Request Options and the credential's domains add to a request. */
export type ConnectionOptions = Pick<
	IHttpRequestOptions,
	'proxy' | 'skipSslCertificateValidation' | 'allowedDomains'
>;

/**
 * Reads the Request Options as n8n does for the requests of a declarative node, for requests that
 * n8n does not compose.
 *
 * @param requestOptions the node's collection of that name
 * @throws {InputError} when the proxy is not an address
 */
export function requestOptionsOf(
	node: INode,
	requestOptions: Record<string, unknown>,
	credential: ICredentialDataDecryptedObject,
): ConnectionOptions {
	const { proxy, allowUnauthorizedCerts } = requestOptions;
	const allowedDomains = domainsOf(node, credential);
	return {
		...(proxy === undefined || proxy === '' ? {} : { proxy: proxyOf(proxy) }),
		...(allowUnauthorizedCerts === true ? { skipSslCertificateValidation: true } : {}),
		...(allowedDomains ? { allowedDomains } : {}),
	};
}

function proxyOf(value: unknown): IHttpRequestOptions['proxy'] {
	const text = typeof value === 'string' ? value.trim() : '';
	const url = URL.canParse(text) ? new URL(text) : undefined;
	// `URL` leaves out a port that is its protocol's own.
	const port = Number(/:(\d+)\/?$/.exec(text)?.[1]);
	if (url === undefined || url.hostname === '' || !(port > 0)) {
		throw new InputError(
			`Proxy is ${shown(typeof value === 'string' ? value.replace(/\/\/.*@/, '//[user]@') : value)}; it must be an address with a port, such as "http://myproxy:3128"`,
		);
	}
	return {
		host: url.hostname,
		port,
		protocol: url.protocol.replace(/:$/, ''),
		...(url.username === ''
			? {}
			: {
					auth: {
						username: decodeURIComponent(url.username),
						password: decodeURIComponent(url.password),
					},
				}),
	};
}

function domainsOf(node: INode, credential: ICredentialDataDecryptedObject): string | undefined {
	// An n8n without this function has no such restriction to keep.
	if (typeof getCredentialAllowedDomains !== 'function') return undefined;
	return allowedDomainsOf(getCredentialAllowedDomains, node, credential);
}

/**
 * Asks n8n's function for the credential's domains, in each of its forms: an object (2.23 and newer),
 * the credential's data alone, or these and the URL. The older ones, given the object, would find no
 * restriction in it, so it is the credential's data as well.
 *
 * @throws where the credential is restricted, and to no domain
 */
export function allowedDomainsOf(
	ask: typeof getCredentialAllowedDomains,
	node: INode,
	credential: ICredentialDataDecryptedObject,
): string | undefined {
	const url = credential.baseUrl as string;
	const given = {
		...credential,
		node,
		credentialData: credential,
		// The base URL comes from the credential alone.
		credentialOwnedSurface: true,
		nodeEndpointUrl: url,
	};
	return (ask as (data: typeof given, url: string) => string | undefined)(given, url);
}
