import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	Icon,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { authorizationOf } from '../nodes/FalVideo/execution/transport/key';

const refused =
	'The key, or Authorization, was refused: fal wants Key, most gateways Bearer. Copy the key whole: fal’s has two parts, with a colon between';

const account =
	'The host refused the account (HTTP 402 or 403): look at its balance and its permissions, or at Authorization: fal wants Key, most gateways Bearer';

const notAQueue =
	'The host answered with a web page or an empty reply, not as a queue does: check the Base URL, with its path';

const fault = 'The host has a fault of its own, or too many requests: try again in a while';

/** What the hosts say of a key that they refuse, where n8n does not look at the code. */
const refusals: Array<[key: string, value: string]> = [
	['detail', 'invalid key credentials'],
	['detail', 'No user found for Key ID and Secret'],
	['detail', 'Authentication is required to access this application'],
	['detail', 'Invalid Key Authorization header format'],
	['detail', 'Unauthorized'],
	['error.type', 'authorization_error'],
	['error.message', 'Invalid token'],
	['error.message', 'Unauthorized'],
	['message', 'Unauthorized'],
	['error', 'Unauthorized'],
	['detail', 'Invalid API key'],
	['detail.type', 'unauthorized'],
	['error.type', 'token_not_found_in_db'],
	['error.code', '401'],
	// One letter of "Invalid token (request id: …)", whose id differs: n8n compares whole texts.
	['error.message[10]', 'k'],
];

/** A fal key, and the host that it belongs to: fal's own, or a gateway's with a key of its own. */
export class FalVideoApi implements ICredentialType {
	name = 'falVideoApi';

	displayName = 'Fal Video API';

	icon: Icon = {
		light: 'file:../nodes/FalVideo/falVideo.svg',
		dark: 'file:../nodes/FalVideo/falVideo.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-fal-video/n8n-nodes-fal-video#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Without credit on the account, a key at fal makes no video. A gateway has keys of its own.',
			hint: 'Add credit at fal.ai first, then make a key there under Dashboard > Keys, with the scope API, and copy both parts, with the colon between',
		},
		{
			displayName: 'Authorization',
			name: 'authScheme',
			type: 'options',
			default: 'Key',
			description:
				'The word that is sent in front of the key. A gateway is a company that sells fal’s models under an address and a key of its own.',
			hint: 'fal wants Key, most gateways Bearer',
			options: [
				{ name: 'Bearer', value: 'Bearer', description: 'Authorization: Bearer …, for a gateway' },
				{ name: 'Key', value: 'Key', description: 'Authorization: Key …, for fal itself' },
			],
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://queue.fal.run',
			description:
				'Where videos are ordered: at fal, or at a gateway that works in the same way, with its path where it has one. The key is sent to this host. If that is fal’s own, the key also goes to rest.fal.ai, when an image is uploaded, and to api.fal.ai, which lists models, prices and your requests. https://fal.run and https://queue.fal.ai do not work here.',
			hint: 'Leave it as it is unless your company or a gateway gave you another',
		},
		{
			displayName: 'Webhook Keys URL',
			name: 'webhookKeysUrl',
			type: 'string',
			default: 'https://rest.fal.ai/.well-known/jwks.json',
			description:
				'When a video is finished, fal can call this n8n, and signs that call. With the public keys at this address the signature is checked. A gateway that signs has keys of its own. Empty: signatures are not checked, and each call is confirmed by asking at the Base URL.',
			hint: 'Leave it as it is unless your company or a gateway gave you another; at a gateway that gave you none, make it empty',
		},
		// For a mirror of fal within a company: a base URL that belongs to it is fal's own.
		{
			displayName: 'Platform URL',
			name: 'platformUrl',
			type: 'hidden',
			default: 'https://api.fal.ai/v1',
		},
		{
			displayName: 'Upload URL',
			name: 'uploadUrl',
			type: 'hidden',
			default: 'https://rest.fal.ai',
		},
		{
			displayName: 'Catalog URL',
			name: 'catalogUrl',
			type: 'hidden',
			default: 'https://fal.ai',
		},
	];

	// A function: what was pasted along with the key is dropped, and the scheme is the one chosen.
	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const Authorization = authorizationOf(credentials);
		return await Promise.resolve({
			...request,
			headers: { ...request.headers, Authorization },
		});
	};

	/**
	 * Asks for the result of a request that does not exist: free, and answered by fal and gateways alike.
	 * A host that accepts the key says that it does not know the request.
	 */
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
			url: '/fal-ai/kling-video/requests/00000000-0000-0000-0000-000000000000',
			method: 'GET',
			headers: { Accept: 'application/json' },
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: {
				ignore: true,
				except: [
					301, 302, 303, 307, 308, 401, 402, 403, 407, 429, 500, 501, 502, 503, 504, 520, 521, 522,
					523, 524, 525, 526, 530,
				],
			},
		},
		rules: [
			...[401].map((value) => ofCode(value, refused)),
			...[402, 403].map((value) => ofCode(value, account)),
			...[301, 302, 303, 307, 308, 407, 501].map((value) => ofCode(value, notAQueue)),
			...[429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530].map((value) =>
				ofCode(value, fault),
			),
			// The first letter of a page, or of a plain text such as "404 page not found".
			...['<', '\n', '4', 'N', 'C', 'E', 'U', 'F'].map((value) => ofBody('0', value, notAQueue)),
			ofBody('length', 0, notAQueue),
			...refusals.map(([key, value]) => ofBody(key, value, refused)),
			// n8n's type wants all of one kind; its code takes each as it is.
		] as ICredentialTestRequest['rules'],
	};
}

function ofCode(value: number, message: string) {
	return { type: 'responseCode', properties: { value, message } } as const;
}

function ofBody(key: string, value: string | number, message: string) {
	return { type: 'responseSuccessBody', properties: { key, value, message } } as const;
}
