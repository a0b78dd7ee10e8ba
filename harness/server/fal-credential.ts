import type { FalStandIn } from '../standin/fal-stand-in';
import type { N8n } from './n8n';

/** What a node of a workflow holds of a credential. */
export interface CredentialReference {
	id: string;
	name: string;
}

/** The fields of the credential type; those left out keep their defaults. */
export interface FalCredentialData {
	apiKey: string;
	authScheme?: 'Key' | 'Bearer';
	baseUrl?: string;
	webhookKeysUrl?: string;
	/** Another than fal's makes the base URL a mirror of fal's own, and no gateway. */
	platformUrl?: string;
	/** fal's storage for images; the real one if not given. */
	uploadUrl?: string;
	/** Where the models' OpenAPI documents are; fal's site if not given. */
	catalogUrl?: string;
}

export const falCredentialType = 'falVideoApi';

/** What a credential for a stand-in holds: all of fal's hosts are this one. */
export function credentialOf(fal: FalStandIn): FalCredentialData {
	return {
		apiKey: fal.keys[0] ?? '',
		baseUrl: fal.url,
		webhookKeysUrl: fal.jwksUrl,
		platformUrl: fal.platformUrl,
		uploadUrl: fal.url,
		catalogUrl: fal.url,
	};
}

/** Makes a credential for fal, or, where one of that name exists, gives it these fields. */
export async function saveFalCredential(
	server: N8n,
	name: string,
	data: FalCredentialData,
): Promise<CredentialReference> {
	const known = await server.rest<CredentialReference[]>('GET', '/credentials');
	const existing = known.find((candidate) => candidate.name === name);
	if (!existing) return await createFalCredential(server, name, data);
	const credential = { name, type: falCredentialType, data };
	await server.rest('PATCH', `/credentials/${existing.id}`, credential);
	return { id: existing.id, name };
}

/** Makes a credential for fal, beside others that may have the same name. */
export async function createFalCredential(
	server: N8n,
	name: string,
	data: FalCredentialData,
): Promise<CredentialReference> {
	const credential = { name, type: falCredentialType, data };
	const { id } = await server.rest<CredentialReference>('POST', '/credentials', credential);
	return { id, name };
}
