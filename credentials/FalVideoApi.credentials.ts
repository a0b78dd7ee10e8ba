import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** A fal key, and the host that it belongs to: fal's own, or a gateway's with a key of its own. */
export class FalVideoApi implements ICredentialType {
	name = 'falVideoApi';

	displayName = 'Fal Video API';

	icon: Icon = {
		light: 'file:../nodes/FalVideo/falVideo.svg',
		dark: 'file:../nodes/FalVideo/falVideo.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-fal-video/n8n-nodes-fal-video#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'Made at fal.ai under Dashboard > Keys, with the scope API',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://queue.fal.run',
			description: 'The host of fal’s queue, or of a gateway that offers the same API',
			hint: 'The key is sent to this host, and to no other',
		},
		{
			displayName: 'Webhook Keys URL',
			name: 'webhookKeysUrl',
			type: 'string',
			default: 'https://rest.fal.ai/.well-known/jwks.json',
			description:
				'Where the public keys are that fal signs its callbacks with. A gateway that signs has keys of its own.',
			hint: 'Empty: signatures are not checked, and each callback is confirmed by asking the queue',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Key {{ $credentials.apiKey.trim() }}' } },
	};
}
