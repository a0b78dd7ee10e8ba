import type { CredentialReference } from '../../../harness/server/fal-credential';
import type { N8n } from '../../../harness/server/n8n';

/** The token that clients show which call n8n. */
export const bearerToken = 'a-token-of-the-tests';

/** Makes n8n's own credential for a token that callers have to show. */
export async function saveBearerCredential(server: N8n): Promise<CredentialReference> {
	const name = 'Bearer Auth';
	const { id } = await server.rest<CredentialReference>('POST', '/credentials', {
		name,
		type: 'httpBearerAuth',
		data: { token: bearerToken },
	});
	return { id, name };
}
